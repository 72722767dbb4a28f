"""Tables of the scenario file about the vertebra: mesh, bone and fracture."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from vertebra.materials.bone import anisotropies, modulus_laws
from vertebra.meshes.parametric.body import preset

from .section import Section, one_of, whole

Level = Literal["T11", "T12", "L1", "L2", "L3", "L4", "L5"]


class Parametric(Section):
    """A vertebral body drawn from a level's published sizes; each size may be replaced."""

    level: Level = "L1"
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0, description="edge length of the tetrahedra")
    width_superior_mm: float | None = Field(default=None, description="width of the superior endplate")
    width_inferior_mm: float | None = Field(default=None, description="width of the inferior endplate")
    depth_superior_mm: float | None = Field(
        default=None, description="mid-sagittal depth of the superior endplate"
    )
    depth_inferior_mm: float | None = Field(
        default=None, description="mid-sagittal depth of the inferior endplate"
    )
    height_anterior_mm: float | None = Field(default=None, description="height between the rims in front")
    height_posterior_mm: float | None = Field(default=None, description="height between the rims behind")
    posterior_concavity_mm: float | None = Field(
        default=None, description="depth of the dent of the posterior wall"
    )
    waist_area_ratio: float | None = Field(
        default=None, description="mid-section area over that of straight walls"
    )
    concavity_superior_mm: float | None = Field(default=None, description="depth of the superior dish")
    concavity_inferior_mm: float | None = Field(default=None, description="depth of the inferior dish")
    concavity_diameter_ratio: float | None = Field(
        default=None, description="diameter of a dish over the endplate"
    )
    shell_mm: float | None = Field(default=None, description="cortical shell thickness")
    endplate_mm: float | None = Field(default=None, description="bony endplate thickness")

    @model_validator(mode="after")
    def _a_body_of_these_sizes_exists(self) -> Self:
        preset(self.level, **self.sizes)
        return self

    @property
    def sizes(self) -> dict[str, float]:
        """Sizes that replace those of the level."""
        given = self.model_dump(exclude={"level", "edge_mm"})
        return {name: size for name, size in given.items() if size is not None}


class SurfaceFile(Section):
    """A closed surface of a real vertebral body, or of a whole vertebra."""

    file: str = Field(description="OBJ, STL, PLY or VTP; relative to the scenario file")
    unit: Literal["mm", "cm", "m"] | None = Field(default=None, description="unit of the stored coordinates")
    axes: str = Field(default="RAS", description="what the stored x, y, z point to: L/R, A/P, S/I")
    level: Level | None = Field(
        default=None, description="of the vertebra, for loads and odds of non-union; default: L1, loads only"
    )
    method: Literal["fit", "tetwild"] = "fit"
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0)
    shell_mm: float = Field(default=0.35, gt=0.05, lt=3.0)
    endplate_mm: float = Field(default=0.5, gt=0.05, lt=3.0)

    @field_validator("axes")
    @classmethod
    def _directions(cls, axes: str) -> str:
        from vertebra.meshes.surface.reading import axes_matrix

        axes_matrix(axes)
        return axes


class Mesh(Section):
    """Where the anatomy comes from and how it is cut into tetrahedra."""

    parametric: Parametric | None = None
    surface: SurfaceFile | None = None
    order: Annotated[Literal[1, 2], BeforeValidator(whole)] = Field(
        default=2, description="1: 4-node, 2: 10-node tetrahedra"
    )

    @model_validator(mode="after")
    def _one_anatomy(self) -> Self:
        given = [name for name in ("parametric", "surface") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "neither"
            message = f"found {found}, expected exactly one of parametric or surface. Keep the one you mean."
            raise ValueError(message)
        return self

    @property
    def level(self) -> Level | None:
        """Level of the vertebra; None for a surface of which the scenario does not tell it."""
        anatomy = self.parametric or self.surface
        assert anatomy is not None  # one of the two, by the validator
        return anatomy.level

    @property
    def edge_mm(self) -> float:
        """Edge length of the tetrahedra [mm]."""
        anatomy = self.parametric or self.surface
        assert anatomy is not None  # one of the two, by the validator
        return anatomy.edge_mm


class Bone(Section):
    """Density of the trabecular core, of one stated kind, and the law that turns it into stiffness."""

    density_qct_mg_cm3: float | None = Field(default=None, ge=20, le=600)
    density_ash_mg_cm3: float | None = Field(default=None, ge=20, le=600)
    density_apparent_mg_cm3: float | None = Field(default=None, ge=30, le=1000)
    law: str = Field(default="kopperdahl2002", description="density-modulus and density-strength law")
    anisotropy: str = Field(
        default="none", description="transverse: trabecular bone is stiffer along the spine than across"
    )

    @field_validator("law")
    @classmethod
    def _known_law(cls, law: str) -> str:
        return one_of(modulus_laws(), law)

    @field_validator("anisotropy")
    @classmethod
    def _known_anisotropy(cls, name: str) -> str:
        return one_of(anisotropies(), name)

    @model_validator(mode="after")
    def _one_density(self) -> Self:
        kinds = ("density_qct_mg_cm3", "density_ash_mg_cm3", "density_apparent_mg_cm3")
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "no density"
            message = f"found {found}, expected exactly one of {', '.join(kinds)}. Keep the one you mean."
            raise ValueError(message)
        return self


class Fracture(Section):
    """A compression fracture after Genant, with the height loss an X-ray shows."""

    type: Literal["wedge", "biconcave", "crush"]
    height_loss: float = Field(gt=0, le=0.5, description="residual loss over local height")
    centre: float = Field(default=0.5, ge=0.2, le=0.8, description="middle of the zone over height")
    cleft_mm: float | None = Field(
        default=None, gt=0, lt=20, description="thickness of a fluid-filled cleft in the zone; default none"
    )
    posterior_wall: bool = Field(
        default=False, description="broken too; raises the odds of non-union by an unpublished ratio"
    )
    cleft_share: float = Field(
        default=0.6,
        gt=0.1,
        le=0.95,
        description="width and depth of the cleft over those of the crushed core",
    )
    zone_mm: float | None = Field(
        default=None,
        gt=2,
        lt=40,
        description="initial thickness; default grows with the loss, 0.60 of height at 0.17",
    )
