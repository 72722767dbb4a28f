"""How many elements a mesh has across cement, between cement and endplates, and between cement and crush band."""

from dataclasses import dataclass

import numpy as np

from ..quality import cell_volumes
from ..tetmesh import TetMesh
from .clearance import CementSpace
from .crush_band import CrushBand
from .resolved import ResolvedCement
from .shape import CementRegion

ACROSS = 3.5
"""Elements across the smallest thickness from which the ultimate force stays within 1 %. Straight 10-node tetrahedra of
4, 3, 2.4, 2 mm bear 2634, 2585, 2576, 2562 N with flat clouds of 12 mm in a wedge of L1, and 2735, 2734, 2735, 2736 N
with upright ones."""
VOLUME_ERROR = 0.005
MISPLACED = 0.055
"""Share of the volume on the wrong side of the surface up to which that held: 0.066, 0.044, 0.022 at 4, 3, 2 mm."""
_LEAST_BAND_MM = 0.2


@dataclass(frozen=True)
class Resolution:
    """Figures by which to judge whether a mesh resolves cement.

    An element is as long as the regular tetrahedron of the volume of those around.

    Attributes
    ----------
    edge_mm : float [mm]
        Length of the cement's elements.
    thickness_mm : float [mm]
        Smallest thickness of the cement.
    elements_across : float
        Over it.
    bridge_superior_mm, bridge_inferior_mm : float [mm]
        Trabecular bone between cement and the inside of the endplate, where it is thinnest; 0 with contact.
    bridge_elements_superior, bridge_elements_inferior : float
        Elements across it.
    reach_superior_mm, reach_inferior_mm : float [mm]
        Between the borders of the crush band and the ends of the cement beyond them, least over the cement; NaN
        without a band.
    reach_elements_superior, reach_elements_inferior : float
        Elements across it; 0 where the cement ends inside the band.
    volume_error, misplaced_share : float [-]
        Of the cells against the shape; see `resolved.ResolvedCement`.
    """

    edge_mm: float
    thickness_mm: float
    elements_across: float
    bridge_superior_mm: float
    bridge_inferior_mm: float
    bridge_elements_superior: float
    bridge_elements_inferior: float
    reach_superior_mm: float
    reach_inferior_mm: float
    reach_elements_superior: float
    reach_elements_inferior: float
    volume_error: float
    misplaced_share: float

    @property
    def is_enough(self) -> bool:
        """Whether the cement itself is resolved: elements across, volume to 0.5 %, shape to 5.5 %."""
        shaped = abs(self.volume_error) <= VOLUME_ERROR and self.misplaced_share <= MISPLACED
        return shaped and self.elements_across >= ACROSS

    @property
    def wanted_edge_mm(self) -> float:
        """Edge length that puts 3.5 elements across the cement [mm]."""
        return self.thickness_mm / ACROSS


def find_resolution(
    mesh: TetMesh,
    resolved: ResolvedCement,
    shape: CementRegion,
    space: CementSpace,
    band: CrushBand | None,
) -> Resolution:
    """Count the elements of a mesh across cement and beside it."""
    points, filled = resolved.points, resolved.filled
    length = (6 * 2**0.5 * np.maximum(cell_volumes(points, mesh.cells), 0)) ** (1 / 3)
    edge = float(np.median(length[filled]))
    thickness = shape.thickness_mm
    top, bottom, x, y = shape.ends()
    nodes = np.unique(mesh.cells[filled, :4])
    bone = mesh.in_region("trabecular") & mesh.is_body & ~filled
    middle = points[mesh.cells[:, :4]].mean(axis=1)
    distance = np.full(mesh.n_cells, np.inf)
    distance[bone] = shape.nearest(middle[bone])[0]
    figures = {}
    for k, (side, sign) in enumerate((("superior", 1), ("inferior", -1))):
        gap = max(float(space.ends[k].distances(points[nodes]).min()) - space.endplates_mm[k], 0.0)
        gap = 0.0 if gap < 0.02 * edge else gap
        here = bone & (sign * (middle[:, 2] - shape.middle_mm) > 0) & (distance < max(gap, edge))
        local = float(np.median(length[here])) if here.any() else edge
        figures[f"bridge_{side}_mm"] = gap
        figures[f"bridge_elements_{side}"] = gap / local
        reach = _reach(band, x, y, top, bottom, side)
        figures[f"reach_{side}_mm"] = reach
        figures[f"reach_elements_{side}"] = max(reach, 0.0) / edge
    return Resolution(
        edge_mm=edge,
        thickness_mm=thickness,
        elements_across=thickness / edge,
        **figures,
        volume_error=resolved.volume_error,
        misplaced_share=resolved.misplaced_share,
    )


def _reach(band, x, y, top, bottom, side):
    """Least reach of the cement beyond the band on one side [mm]; NaN where there is no band under the cement."""
    if band is None:
        return float("nan")
    low, high = band.low(x, y), band.high(x, y)
    crushed = high - low > _LEAST_BAND_MM
    if not crushed.any():
        return float("nan")
    beyond = top - high if side == "superior" else low - bottom
    return float(beyond[crushed].min())
