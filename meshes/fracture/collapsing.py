"""A body that goes on losing height: its shape at any loss, on one topology."""

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..parametric.lattice import VTK_EDGES
from ..tetmesh import TetMesh
from .band import Band, BandRule, grow_band
from .columns import Columns, EndSurfaces
from .crush import LARGEST_LOSS, Crush, crush
from .full_band import FullBand, find_full_band
from .shape import CrushShape


@dataclass(frozen=True, eq=False)
class CollapsingBody:
    """An intact body, and what any loss of height makes of it.

    Attributes
    ----------
    mesh : TetMesh
        Intact bone without caps. Its nodes may have been moved (`pulled_back`); its outer shape is that of `shape`.
    shape : CrushShape
        How loss is spread over the plan.
    rule : BandRule
    ends : EndSurfaces
    columns : Columns
        Through the nodes.
    deepest : float [-]
        Residual loss from which the body has been stretched back. At a smaller loss the band is that of this loss:
        the same broken bone, pulled apart again.
    """

    mesh: TetMesh
    shape: CrushShape
    rule: BandRule
    ends: EndSurfaces
    columns: Columns
    deepest: float = 0.0

    @classmethod
    def of(cls, mesh: TetMesh, kind: str, rule: BandRule) -> Self:
        """Measure an intact body.

        Parameters
        ----------
        mesh : TetMesh
            Bone without caps, best from `fit_to_band`.
        kind : str
            "wedge", "biconcave" or "crush".
        rule : BandRule
        """
        ends = EndSurfaces.of(mesh)
        return cls(mesh, CrushShape.of(mesh, kind), rule, ends, ends.columns(mesh.points))

    @property
    def largest_loss(self) -> float:
        """Residual loss beyond which no body is crushed [-]."""
        return LARGEST_LOSS

    @property
    def peak_mm(self) -> float:
        """Height that the residual loss is a share of: in front, in the middle or everywhere, by the kind [mm]."""
        heights = self.shape.heights
        return {"wedge": heights.anterior_mm, "biconcave": heights.middle_mm}.get(
            self.shape.kind, heights.mean_mm
        )

    def crushed(self, height_loss: float) -> Crush:
        """Crush by a residual loss.

        Raises
        ------
        ValueError
            Where cells would be turned inside out.
        """
        loss = self.shape.loss_mm(self.mesh.points, height_loss)
        band = self._band(self.columns, self.mesh.points, height_loss)
        what = f"the {self.shape.kind} fracture that has collapsed to height_loss = {height_loss:.3f}"
        return crush(self.mesh, band, loss, self.shape.from_above, what=what)

    def _band(self, columns: Columns, points: np.ndarray, height_loss: float) -> Band:
        """Band of a loss in the columns through points (n, 3) [mm]."""
        worst = max(height_loss, self.deepest)
        band = grow_band(columns, self.shape.loss_mm(points, worst), self.rule)
        return band if worst == height_loss else band.stretched(height_loss / worst)

    def full_band(self, height_loss: float) -> FullBand | None:
        """Where the band of a loss reaches from endplate to endplate; None where it does not."""
        section, area = self.ends.section()
        worst = max(height_loss, self.deepest)
        loss = self.shape.loss_mm(section, worst)
        return find_full_band(section, area, self.ends.columns(section), loss, worst, self.rule)

    def square_mm4(self) -> float:
        """Integral over the plan of the square of the loss in mm of a residual loss of 1 [mm4]."""
        section, area = self.ends.section()
        return float(area @ self.shape.loss_mm(section, 1.0) ** 2)

    def stretched_from(self, height_loss: float) -> Self:
        """Same body after a loss from which it is stretched back; what that has broken stays broken.

        Every node moves back along z in proportion to the loss that is regained, so that volumes of cells with straight
        edges are linear in it: where the body at `height_loss` and the intact one have positive cells, so has each
        between them.

        Parameters
        ----------
        height_loss : float [-]
        """
        return dataclasses.replace(self, deepest=max(self.deepest, height_loss))

    def pulled_back(self, height_loss: float, points: np.ndarray) -> Self:
        """Body whose crush by a loss has its nodes at other places, as where its cells follow cement.

        Parameters
        ----------
        height_loss : float [-]
        points : ndarray, shape (n, 3) [mm]
            Of the crushed body. Nodes that stand where `crushed` puts them keep their place.
        """
        known = self.crushed(height_loss).points
        moved = np.flatnonzero((points != known).any(axis=1))
        corner = np.zeros(len(points), bool)
        corner[self.mesh.cells[:, :4]] = True
        at = moved[corner[moved]]
        intact = self.mesh.points.copy()
        shift = np.zeros(len(points))
        shift[corner] = (known - self.mesh.points)[corner, 2]
        intact[at] = points[at]
        intact[at, 2] = self._height_before(points[at], height_loss)
        shift[at] = points[at, 2] - intact[at, 2]
        if self.mesh.order == 2:
            cells = self.mesh.cells
            for mid, (i, j) in enumerate(VTK_EDGES, start=4):
                nodes = cells[:, mid]
                intact[nodes] = points[nodes]
                intact[nodes, 2] -= (shift[cells[:, i]] + shift[cells[:, j]]) / 2
        mesh = dataclasses.replace(self.mesh, points=intact)
        return dataclasses.replace(self, mesh=mesh, columns=self.ends.columns(intact))

    def _height_before(self, points, height_loss):
        """Heights z before a crush of points (k, 3) after it; the crush is linear in z below, in and above the band."""
        loss = self.shape.loss_mm(points, height_loss)
        band = self._band(self.ends.columns(points), points, height_loss)
        z = points[:, 2] - loss * (1 - self.shape.from_above)
        stretch = np.divide(
            band.thickness, band.thickness - loss, out=np.ones_like(z), where=band.thickness > 0
        )
        inside = band.lower + (z - band.lower) * stretch
        return np.where(z <= band.lower, z, np.where(z >= band.upper - loss, z + loss, inside))
