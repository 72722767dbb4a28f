"""Fields of a result, read back from the file of an arm: one day at a time."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np

from .vtkhdf import VTK_TENSOR_ORDER

_BACK = np.argsort(VTK_TENSOR_ORDER)
_ENGINEERING = ("strain",)


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
            return tuple(int(day) for day in h5["VTKHDF/Steps/Values"][:])  # type: ignore[index]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, with their units."""
        with h5py.File(self.file) as h5:
            root = h5["VTKHDF"]
            return tuple(
                name
                for kind in ("PointData", "CellData")
                for name in (root[kind] if kind in root else ())  # type: ignore[operator,index]
            )

    @cached_property
    def cells(self) -> np.ndarray:
        """Nodes of every cell; ndarray of int, shape (m, 4 or 10)."""
        with h5py.File(self.file) as h5:
            root = h5["VTKHDF"]
            nodes = int(root["Offsets"][1])  # type: ignore[index]
            return root["Connectivity"][:].reshape(-1, nodes)  # type: ignore[index]

    def points(self, day: int) -> np.ndarray:
        """Nodes on a day; ndarray, shape (n, 3) [mm]."""
        with h5py.File(self.file) as h5:
            root = h5["VTKHDF"]
            first = int(root["Steps/PointOffsets"][self._step(day)])  # type: ignore[index]
            return root["Points"][first : first + int(root["NumberOfPoints"][0])]  # type: ignore[index]

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
        known = self.full_name(name)
        with h5py.File(self.file) as h5:
            root = h5["VTKHDF"]
            kind = "PointData" if known in root.get("PointData", ()) else "CellData"  # type: ignore[operator]
            count = root["NumberOfPoints" if kind == "PointData" else "NumberOfCells"][0]  # type: ignore[index]
            first = int(root[f"Steps/{kind}Offsets/{known}"][self._step(day)])  # type: ignore[index]
            values = root[f"{kind}/{known}"][first : first + int(count)]  # type: ignore[index]
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
