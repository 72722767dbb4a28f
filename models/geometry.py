"""The shape of a vertebra in one arm on one day: nodes, what a crush and a procedure did to every cell."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from vertebra.meshes.fracture.cavity import Cavity
from vertebra.meshes.heights import Heights, body_heights
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.tetmesh import TetMesh


@dataclass(frozen=True, eq=False)
class Geometry:
    """A mesh with its ends, and volume fractions of its cells.

    Geometry belongs to an arm and a day; cells, regions and the order of nodes are those of the anatomy, so that
    arrays of cells compare across geometries.

    Attributes
    ----------
    mesh : TetMesh
        With its ends.
    compaction : ndarray, shape (m,) [-]
        Volume of each cell in the intact body over that of here; 1 in caps.
    zone : ndarray, shape (m,) [-]
        Volume fraction of each cell in the crushed zone.
    band_compaction : ndarray, shape (m,) [-]
        The same as `compaction` for the part of each cell that lies in the zone; 1 elsewhere.
    worst_compaction : ndarray, shape (m,) [-]
        The largest that `band_compaction` has been: what decides how much is broken.
    cleft : ndarray, shape (m,) [-]
        Volume fraction of each cell that is an empty cleft.
    cavity : Cavity or None
        What a balloon has pushed aside; cement lies in it.
    cement : CementPlacement or None
        What has been injected, and where it lies.
    from_day : int [d]
        Day from which on the arm has this shape.
    restored_mm : float [mm]
        Height over that just before a kyphoplasty where the fracture is deepest; NaN without one.
    """

    mesh: TetMesh
    compaction: np.ndarray
    zone: np.ndarray
    band_compaction: np.ndarray
    worst_compaction: np.ndarray
    cleft: np.ndarray
    cavity: Cavity | None = None
    cement: CementPlacement | None = None
    from_day: int = 0
    restored_mm: float = float("nan")

    @classmethod
    def uncrushed(cls, mesh: TetMesh) -> Self:
        """Geometry of a body that nothing has happened to."""
        nowhere = np.zeros(mesh.n_cells)
        whole = np.ones(mesh.n_cells)
        return cls(
            mesh, compaction=whole, zone=nowhere, band_compaction=whole, worst_compaction=whole, cleft=nowhere
        )

    @cached_property
    def volume(self) -> np.ndarray:
        """Volume of each cell; ndarray, shape (m,) [mm3]."""
        return cell_volumes(self.mesh.points, self.mesh.cells)

    @cached_property
    def heights(self) -> Heights:
        """Heights of the bone between its end surfaces."""
        return body_heights(self.mesh)

    def trabecular_mineral(self, density: np.ndarray) -> np.ndarray:
        """Mineral of the trabecular bone of each bone cell, before that of a cavity is pushed aside.

        Parameters
        ----------
        density : ndarray, shape (b,) [g/cm3]
            Of the bone cells before the fracture.

        Returns
        -------
        ndarray, shape (b,) [mg]
            Of the kind of the density: mineral as QCT sees it, ash or wet bone.
        """
        mesh, bone = self.mesh, self.mesh.is_bone
        volume = (self.compaction * self.volume * (1 - self.cleft))[bone]
        return density * volume * (1 - mesh.shell_fraction - mesh.endplate_fraction)[bone]

    def pushed_aside(self, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What a cavity makes of the density of the bone cells, and the share of each that it has emptied.

        Parameters
        ----------
        density : ndarray, shape (b,) [g/cm3]
            Before the fracture.

        Returns
        -------
        pressing, emptied : ndarray, shape (b,) [-]
            As in `Cavity`; 1 and 0 without a cavity.
        """
        bone = self.mesh.is_bone
        if self.cavity is None:
            return np.ones(len(density)), np.zeros(len(density))
        mineral = np.zeros(self.mesh.n_cells)
        mineral[bone] = self.trabecular_mineral(density)
        return self.cavity.pressing(mineral)[bone], self.cavity.emptied[bone]
