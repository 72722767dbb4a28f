"""`mesh.image`: a vertebra marked in an image."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.images.labels import body_labels, levels, presets

from ..section import OneOf, Section
from .shared import FRAME, Frame, Labels, Level, directions, files_in, plain_path

_NOT_VOXELS = "Not with method voxels"


class ImageFile(Section):
    """A vertebra marked in an image: a mask of labels, and the image that holds its density."""

    file: str | None = Field(
        default=None,
        description="CT or density image as NIfTI, NRRD or MetaImage, or the folder of a DICOM series, on the "
        "grid of the "
        "mask; default: none, bone.density_* is stated",
    )
    mask: str = Field(description="Labels of vertebrae in one of these formats")
    preset: Annotated[str, OneOf(presets())] | None = Field(
        default=None,
        description="Who numbered the labels of the mask; this with mesh.image.level, or mesh.image.label",
    )
    label: int | None = Field(
        default=None, ge=1, description="Number of the vertebra in the mask, in place of preset and level"
    )
    level: Level | None = Field(
        default=None, description="Vertebral level; default: L1, loads only, where label is given"
    )
    subregions: str | None = Field(
        default=None,
        description="Labels of parts of vertebrae, by which the body is cut from the arch; default: a plane "
        "behind the body",
    )
    body_labels: Labels | None = Field(
        default=None, description="Labels of the body in the sub-regions; default: those of the preset"
    )
    part: Literal["body", "vertebra"] = Field(
        default="body",
        description="What is meshed; body: without arch and processes; vertebra: all of the label",
    )
    method: Literal["fit", "tetwild", "voxels"] | None = Field(
        default=None,
        description="How the mask is meshed; fit: a structured mesh moved onto the body; tetwild: an unstructured "
        "mesh of any shape; voxels: its voxels, each cut into six tetrahedra, loaded along their third axis, without a "
        "shell of their own, as voxel codes have it; default: fit for a body, tetwild for a vertebra",
    )
    cap_labels: Labels | None = Field(
        default=None,
        description="Labels of the caps in the mask, which stay as they are with method voxels; other methods leave "
        "them out; default: caps by loading.ends",
    )
    axes: str | None = Field(
        default=None,
        description="What first, second and third index point to in files that do not say, one letter each: R or "
        "L, A or P, "
        "S or I; default: the affine of the file",
    )
    frame: Frame = Field(default="endplates", description=f"{FRAME}. {_NOT_VOXELS}")
    edge_mm: float = Field(
        default=3.0, ge=0.4, le=4.0, description=f"Edge length of the tetrahedra. {_NOT_VOXELS}"
    )
    shell_mm: float = Field(
        default=0.35, gt=0.05, lt=3.0, description=f"Thickness of the cortical shell. {_NOT_VOXELS}"
    )
    endplate_mm: float = Field(
        default=0.5, gt=0.05, lt=3.0, description=f"Thickness of the bony endplates. {_NOT_VOXELS}"
    )

    key: ClassVar[str] = "mesh.image"
    paths: ClassVar[tuple[str, ...]] = ("file", "mask", "subregions")
    """Keys that name a file."""
    expected: ClassVar[str] = "an image as NIfTI, NRRD or MetaImage, or a folder of DICOM slices"
    density_distribution: ClassVar[str] = "uniform"
    """Of bone of which only a mean is stated."""

    _paths = field_validator("file", "mask", "subregions")(plain_path)
    _directions = field_validator("axes")(directions)

    @model_validator(mode="after")
    def _one_way_to_name_the_label(self) -> Self:
        if (self.preset is None) == (self.label is None):
            found = "both preset and label" if self.preset else "neither preset nor label"
            message = (
                f"found {found}, expected one of them: the same number is another vertebra elsewhere (22 is L1 in "
                f"totalsegmentator_v1, L3 in verse). Presets: {', '.join(presets())}."
            )
            raise ValueError(message)
        if self.preset is not None and self.level is None:
            message = f"found a preset and no level, expected level = one of {', '.join(levels(self.preset))}. Add it."
            raise ValueError(message)
        if self.subregions is not None and not self.labels_of_body:
            message = (
                "found subregions and no labels of the body in them, expected body_labels = [..], or preset = "
                '"tptbox", '
                "which knows its own. Add them."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _whole_vertebrae_have_no_layers(self) -> Self:
        if self.part == "vertebra" and self.method == "fit":
            message = (
                'found part = "vertebra" with method = "fit", expected "tetwild": only bodies can be fitted.'
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _voxels_are_meshed_as_they_are(self) -> Self:
        if self.method != "voxels":
            return self
        for name in ("edge_mm", "shell_mm", "endplate_mm"):
            if getattr(self, name) != type(self).model_fields[name].default:
                message = (
                    f'found method = "voxels" with {name}, expected none: its elements are the voxels, which hold '
                    f"shell and endplates. Remove {name}, or resample image and mask for another size."
                )
                raise ValueError(message)
        if self.frame == "inferior_endplate":
            message = (
                'found method = "voxels" with frame = "inferior_endplate", expected none: voxels are loaded along '
                "their third axis. Remove frame."
            )
            raise ValueError(message)
        return self

    @property
    def labels_of_body(self) -> tuple[int, ...]:
        """Labels of the body in the sub-regions; empty where none are known."""
        return self.body_labels or (body_labels(self.preset) if self.preset else ())

    @property
    def mesher(self) -> str:
        """How the mask is meshed."""
        return self.method or ("fit" if self.part == "body" else "tetwild")

    @property
    def level_sizes(self) -> dict[str, float]:
        """Sizes that the level gives: none."""
        return {}

    @property
    def named_files(self) -> dict[str, Path]:
        """Files and folders that are named, by key."""
        given = {f"{self.key}.{name}": getattr(self, name) for name in self.paths}
        return {key: Path(path) for key, path in given.items() if path is not None}

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the shape is read from, those of folders one by one."""
        return files_in(self.named_files.values())
