"""Fields that the scene offers: what each is made of, its unit and its scale."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vertebra.fem.cells.stress import principal_stress
from vertebra.records.columns import TISSUES
from vertebra.records.fields.reading import FieldFile

Reader = Callable[[FieldFile, int], np.ndarray]


@dataclass(frozen=True)
class Quantity:
    """One scalar field.

    Attributes
    ----------
    key, label, unit : str
    source : str
        Field of the file that it is made of.
    read : callable
        Values of all cells, from file and day.
    scale : str
        `even` or `log`.
    ends : tuple of float, optional
        Colours that are fixed; taken from the values otherwise.
    loaded : bool
        Whether it is a response to the load, which is named beside it then.
    """

    key: str
    label: str
    unit: str
    source: str
    read: Reader
    scale: str = "even"
    ends: tuple[float, float] | None = None
    loaded: bool = True


def _plain(name: str) -> Reader:
    return lambda file, day: file.field(name, day)


def _principal(name: str, which: int, sign: float, factor: float = 1.0) -> Reader:
    def read(file: FieldFile, day: int) -> np.ndarray:
        tensor = np.array(file.field(name, day), dtype=float)
        if name == "strain":
            tensor[:, 3:] *= 0.5
        with np.errstate(all="ignore"):  # cells without stress have no direction
            return sign * factor * np.nan_to_num(principal_stress(tensor)[:, which])

    return read


QUANTITIES = (
    Quantity("utilisation", "utilisation", "", "utilisation", _plain("utilisation"), ends=(0.0, 1.0)),
    Quantity("von_mises", "von Mises stress", "MPa", "von_mises_MPa", _plain("von_mises_MPa")),
    Quantity(
        "compressive_stress",
        "largest compressive stress",
        "MPa",
        "stress_MPa",
        _principal("stress_MPa", 0, -1),
    ),
    Quantity("tensile_stress", "largest tensile stress", "MPa", "stress_MPa", _principal("stress_MPa", 2, 1)),
    Quantity(
        "compressive_strain", "largest compressive strain", "%", "strain", _principal("strain", 0, -1, 100.0)
    ),
    Quantity("young", "Young's modulus", "MPa", "young_MPa", _plain("young_MPa"), scale="log", loaded=False),
    Quantity("density", "density", "mg/cm³", "density_mg_cm3", _plain("density_mg_cm3"), loaded=False),
)
"""In the order in which they are offered, and given up where a page would grow too large (last first)."""
TISSUE_NAMES = tuple(TISSUES)
"""Volume fractions behind the field `tissue`."""


def available(file: FieldFile) -> tuple[Quantity, ...]:
    """Quantities that a field file holds what it takes for."""
    return tuple(each for each in QUANTITIES if each.source in file.names)


def has_tissue(file: FieldFile) -> bool:
    """Whether a field file holds the fractions of all tissues."""
    return all(f"tissue_{name}" in file.names for name in TISSUE_NAMES)
