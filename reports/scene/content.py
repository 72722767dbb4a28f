"""What a scene shows of a result: the body, its arms and days, its fields, and the outlines on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.fields.reading import FieldFile
from vertebra.records.result_files import FIELDS

from ..chapters.record import INTACT
from .quantities import QUANTITIES, TISSUE_NAMES, Quantity, available, has_tissue
from .subject import Subject
from .surface import signed_sides
from .vertices import Vertices

WEAKEST = "weakest_surface_mm2"
"""Cell field with the area of the weakest surface."""
_KEPT_VALUES = 10_000_000
"""Numbers that are held so that a page is packed without reading its fields twice: 80 MB."""
CAPS = tuple(REGIONS.index(name) for name in ("superior_cap", "inferior_cap"))


@dataclass(frozen=True)
class SceneContent:
    """A result as a scene shows it.

    Attributes
    ----------
    subject : Subject
    files : mapping of str to FieldFile
        By arm; arms of another mesh are left out.
    ends : dict
        Ranges of fields that have been found (`description`).
    means : dict
        Means from cells to vertices, by arm with cement.
    seen : dict
        Fields that have been read, by arm, day and key.
    """

    subject: Subject
    files: Mapping[str, FieldFile]
    ends: dict[str, tuple[float, ...]] = field(default_factory=dict)
    means: dict[str, csr_matrix] = field(default_factory=dict)
    seen: dict[tuple[str, int, str], np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, subject: Subject | None = None) -> "SceneContent | None":
        """Scene of a folder with field files; None where it has none that can be shown.

        Parameters
        ----------
        folder : Path
        subject : Subject, optional
            Read from the manifest unless given.
        """
        subject = Subject.of_folder(folder) if subject is None else subject
        arms = (INTACT, *subject.arms)
        found = {
            arm: FieldFile(folder / FIELDS.of(arm)) for arm in arms if (folder / FIELDS.of(arm)).is_file()
        }
        found = {arm: file for arm, file in found.items() if available(file)}
        if not found:
            return None
        shape = next(iter(found.values())).cells.shape
        return cls(subject, {arm: file for arm, file in found.items() if file.cells.shape == shape})

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Fields that all arms have."""
        sets = [{each.key for each in available(file)} for file in self.files.values()]
        return tuple(each for each in QUANTITIES if all(each.key in known for known in sets))

    @cached_property
    def has_tissue(self) -> bool:
        """Whether tissue can be shown: of the arms that break."""
        return any(has_tissue(file) for file in self.files.values())

    @cached_property
    def has_displacement(self) -> bool:
        """Whether the body can be drawn as it deforms."""
        return all("displacement_mm" in file.names for file in self.files.values())

    @cached_property
    def vertices(self) -> Vertices:
        """Corners of the cells."""
        arm, file = next(iter(self.files.items()))
        region = self.region(arm)
        parts = [cement > 0.5 for cement in self.cement.values() if np.any(cement > 0.5)]
        return Vertices.of(file.points(file.days[0]), file.cells, region, parts)

    @cached_property
    def cement(self) -> dict[str, np.ndarray]:
        """Cement of every arm on its last day, by cell."""
        return {
            arm: file.field("tissue_cement", file.days[-1])
            for arm, file in self.files.items()
            if "tissue_cement" in file.names
        }

    @cached_property
    def _mean_of_all(self) -> csr_matrix:
        return self.vertices.mean_of_all()

    def _mean(self, arm: str, day: int) -> csr_matrix:
        """From cells to vertices of an arm on a day: cement is apart from bone once it is there."""
        filled = self.cement_cells(arm, day)
        key = arm if filled.any() else ""
        if key not in self.means:
            self.means[key] = self.vertices.mean(filled if key else None)
        return self.means[key]

    def cement_cells(self, arm: str, day: int) -> np.ndarray:
        """Cells that are filled with cement; ndarray of bool, shape (m,)."""
        if arm not in self.cement or day < self.subject.injections.get(arm, np.inf):
            return np.zeros(len(self.files[arm].cells), bool)
        return self.cement[arm] > 0.5

    def region(self, arm: str) -> np.ndarray:
        """Region of every cell; all trabecular where the file does not hold them."""
        file = self.files[arm]
        if "region" in file.names:
            return np.rint(file.field("region", file.days[0])).astype(np.int8)
        return np.zeros(len(file.cells), dtype=np.int8)

    def days(self, arm: str) -> tuple[int, ...]:
        """Days of an arm."""
        return self.files[arm].days

    def values(self, arm: str, day: int, key: str) -> np.ndarray:
        """A field at the vertices; ndarray, shape (v,)."""
        known = self.seen.get((arm, day, key))
        if known is None:
            quantity = next(each for each in self.quantities if each.key == key)
            known = self._mean(arm, day) @ np.asarray(quantity.read(self.files[arm], day), dtype=float)
            if len(self.seen) * self.vertices.count < _KEPT_VALUES:
                self.seen[arm, day, key] = known
        return known

    def tissue(self, arm: str, day: int) -> np.ndarray:
        """Volume fractions at the vertices; ndarray, shape (tissues, v)."""
        file = self.files[arm]
        if not has_tissue(file):
            return np.zeros((len(TISSUE_NAMES), self.vertices.count))
        mean = self._mean(arm, day)
        return np.stack(
            [mean @ np.asarray(file.field(f"tissue_{name}", day), float) for name in TISSUE_NAMES]
        )

    @cached_property
    def box(self) -> tuple[np.ndarray, np.ndarray]:
        """Smallest and largest coordinates of all bodies; shape (3,) each [mm]."""
        ends = [
            self.points(arm, day) for arm, file in self.files.items() for day in {file.days[0], file.days[-1]}
        ]
        every = np.concatenate(ends)
        return every.min(axis=0) - 0.5, every.max(axis=0) + 0.5

    def points(self, arm: str, day: int) -> np.ndarray:
        """Corner nodes; ndarray, shape (c, 3) [mm]."""
        return np.asarray(self.files[arm].points(day)[self.vertices.nodes], dtype=float)

    def displacement(self, arm: str, day: int) -> np.ndarray:
        """Displacement of the corner nodes; ndarray, shape (c, 3) [mm]."""
        return np.asarray(self.files[arm].field("displacement_mm", day)[self.vertices.nodes], dtype=float)

    def outline(self, arm: str, day: int) -> np.ndarray:
        """Share of crushed bone at the corner nodes, without regard to cement; ndarray, shape (c,) [-]."""
        file = self.files[arm]
        if "tissue_host" not in file.names:
            return np.zeros(len(self.vertices.nodes))
        injected = self.subject.injections.get(arm)
        if injected is not None and day >= injected:  # cement replaces host bone outside the band as well
            arm, day = self._before(arm, day, injected)
            file = self.files[arm]
        broken = (
            1.0
            - np.asarray(file.field("tissue_host", day), float)
            - np.asarray(file.field("tissue_cement", day), float)
        )
        broken[np.isin(self.vertices.region, CAPS)] = 0.0
        return self._mean_of_all @ broken

    def _before(self, arm: str, day: int, injected: float) -> tuple[str, int]:
        """An arm and day that show the crushed band that cement was injected into."""
        for other in self.files:
            bare = other not in (arm, INTACT) and self.subject.injections.get(other, np.inf) > injected
            if bare and int(injected) in self.days(other):
                return other, int(injected)
        earlier = [on for on in self.days(arm) if on < injected]
        return arm, earlier[-1] if earlier else day

    def weakest(self, arm: str, day: int) -> np.ndarray | None:
        """Field at the corner nodes whose zero level is the weakest surface; None where a run has none."""
        file = self.files[arm]
        if WEAKEST not in file.names:
            return None
        nodes = self.vertices.node[self.vertices.cells]
        height = self.points(arm, day)[:, 2]
        above, below = self._end("superior", height), self._end("inferior", height)
        return signed_sides(nodes, file.field(WEAKEST, day), above, below, len(self.vertices.nodes))

    def _end(self, side: str, height: np.ndarray) -> np.ndarray:
        """Corner nodes of an end: of its cap, else of its endplate, else the farthest ones."""
        nodes = self.vertices.node[self.vertices.cells]
        for part in ("cap", "endplate"):
            inside = self.vertices.region == REGIONS.index(f"{side}_{part}")
            if inside.any():
                return np.unique(nodes[inside])
        farthest = height.max() if side == "superior" else height.min()
        return np.flatnonzero(height == farthest)

    @cached_property
    def has_weakest(self) -> bool:
        """Whether any state has a weakest surface."""
        return any(
            WEAKEST in file.names and bool(file.field(WEAKEST, file.days[0]).any())
            for file in self.files.values()
        )
