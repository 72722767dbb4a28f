"""The limit load from above: the cheapest single surface, on the cells of a body and on finer ones around it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .axial_strength import AxialStrength
from .band import Band, refined_band
from .body import LimitBody
from .least_power import GAP, Flow, LeastPower, least_power
from .level_surface import LevelSurface, cheapest_level, piece_centres
from .platen_motion import PlatenMotion


@dataclass(frozen=True, eq=False)
class UpperBound:
    """The cheapest surface found.

    Attributes
    ----------
    force : float [N]
        Power over the velocity of the platen.
    velocity : ndarray, shape (n,) [-]
        u on the mesh as given; 0 at points outside the cells.
    area : ndarray, shape (m,) [mm2]
        Of the surface in each cell: where the body gives way.
    normal : ndarray, shape (m, 3)
        Mean of the surface's normal in each cell, upwards; 0 where there is none.
    splits : int
        Of the cells around the surface.
    iterations : int
    """

    force: float
    velocity: np.ndarray
    area: np.ndarray
    normal: np.ndarray
    splits: int
    iterations: int


@dataclass(frozen=True, eq=False)
class UpperSearch:
    """The upper bound on the cells of a body, and on finer and finer ones around its surface.

    Attributes
    ----------
    body : LimitBody
    strength : AxialStrength
    motion : PlatenMotion or None
    gap : float
    band : Band
        Cells that were solved last.
    solution, whole : LeastPower
        On them, and on the cells of the body.
    best : LevelSurface
        The cheapest surface so far, by the cells of the body.
    normal : ndarray, shape (m, 3)
        Its mean normal in them.
    splits : int
    iterations : int
    """

    body: LimitBody
    strength: AxialStrength
    motion: PlatenMotion | None
    gap: float
    band: Band
    solution: LeastPower
    whole: LeastPower
    best: LevelSurface
    normal: np.ndarray
    splits: int
    iterations: int

    @classmethod
    def of(
        cls,
        body: LimitBody,
        strength: AxialStrength,
        start: UpperBound | None = None,
        motion: PlatenMotion | None = None,
        gap: float = GAP,
    ) -> Self:
        """Search on the cells of a body.

        Parameters
        ----------
        body, strength, start, motion, gap
            As for `upper_bound`.
        """
        z = body.points[:, 2]
        u = (z - z.min()) / body.height if start is None else start.velocity[body.nodes]
        cells = np.arange(len(body.cells))
        band = Band(body.points, body.cells, cells, body.at_nodes, body.gradient, body.volume)
        flow = _flow(band, strength, motion)
        solution = least_power(flow, body.height, u, gap=gap)
        best, normal = _level(body, strength, motion, band, flow, solution.u)
        return cls(
            body, strength, motion, gap, band, solution, solution, best, normal, 0, solution.iterations
        )

    def split(self, at_faces: np.ndarray | None = None) -> Self:
        """Cut the cells in which u changes, here or at the faces (f,) of the lower bound, and search on."""
        body, strength, motion = self.body, self.strength, self.motion
        also = np.zeros(len(self.band.cells), bool)
        if at_faces is not None and self.splits == 0:
            faces = at_faces[body.faces.of_cell[self.band.parent]]
            also = np.ptp(np.clip(faces, 0.0, 1.0), axis=1) > 0.25
        band, u, inside = refined_band(self.band, np.clip(self.solution.u, 0.0, 1.0), also)
        flow = _flow(band, strength, motion)
        flux = np.repeat(self.solution.flux[inside], 8, axis=0)
        solution = least_power(flow, body.height, u, flux, gap=self.gap)
        level, normal = _level(body, strength, motion, band, flow, solution.u)
        better = level.cost < self.best.cost
        return replace(
            self,
            band=band,
            solution=solution,
            best=level if better else self.best,
            normal=normal if better else self.normal,
            splits=self.splits + 1,
            iterations=self.iterations + solution.iterations,
        )

    def found(self) -> UpperBound:
        """The best surface so far."""
        velocity = np.zeros(self.body.n_points)
        velocity[self.body.nodes] = self.whole.u
        return UpperBound(self.best.cost, velocity, self.best.area, self.normal, self.splits, self.iterations)


def _flow(band: Band, strength: AxialStrength, motion: PlatenMotion | None) -> Flow:
    """Least power on the cells of a band."""
    axis, strength = moving_cells(band.points[band.cells], strength.take(band.parent), motion)
    return Flow(band.cells, band.gradient, band.volume, axis, strength, band.given)


def _level(
    body: LimitBody,
    strength: AxialStrength,
    motion: PlatenMotion | None,
    band: Band,
    flow: Flow,
    u: np.ndarray,
) -> tuple[LevelSurface, np.ndarray]:
    """The cheapest level of a field on a band, its area and mean normal in the cells of the body."""
    parent, n_cells = band.parent, len(body.cells)
    values = np.clip(u, 0.0, 1.0)[flow.unknowns]
    gradient = np.einsum("ca,cai->ci", values, flow.gradient)
    steep = np.sqrt(np.einsum("ci,ci->c", gradient, gradient))
    power = flow.volume * flow.strength.dissipation(gradient, flow.axis)
    found = cheapest_level(values, power, steep, flow.volume)
    if motion is not None:
        cost = _cost_of(found, band, strength, motion, values, gradient, steep)
        found = replace(found, cost=min(cost, float(power.sum())))
    area = np.bincount(parent, found.area, n_cells)
    facing = gradient * (found.area / np.maximum(steep, np.finfo(float).tiny))[:, None]
    vector = np.stack([np.bincount(parent, facing[:, i], n_cells) for i in range(3)], axis=1)
    normal = vector / np.maximum(area, np.finfo(float).tiny)[:, None]
    return LevelSurface(found.cost, found.level, area), normal


def _cost_of(
    level: LevelSurface,
    band: Band,
    strength: AxialStrength,
    motion: PlatenMotion,
    values: np.ndarray,
    gradient: np.ndarray,
    steep: np.ndarray,
) -> float:
    """What a level surface costs where the platen turns: each piece moves as its centre does."""
    cut = np.flatnonzero(level.area > 0)
    centre = piece_centres(band.points[band.cells[cut]], values[cut], level.level)
    velocity = motion.at(centre)
    speed = np.sqrt((velocity**2).sum(axis=1))
    normal = gradient[cut] / steep[cut, None]
    axis = velocity / np.maximum(speed, np.finfo(float).tiny)[:, None]
    power = speed * strength.take(band.parent[cut]).dissipation(normal, axis)
    return float(level.area[cut] @ power)


def moving_cells(
    corners: np.ndarray, strength: AxialStrength, motion: PlatenMotion | None
) -> tuple[np.ndarray, AxialStrength]:
    """Direction of cells (m, 3) that go with the platen, and their strength times their speed."""
    if motion is not None:
        return motion.in_cells(corners, strength)
    return np.tile([0.0, 0.0, 1.0], (len(corners), 1)), strength
