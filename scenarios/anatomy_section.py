"""Tables of the scenario file about the vertebra: mesh, bone and fracture."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from vertebra.materials.bone import anisotropies, modulus_laws, strength_laws
from vertebra.materials.distribution import DISTRIBUTIONS
from vertebra.meshes.parametric.body import SIZE_LIMITS, preset

from .error import ScenarioError
from .imported.density import DensityImage
from .imported.image import ImageFile
from .imported.mesh import MeshFile
from .imported.shared import Level, plain_path
from .section import OneOf, Section, whole


def _size(name: str, meaning: str) -> Any:
    """A size that replaces the published one of the level, within the limits of a body."""
    low, high = SIZE_LIMITS[name]
    return Field(default=None, ge=low, le=high, description=f"{meaning}; default: that of the level")


class Parametric(Section):
    """A vertebral body drawn from the published sizes of a level; each size may be replaced."""

    level: Level = Field(
        default="L1", description="Vertebral level; gives the sizes, the loads and the risk of non-union"
    )
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0, description="Edge length of the tetrahedra")
    width_superior_mm: float | None = _size("width_superior_mm", "Width of the superior endplate")
    width_inferior_mm: float | None = _size("width_inferior_mm", "Width of the inferior endplate")
    depth_superior_mm: float | None = _size(
        "depth_superior_mm", "Depth of the superior endplate, from the posterior lobes to the anterior edge"
    )
    depth_inferior_mm: float | None = _size(
        "depth_inferior_mm", "Depth of the inferior endplate, from the posterior lobes to the anterior edge"
    )
    height_anterior_mm: float | None = _size(
        "height_anterior_mm", "Height of the body between the rims in front"
    )
    height_posterior_mm: float | None = _size(
        "height_posterior_mm", "Height of the body between the rims behind"
    )
    posterior_concavity_mm: float | None = _size(
        "posterior_concavity_mm", "Depth of the dent in the middle of the posterior wall"
    )
    waist_area_ratio: float | None = _size(
        "waist_area_ratio", "Area of the mid-section over the area that straight walls would give"
    )
    concavity_superior_mm: float | None = _size(
        "concavity_superior_mm", "Depth of the dish of the superior endplate"
    )
    concavity_inferior_mm: float | None = _size(
        "concavity_inferior_mm", "Depth of the dish of the inferior endplate"
    )
    concavity_diameter_ratio: float | None = _size(
        "concavity_diameter_ratio", "Diameter of the dish of an endplate over that of the endplate"
    )
    shell_mm: float | None = _size("shell_mm", "Thickness of the cortical shell")
    endplate_mm: float | None = _size("endplate_mm", "Thickness of the bony endplates")

    @model_validator(mode="after")
    def _a_body_of_these_sizes_exists(self) -> Self:
        preset(self.level, **self.sizes)
        return self

    @property
    def sizes(self) -> dict[str, float]:
        """Sizes that replace those of the level."""
        given = self.model_dump(exclude={"level", "edge_mm"})
        return {name: size for name, size in given.items() if size is not None}

    key: ClassVar[str] = "mesh.parametric"
    density_distribution: ClassVar[str] = "regional"
    """Of bone of which only a mean is stated."""
    expected: ClassVar[str] = "no file"

    @property
    def level_sizes(self) -> dict[str, float]:
        """Sizes that the level gives, those that are replaced left out [mm], [-]."""
        whole = asdict(preset(self.level, **self.sizes))
        return {name: size for name, size in whole.items() if name not in self.sizes}

    @property
    def named_files(self) -> dict[str, Path]:
        """Files that are named, by key: none."""
        return {}

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the shape is read from: none."""
        return ()


