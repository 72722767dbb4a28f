"""`mesh.file`: a volume mesh made elsewhere."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from ..section import Section
from .shared import FRAME, Frame, Level, NamedSets, directions, plain_path


class MeshFile(Section):
    """A volume mesh made elsewhere, with its sets."""

    path: str = Field(
        description="Mesh of tetrahedra (or hexahedra, wedges, pyramids, which are cut) as INP, MSH, VTU, VTK or FEB"
    )
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
        description="Node sets of superior_endplate and inferior_endplate; default: sets of these names, else "
        "found by shape",
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
