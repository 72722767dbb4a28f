"""Fields of the field files: name, unit, meaning and components of each, declared once."""

from collections.abc import Sequence
from dataclasses import dataclass

from vertebra.records.columns import TISSUES

VECTOR = ("X", "Y", "Z")
TENSOR = ("XX", "YY", "ZZ", "XY", "YZ", "XZ")
"""Order of VTK, not of Voigt."""


@dataclass(frozen=True)
class FieldName:
    """One field.

    Attributes
    ----------
    name : str
        With its unit where it has one.
    unit : str
        "-" for numbers without a unit.
    meaning : str
        One sentence.
    components : sequence of str
        Empty for a scalar.
    """

    name: str
    unit: str
    meaning: str
    components: Sequence[str] = ()


FIELD_NAMES = (
    FieldName("displacement_mm", "mm", "Displacement of the nodes.", VECTOR),
    FieldName("stress_MPa", "MPa", "Mean stress of the cell.", TENSOR),
    FieldName("strain", "-", "Mean strain of the cell, shears as tensor components.", TENSOR),
    FieldName("von_mises_MPa", "MPa", "Mean von Mises stress of the cell."),
    FieldName(
        "utilisation", "-", "Mean utilisation by the criterion of strength; 1 where the material yields."
    ),
    FieldName(
        "weakest_surface_mm2", "mm2", "Area of the weakest surface in the cell; 0 where it does not pass."
    ),
    FieldName("young_MPa", "MPa", "Young's modulus along the spine."),
    FieldName("poisson", "-", "Poisson's ratio."),
    FieldName(
        "density_mg_cm3",
        "mg/cm3",
        "Density of trabecular bone, of the kind that the scenario states; 0 in caps.",
    ),
    *(
        FieldName(f"tissue_{name}", "-", f"Volume fraction of {meaning}.")
        for name, meaning in TISSUES.items()
    ),
    FieldName("perfusion", "-", "Perfusion, 1 in healthy bone."),
    FieldName("region", "-", "Number of the cell's region, counted from 0 in `region_names`."),
)
