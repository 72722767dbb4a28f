"""The shapes of a vertebra that goes on losing height: a geometry for any loss, with its cleft and its cement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from vertebra.meshes.fracture.cavity import Cavity
from vertebra.meshes.fracture.collapsing import CollapsingBody
from vertebra.meshes.fracture.crush import Crush, CrushedBody
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.meshes.tetmesh import TetMesh

from .geometry import Geometry


@dataclass(frozen=True, eq=False)
class Collapsing:
    """A body with its ends at any residual loss of height.

    Cells, regions and the order of nodes are those of the anatomy. The bone that is crushed moves as a whole while
    the band grows, so that a cleft keeps its cells.

    Attributes
    ----------
    body : CollapsingBody
    with_ends : callable
        Adds the ends to a bone.
    height_loss : float [-]
        Residual loss on day 0, stated or measured.
    cleft : ndarray, shape (m,) [-]
        Volume fraction of each cell of the mesh with its ends that is an empty cleft.
    cement : CementPlacement or None
    from_day : int [d]
        Day from which on the body has its cement.
    cavity : Cavity or None
        In which the cement lies.
    raised_from : float [-]
        Residual loss just before a kyphoplasty; NaN without one.
    """

    body: CollapsingBody
    with_ends: Callable[[TetMesh], TetMesh]
    height_loss: float
    cleft: np.ndarray | None = None
    cement: CementPlacement | None = None
    from_day: int = 0
    cavity: Cavity | None = None
    raised_from: float = float("nan")

    def at(self, height_loss: float) -> Geometry:
        """Geometry at a residual loss.

        Raises
        ------
        ValueError
            Where cells would be turned inside out.
        """
        done = self.body.crushed(height_loss)
        geometry = fractured_geometry(self.with_ends(replace(self.body.mesh, points=done.points)), done)
        return replace(
            geometry,
            cleft=geometry.cleft if self.cleft is None else self.cleft,
            cement=self.cement,
            from_day=self.from_day,
            cavity=self.cavity,
            restored_mm=(self.raised_from - height_loss) * self.body.peak_mm,
        )

    def raised(self, height_loss: float) -> Self:
        """Same body from a kyphoplasty on: what the loss of that day has broken stays broken at a smaller loss."""
        return replace(self, body=self.body.stretched_from(height_loss), raised_from=height_loss)

    def with_cement(self, height_loss: float, placed: CementPlacement, day: int) -> Self:
        """Same body from the day on which cement has been placed at a loss: its cells follow the cement."""
        nodes = placed.points[: self.body.mesh.n_points]  # those of the ends come after
        body = self.body.pulled_back(height_loss, nodes)
        return replace(self, body=body, cement=placed, from_day=day)


def fractured_geometry(mesh: TetMesh, crushed: Crush | CrushedBody) -> Geometry:
    """Geometry of a crushed bone with its ends.

    Parameters
    ----------
    mesh : TetMesh
        The crushed bone with its ends.
    crushed : Crush or CrushedBody
        Per cell of the bone.
    """
    return Geometry(
        mesh=mesh,
        compaction=_on_bone(mesh, crushed.compaction, 1.0),
        zone=_on_bone(mesh, crushed.zone, 0.0),
        band_compaction=_on_bone(mesh, crushed.band_compaction, 1.0),
        worst_compaction=_on_bone(mesh, crushed.worst_compaction, 1.0),
        cleft=np.zeros(mesh.n_cells),
    )


def _on_bone(mesh: TetMesh, values: np.ndarray, elsewhere: float) -> np.ndarray:
    """Spread values of the bone cells over all cells of the mesh with its ends."""
    everywhere = np.full(mesh.n_cells, elsewhere)
    everywhere[mesh.is_bone] = values
    return everywhere