class SurfaceFile(Section):
    """The closed surface of a real vertebral body, or of a whole vertebra, in a file."""

    file: str = Field(description="Surface as OBJ, STL, PLY or VTP; the path starts at the scenario file")
    unit: Literal["mm", "cm", "m"] | None = Field(
        default=None,
        description="Length unit of the coordinates in the file; default: recognised from the size",
    )
    axes: str = Field(
        default="RAS",
        description="Directions in which the x, y and z of the file point, one letter each: R or L (right, left), "
        "A or P (front, back), S or I (up, down)",
    )
    level: Level | None = Field(
        default=None,
        description="Vertebral level, for loads and the risk of non-union; default: L1, loads only",
    )
    method: Literal["fit", "tetwild"] = Field(
        default="fit",
        description="How the surface is meshed; fit: a structured mesh moved onto a vertebral body; tetwild: an "
        "unstructured mesh of any closed surface",
    )
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0, description="Edge length of the tetrahedra")
    shell_mm: float = Field(default=0.35, gt=0.05, lt=3.0, description="Thickness of the cortical shell")
    endplate_mm: float = Field(default=0.5, gt=0.05, lt=3.0, description="Thickness of the bony endplates")

    _paths = field_validator("file")(plain_path)

    @field_validator("axes")
    @classmethod
    def _directions(cls, axes: str) -> str:
        from vertebra.meshes.surface.reading import axes_matrix

        axes_matrix(axes)
        return axes

    key: ClassVar[str] = "mesh.surface"
    paths: ClassVar[tuple[str, ...]] = ("file",)
    """Keys that name a file."""
    expected: ClassVar[str] = "a closed surface as OBJ, STL, PLY or VTP"
    density_distribution: ClassVar[str] = "uniform"
    """Of bone of which only a mean is stated."""

    @property
    def level_sizes(self) -> dict[str, float]:
        """Sizes that the level gives: none."""
        return {}

    @property
    def named_files(self) -> dict[str, Path]:
        """Files that are named, by key."""
        return {f"{self.key}.file": Path(self.file)}

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the shape is read from."""
        return (Path(self.file),)


Anatomy = Parametric | SurfaceFile | ImageFile | MeshFile
"""Where the shape of a vertebra comes from; each kind knows its level, its edge length and its files."""


class Mesh(Section):
    """Where the anatomy comes from and how it is cut into tetrahedra."""

    parametric: Parametric | None = Field(
        default=None,
        description="A body drawn from the published sizes of a level; exactly one of parametric, surface, image, file",
    )
    surface: SurfaceFile | None = Field(
        default=None, description="A body whose surface is in a file; exactly one of the four"
    )
    image: ImageFile | None = Field(
        default=None, description="A vertebra marked in an image; exactly one of the four"
    )
    file: MeshFile | None = Field(
        default=None, description="A volume mesh made elsewhere; exactly one of the four"
    )
    order: Annotated[Literal[1, 2], BeforeValidator(whole)] = Field(
        default=2, description="Order of the elements; 1: tetrahedra of 4 nodes, 2: tetrahedra of 10 nodes"
    )

    @model_validator(mode="after")
    def _one_anatomy(self) -> Self:
        kinds = ("parametric", "surface", "image", "file")
        given = [name for name in kinds if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            message = f"found {found}, expected exactly one of {', '.join(kinds)}. Keep the one you mean."
            raise ValueError(message)
        return self

    @property
    def anatomy(self) -> Anatomy:
        """Where the shape comes from: the one table that is given."""
        anatomy = self.parametric or self.surface or self.image or self.file
        assert anatomy is not None  # one of the four, by the validator
        return anatomy

    @property
    def level(self) -> Level | None:
        """Level of the vertebra; None for a surface of which the scenario does not state it."""
        return self.anatomy.level

    @property
    def edge_mm(self) -> float:
        """Edge length of the tetrahedra [mm]."""
        return self.anatomy.edge_mm

    @property
    def asked_edge_mm(self) -> float | None:
        """Edge length that a mesher is asked for; None where the elements are those of a file [mm]."""
        as_they_are = self.file is not None or (self.image is not None and self.image.mesher == "voxels")
        return None if as_they_are else self.edge_mm

    @property
    def edge_limits_mm(self) -> tuple[float, float]:
        """Smallest and largest edge length that may be asked for [mm].

        Raises
        ------
        ScenarioError
            The mesh comes from a file, as it is.
        """
        if self.asked_edge_mm is None:
            found = "a mesh made elsewhere" if self.image is None else 'method = "voxels"'
            message = (
                f"{self.anatomy.key}: found {found}, expected an anatomy that can be meshed with several edge "
                'lengths. Take mesh.surface, or mesh.image with method = "fit" or "tetwild".'
            )
            raise ScenarioError(message)
        bounds = type(self.anatomy).model_fields["edge_mm"].metadata
        low = next(bound.ge for bound in bounds if hasattr(bound, "ge"))
        high = next(bound.le for bound in bounds if hasattr(bound, "le"))
        return float(low), float(high)

    def with_edge(self, edge_mm: float) -> Self:
        """Copy of the table with another edge length [mm]."""
        anatomy = self.anatomy.model_copy(update={"edge_mm": edge_mm})
        return self.model_copy(update={anatomy.key.removeprefix("mesh."): anatomy})


class Bone(Section):
    """Density of the trabecular core, of one stated kind, and the law that turns it into stiffness."""

    density_qct_mg_cm3: float | None = Field(
        default=None,
        ge=20,
        le=600,
        description="Density of the trabecular core as quantitative CT measures it; exactly one of the four densities",
    )
    density_ash_mg_cm3: float | None = Field(
        default=None,
        ge=20,
        le=600,
        description="Ash mass of the trabecular core over its whole volume; exactly one of the four densities",
    )
    density_apparent_mg_cm3: float | None = Field(
        default=None,
        ge=30,
        le=1000,
        description="Wet mass of the trabecular core over its whole volume; exactly one of the four densities",
    )
    density_image: DensityImage | None = Field(
        default=None,
        description="Density of every element from an image; exactly one of the four densities",
    )
    law: Annotated[str, OneOf(modulus_laws())] = Field(
        default="kopperdahl2002", description="Published law that gives modulus and strength from density"
    )
    strength_law: Annotated[str, OneOf(strength_laws())] | None = Field(
        default=None,
        description="Published law that gives strength from density, or constant_yield_strain; default: the one that "
        "belongs to bone.law",
    )
    distribution: Annotated[str, OneOf(DISTRIBUTIONS)] | None = Field(
        default=None,
        description="Density inside the body, its mean kept; regional: denser behind and in the upper half; uniform; "
        "default: regional for a parametric body, uniform for a surface",
    )
    anisotropy: Annotated[str, OneOf(anisotropies())] = Field(
        default="none",
        description="Direction of trabecular bone; none: isotropic; transverse: stiffer along the spine than across",
    )

    @property
    def holds_moduli(self) -> bool:
        """Whether voxels hold Young's moduli, which stand for everything in them, shell and endplates included."""
        return self.density_image is not None and self.density_image.unit == "MPa"

    @model_validator(mode="after")
    def _one_density(self) -> Self:
        kinds = ("density_qct_mg_cm3", "density_ash_mg_cm3", "density_apparent_mg_cm3", "density_image")
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "no density"
            message = f"found {found}, expected exactly one of {', '.join(kinds)}. Keep the one you mean."
            raise ValueError(message)
        return self


