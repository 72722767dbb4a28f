"""`bone.density_image`: the density of every element from the voxels of an image."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.images.calibration import MATERIALS

from ..section import OneOf, Section
from .shared import Numbers, plain_path


class DensityImage(Section):
    """Density of every element from the voxels of an image, and how they become density."""

    file: str | None = Field(
        default=None, description="The image, where the anatomy has none of its own; default: mesh.image.file"
    )
    unit: Literal["HU", "mg/cm3", "g/cm3", "MPa"] = Field(
        default="HU", description="What the voxels hold; MPa: Young's moduli, turned into density by bone.law"
    )
    kind: Literal["qct", "ash", "apparent"] = Field(default="qct", description="Kind of the density")
    calibration: Literal["linear", "rods", "liquid_rods", "phantomless"] | None = Field(
        default=None,
        description="How HU become density; linear: stated slope and intercept; rods: rods of a solid phantom; "
        "liquid_rods: "
        "rods of K2HPO4 in water; phantomless: air and tissues of the patient; default: none, the voxels hold density",
    )
    material: Annotated[str, OneOf(MATERIALS)] | None = Field(
        default=None,
        description="What the phantom holds: equivalents of K2HPO4 and hydroxyapatite differ by some 8 % at 100 mg/cm3",
    )
    slope_mg_cm3_per_HU: float | None = Field(default=None, description="Slope of a linear calibration")  # noqa: N815
    intercept_mg_cm3: float | None = Field(
        default=None, description="Density at 0 HU of a linear calibration"
    )
    rods_HU: Numbers | None = Field(default=None, description="Mean of each rod in the image")  # noqa: N815
    rods_mg_cm3: Numbers | None = Field(default=None, description="Density of each rod")
    rods_water_mg_cm3: Numbers | None = Field(default=None, description="Water in each liquid rod")
    tissues: str | None = Field(
        default=None,
        description="Mask of 1 air, 2 fat, 3 muscle, 4 blood, 5 cortical bone (optional) on the grid of the image",
    )
    air_HU: float | None = Field(default=None, description="Mean of air, in place of the mask of tissues")  # noqa: N815
    fat_HU: float | None = Field(default=None, description="Mean of fat")  # noqa: N815
    muscle_HU: float | None = Field(default=None, description="Mean of muscle")  # noqa: N815
    blood_HU: float | None = Field(default=None, description="Mean of blood")  # noqa: N815
    cortical_bone_HU: float | None = Field(  # noqa: N815
        default=None, description="Mean of cortical bone; default: not used"
    )

    key: ClassVar[str] = "bone.density_image"
    paths: ClassVar[tuple[str, ...]] = ("file", "tissues")

    _paths = field_validator("file", "tissues")(plain_path)

    @model_validator(mode="after")
    def _a_calibration_has_its_numbers(self) -> Self:
        if (self.unit == "HU") != (self.calibration is not None):
            message = (
                "found HU without a calibration, expected calibration = one of linear, rods, liquid_rods, phantomless."
                if self.unit == "HU"
                else f'found unit = "{self.unit}" and a calibration, which HU need; expected one of them. '
                "Remove the other."
            )
            raise ValueError(message)
        needs = {
            "linear": ("slope_mg_cm3_per_HU", "intercept_mg_cm3", "material"),
            "rods": ("rods_HU", "rods_mg_cm3", "material"),
            "liquid_rods": ("rods_HU", "rods_mg_cm3", "rods_water_mg_cm3"),
            "phantomless": () if self.tissues else ("air_HU", "fat_HU", "muscle_HU", "blood_HU"),
        }
        for name in needs.get(self.calibration or "", ()):
            if getattr(self, name) is None:
                message = f'found calibration = "{self.calibration}" and no {name}, expected it. Add {name}.'
                raise ValueError(message)
        rods = (self.rods_HU, self.rods_mg_cm3, self.rods_water_mg_cm3)
        counts = {len(given) for given in rods if given is not None}
        if len(counts) > 1:
            message = (
                f"found rods of {' and '.join(map(str, sorted(counts)))} numbers, expected one for each rod. "
                f"Complete them."
            )
            raise ValueError(message)
        return self

    @property
    def named_files(self) -> dict[str, Path]:
        """Files that are named, by key."""
        given = {f"{self.key}.{name}": getattr(self, name) for name in self.paths}
        return {key: Path(path) for key, path in given.items() if path is not None}

    @property
    def tissue_HU(self) -> dict[str, float]:  # noqa: N802
        """Means of reference tissues that are stated."""
        names = ("air", "fat", "muscle", "blood", "cortical_bone")
        return {name: value for name in names if (value := getattr(self, f"{name}_HU")) is not None}
