"""Tables of the scenario file about what comes from files: images with masks, volume meshes, densities of images."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from vertebra.images.calibration import MATERIALS
from vertebra.images.labels import body_labels, levels, presets

from .section import OneOf, Section

Level = Literal["T11", "T12", "L1", "L2", "L3", "L4", "L5"]
Labels = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(strict=False)]
Numbers = Annotated[tuple[float, ...], Field(strict=False)]
NamedSets = dict[str, str]
Frame = Literal["endplates", "inferior_endplate", "file"]
FRAME = (
    "Where up is; endplates: the mean of their normals; inferior_endplate: the normal of that one, for wedged bodies; "
    "file: the z of the file"
)


def plain_path(file: str | None) -> str | None:
    """Refuse a path in which a backslash made a control character.

    Raises
    ------
    ValueError
    """
    if file is not None and any(ord(letter) < 32 for letter in file):
        message = (
            f"found {file!r}, which holds a tab or another control character: in double quotes a backslash begins "
            "an escape. Write the path in single quotes or with / in place of \\."
        )
        raise ValueError(message)
    return file


def directions(axes: str | None) -> str | None:
    """Refuse what is no set of three directions.

    Raises
    ------
    ValueError
    """
    if axes is not None:
        from vertebra.meshes.surface.reading import axes_matrix

        axes_matrix(axes)
    return axes if axes is None else axes.upper()


class ImageFile(Section):
    """A vertebra marked in an image: a mask of labels, and the image that holds its density."""

    file: str | None = Field(
        default=None,
        description="CT or density image as NIfTI, NRRD or MetaImage, or the folder of a DICOM series, on the grid of the "
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
        description="Labels of parts of vertebrae, by which the body is cut from the arch; default: a plane behind the body",
    )
    body_labels: Labels | None = Field(
        default=None, description="Labels of the body in the sub-regions; default: those of the preset"
    )
    part: Literal["body", "vertebra"] = Field(
        default="body", description="What is meshed; body: without arch and processes; vertebra: all of the label"
    )
    method: Literal["fit", "tetwild", "voxels"] | None = Field(
        default=None,
        description="How the mask is meshed; fit: a structured mesh moved onto the body; tetwild: an unstructured mesh of any "
        "shape; voxels: each voxel cut into tetrahedra; default: fit for a body, tetwild for a vertebra",
    )
    axes: str | None = Field(
        default=None,
        description="What first, second and third index point to in files that do not say, one letter each: R or L, A or P, "
        "S or I; default: the affine of the file",
    )
    frame: Frame = Field(default="endplates", description=FRAME)
    edge_mm: float = Field(default=3.0, ge=0.4, le=4.0, description="Edge length of the tetrahedra")
    shell_mm: float = Field(default=0.35, gt=0.05, lt=3.0, description="Thickness of the cortical shell")
    endplate_mm: float = Field(default=0.5, gt=0.05, lt=3.0, description="Thickness of the bony endplates")

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
                "found subregions and no labels of the body in them, expected body_labels = [..], or preset = \"tptbox\", "
                "which knows its own. Add them."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _whole_vertebrae_have_no_layers(self) -> Self:
        if self.part == "vertebra" and self.method == "fit":
            message = 'found part = "vertebra" with method = "fit", expected "tetwild" or "voxels": only bodies can be fitted.'
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


class MeshFile(Section):
    """A volume mesh made elsewhere, with its sets."""

    path: str = Field(description="Mesh of tetrahedra (or hexahedra, wedges, pyramids, which are cut) as INP, MSH, VTU, VTK or FEB")
    unit: Literal["mm", "cm", "m"] = Field(default="mm", description="Length unit of the coordinates")
    axes: str = Field(default="RAS", description="What x, y and z of the file point to, one letter each")
    level: Level | None = Field(default=None, description="Vertebral level; default: L1, loads only")
    frame: Frame | None = Field(
        default=None, description=f"{FRAME}; default: file where both endplates are named, else endplates"
    )
    regions: NamedSets | None = Field(
        default=None,
        description="Element sets by region: trabecular, shell, superior_endplate, inferior_endplate, superior_cap, "
        "inferior_cap; default: sets of these names",
    )
    nodes: NamedSets | None = Field(
        default=None,
        description="Node sets of superior_endplate and inferior_endplate; default: sets of these names, else found by shape",
    )
    shell_mm: float = Field(
        default=0.35, gt=0.05, lt=3.0, description="Thickness of the cortical shell where no set names it"
    )
    endplate_mm: float = Field(
        default=0.5, gt=0.05, lt=3.0, description="Thickness of the bony endplates where no set names them"
    )

    key: ClassVar[str] = "mesh.file"
    paths: ClassVar[tuple[str, ...]] = ("path",)
    expected: ClassVar[str] = "a volume mesh as INP, MSH, VTU, VTK or FEB"
    density_distribution: ClassVar[str] = "uniform"
    edge_mm: ClassVar[float] = 3.0
    """Height of the sections by which capacity is compared; the cells are those of the file."""

    _paths = field_validator("path")(plain_path)
    _directions = field_validator("axes")(directions)

    @property
    def level_sizes(self) -> dict[str, float]:
        """Sizes that the level gives: none."""
        return {}

    @property
    def named_files(self) -> dict[str, Path]:
        """Files that are named, by key."""
        return {f"{self.key}.path": Path(self.path)}

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the mesh is read from."""
        return (Path(self.path),)


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
        description="How HU become density; linear: stated slope and intercept; rods: rods of a solid phantom; liquid_rods: "
        "rods of K2HPO4 in water; phantomless: air and tissues of the patient; default: none, the voxels hold density",
    )
    material: Annotated[str, OneOf(MATERIALS)] | None = Field(
        default=None,
        description="What the phantom holds: equivalents of K2HPO4 and hydroxyapatite differ by some 8 % at 100 mg/cm3",
    )
    slope_mg_cm3_per_HU: float | None = Field(default=None, description="Slope of a linear calibration")  # noqa: N815
    intercept_mg_cm3: float | None = Field(default=None, description="Density at 0 HU of a linear calibration")
    rods_HU: Numbers | None = Field(default=None, description="Mean of each rod in the image")  # noqa: N815
    rods_mg_cm3: Numbers | None = Field(default=None, description="Density of each rod")
    rods_water_mg_cm3: Numbers | None = Field(default=None, description="Water in each liquid rod")
    tissues: str | None = Field(
        default=None, description="Mask of 1 air, 2 fat, 3 muscle, 4 blood, 5 cortical bone (optional) on the grid of the image"
    )
    air_HU: float | None = Field(default=None, description="Mean of air, in place of the mask of tissues")  # noqa: N815
    fat_HU: float | None = Field(default=None, description="Mean of fat")  # noqa: N815
    muscle_HU: float | None = Field(default=None, description="Mean of muscle")  # noqa: N815
    blood_HU: float | None = Field(default=None, description="Mean of blood")  # noqa: N815
    cortical_bone_HU: float | None = Field(default=None, description="Mean of cortical bone; default: not used")  # noqa: N815

    key: ClassVar[str] = "bone.density_image"
    paths: ClassVar[tuple[str, ...]] = ("file", "tissues")

    _paths = field_validator("file", "tissues")(plain_path)

    @model_validator(mode="after")
    def _a_calibration_has_its_numbers(self) -> Self:
        if (self.unit == "HU") != (self.calibration is not None):
            message = (
                "found HU without a calibration, expected calibration = one of linear, rods, liquid_rods, phantomless."
                if self.unit == "HU"
                else f'found unit = "{self.unit}" and a calibration, which HU need; expected one of them. Remove the other.'
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
            message = f"found rods of {' and '.join(map(str, sorted(counts)))} numbers, expected one for each rod. Complete them."
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


def files_in(paths) -> tuple[Path, ...]:
    """Files, and for folders the files in them."""
    return tuple(
        file
        for path in paths
        for file in (sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else (path,))
    )
