"""Fields of a result, read back from the file of an arm: one day at a time."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np

from .vtkhdf import VTK_TENSOR_ORDER

_BACK = np.argsort(VTK_TENSOR_ORDER)
_ENGINEERING = ("strain",)
_KINDS = {"PointData": "NumberOfPoints", "CellData": "NumberOfCells"}
"""Groups of fields, and where the number of their rows stands."""


@dataclass(frozen=True)
class FieldFile:
    """All days of an arm.

    Attributes
    ----------
    file : Path
        `fields-<arm>.vtkhdf`.
    """

    file: Path

    @cached_property
    def days(self) -> tuple[int, ...]:
        """Days that are stored."""
        with h5py.File(self.file) as h5:
            return tuple(int(day) for day in _array(h5, "Steps/Values"))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, with their units."""
        with h5py.File(self.file) as h5:
            return tuple(name for kind in _KINDS for name in _members(h5, kind))

    @cached_property
    def cells(self) -> np.ndarray:
        """Nodes of every cell; ndarray of int, shape (m, 4 or 10)."""
        with h5py.File(self.file) as h5:
            return _array(h5, "Connectivity").reshape(-1, int(_array(h5, "Offsets")[1]))

    def points(self, day: int) -> np.ndarray:
        """Nodes on a day; ndarray, shape (n, 3) [mm]."""
        with h5py.File(self.file) as h5:
            first = int(_array(h5, "Steps/PointOffsets")[self._step(day)])
            return _array(h5, "Points", first, int(_array(h5, "NumberOfPoints")[0]))

    def field(self, name: str, day: int) -> np.ndarray:
        """One field on a day.

        Parameters
        ----------
        name : str
            With its unit or without: `stress_MPa`, `stress`.
        day : int [d]

        Returns
        -------
        ndarray, shape (n or m, ...)
            Stress and strain in Voigt order xx yy zz yz xz xy, strain with engineering shear.

        Raises
        ------
        KeyError
            There is no such field or day.
        """
        known, step = self.full_name(name), self._step(day)
        with h5py.File(self.file) as h5:
            kind = next(kind for kind in _KINDS if known in _members(h5, kind))
            count = int(_array(h5, _KINDS[kind])[0])
            values = _array(
                h5, f"{kind}/{known}", int(_array(h5, f"Steps/{kind}Offsets/{known}")[step]), count
            )
        if values.ndim == 2 and values.shape[1] == len(VTK_TENSOR_ORDER):
            values = values[:, _BACK]
            if known in _ENGINEERING:
                values[:, 3:] *= 2.0
        return values

    def full_name(self, name: str) -> str:
        """Name of a field with its unit.

        Raises
        ------
        KeyError
            There is no such field.
        """
        if name in self.names:
            return name
        units = [
            each for each in self.names if each.startswith(f"{name}_") and _is_unit(each[len(name) + 1 :])
        ]
        if len(units) == 1:
            return units[0]
        message = f"field {name!r} is not in {self.file}: expected one of {', '.join(self.names)}."
        raise KeyError(message)

    def _step(self, day: int) -> int:
        if day not in self.days:
            message = (
                f"day {day} is not in {self.file}: expected one of {', '.join(map(str, self.days))}. Add it to "
                "healing.days, and to output.days where that is given."
            )
            raise KeyError(message)
        return self.days.index(day)


def _is_unit(text: str) -> bool:
    return text in ("mm", "MPa", "mg_cm3")


def _array(h5: h5py.File, path: str, first: int = 0, count: int | None = None) -> np.ndarray:
    """Rows of a dataset, all of them unless counted."""
    dataset = h5[f"VTKHDF/{path}"]
    assert isinstance(dataset, h5py.Dataset)  # of a file that `vtkhdf` wrote
    return dataset[first : None if count is None else first + count]


def _members(h5: h5py.File, kind: str) -> tuple[str, ...]:
    """Names of the fields of a group; none where the file has no such group."""
    group = h5.get(f"VTKHDF/{kind}")
    return tuple(group) if isinstance(group, h5py.Group) else ()