class Fracture(Section):
    """A compression fracture after Genant, with the height loss an X-ray shows."""

    type: Literal["wedge", "biconcave", "crush", "existing"] = Field(
        description="Where height is lost; wedge: in front; biconcave: in the middle; crush: everywhere; existing: the "
        "anatomy is the fractured one, its loss is measured"
    )
    height_loss: float | None = Field(
        default=None,
        gt=0,
        le=0.5,
        description="Share of the local height that is lost for good, as a later X-ray shows it; needed but with "
        "existing; "
        "default: measured",
    )
    shape: Literal["wedge", "biconcave", "crush"] | None = Field(
        default=None, description="Where an existing fracture lost height; default: found from its heights"
    )
    reference: Literal["preset", "neighbours"] | None = Field(
        default=None,
        description="What the heights of an existing fracture are compared with; preset: the published body of "
        "the level, "
        "scaled to the endplates; neighbours: the vertebrae above and below in the mask; default: neighbours "
        "where both are "
        "whole, else preset",
    )
    band_label: int | None = Field(
        default=None,
        ge=1,
        description="Label of the crushed band in the mask (or sub-regions) of an existing fracture; default: the "
        "band follows "
        "from loss and centre",
    )
    centre: float = Field(
        default=0.5,
        ge=0.2,
        le=0.8,
        description="Middle of the fracture zone as a share of the height, from below",
    )
    cleft_mm: float | None = Field(
        default=None,
        gt=0,
        lt=20,
        description="Thickness of a fluid-filled cleft in the zone, which moves between lying and standing and "
        "raises the odds of non-union; default: no cleft",
    )
    collapse: bool = Field(
        default=True,
        description="Whether the crushed bone goes on losing height under the loads of loading.phases until it has "
        "healed; not with law curve",
    )
    posterior_wall: bool = Field(
        default=False,
        description="Whether the posterior wall is broken, too; raises the odds of non-union by an unpublished ratio",
    )
    cleft_share: float = Field(
        default=0.6,
        gt=0.1,
        le=0.95,
        description="Width and depth of the cleft as a share of those of the crushed core",
    )
    zone_mm: float | None = Field(
        default=None,
        gt=2,
        lt=40,
        description="Thickness of the fracture zone before the fracture; default: it grows with the loss, 0.60 of the "
        "height at 0.17",
    )

    @model_validator(mode="after")
    def _a_loss_is_stated_or_measured(self) -> Self:
        if self.type != "existing":
            if self.height_loss is None:
                message = (
                    f'found type = "{self.type}" and no height_loss, expected it, such as 0.17. Add height_loss, '
                    f"or take "
                    'type = "existing", which measures it.'
                )
                raise ValueError(message)
            for name in ("shape", "reference", "band_label"):
                if getattr(self, name) is not None:
                    message = (
                        f'found {name} with type = "{self.type}", expected type = "existing" or no {name}. Remove '
                        f"it."
                    )
                    raise ValueError(message)
        elif self.height_loss is not None and self.shape is None:
            message = (
                'found type = "existing" and a height_loss without shape, expected shape = "wedge", "biconcave" '
                'or "crush". '
                "Add it, or leave height_loss out to have both measured."
            )
            raise ValueError(message)
        return self
