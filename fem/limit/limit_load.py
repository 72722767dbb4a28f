"""The limit load of a body between platens, bracketed: the weakest surface across it, from below and from above.

By the theorems of limit analysis the load of a perfectly plastic body lies above what any balanced stress within its
strength bears, and below what any velocity dissipates. Both are sought among velocities along one axis (of a platen
that turns: along the direction in which a body that goes with it moves), v = -u(x) R(x), u 0 at the lower and 1 at the
upper end. u then minimises a weighted total variation (`axial_strength`, `least_power`), the dual of the largest flow
through a body, and its least value is that of a surface, of any shape, across which the upper part moves as one
piece.

Below: u at the faces (Crouzeix-Raviart), certified by a balanced flux. Above: u at the corners (P1), on cells that are
split where u changes, and the cheapest single level surface of u.

`low` and `high` bracket the least power of such velocities for the strengths as meshed. The true load is never above
`high`; it may lie below `low` where a body would give way sideways as well, as in a short core in shear (7 %).
"""

from dataclasses import dataclass, replace

import numpy as np

from .axial_strength import AxialStrength
from .band import Band, refined_band
from .body import LimitBody
from .least_power import GAP, Flow, LeastPower, least_power
from .level_surface import LevelSurface, cheapest_level, piece_centres
from .platen_motion import PlatenMotion

NARROW = 0.01
"""Width of the bracket, over its lower end, from which on cells are split once ..."""
WIDE = 0.03
"""... and twice."""
SPLITS = 2


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
class LowerBound:
    """The largest flow found that the cells bear.

    Attributes
    ----------
    force : float [N]
    flux : ndarray, shape (m, 3) [MPa]
        The certificate: traction on the axis, within the strength in every cell.
    velocity : ndarray, shape (f,) [-]
        u at the faces.
    iterations : int
    """

    force: float
    flux: np.ndarray
    velocity: np.ndarray
    iterations: int


@dataclass(frozen=True, eq=False)
class LimitLoad:
    """Bracket of the limit load.

    Attributes
    ----------
    below : LowerBound
    above : UpperBound
    """

    below: LowerBound
    above: UpperBound

    @property
    def low(self) -> float:
        """Lower end [N]."""
        return self.below.force

    @property
    def high(self) -> float:
        """Upper end [N]."""
        return self.above.force

    @property
    def width(self) -> float:
        """Width over the lower end [-]."""
        return (self.high - self.low) / self.low


def limit_load(
    body: LimitBody,
    strength: AxialStrength,
    start: LimitLoad | None = None,
    *,
    motion: PlatenMotion | None = None,
    narrow: float = NARROW,
    wide: float = WIDE,
    splits: int = SPLITS,
    gap: float = GAP,
) -> LimitLoad:
    """Bracket the force under which a body collapses between two platens.

    Parameters
    ----------
    body : LimitBody
    strength : AxialStrength
        Of its cells.
    start : LimitLoad, optional
        Of the same mesh in another state, from which the search begins.
    motion : PlatenMotion, optional
        How the upper platen turns, as of `turning.turning_platen`; it does not unless given.
    narrow, wide : float
        Widths over the lower end above which cells are split once, and further.
    splits : int
        At most.
    gap : float
        To which each discrete problem is solved.

    Returns
    -------
    LimitLoad
    """
    search = _UpperSearch(body, strength, None if start is None else start.above, motion, gap)
    below = _lower(body, search, start, gap)
    while search.splits < splits and search.best.cost - below.force > below.force * (
        narrow if search.splits == 0 else wide
    ):
        search.split(below.velocity)
    return LimitLoad(below, search.found())


def upper_bound(
    body: LimitBody,
    strength: AxialStrength,
    start: UpperBound | None = None,
    *,
    motion: PlatenMotion | None = None,
    splits: int = 0,
    gap: float = GAP,
) -> UpperBound:
    """The upper end of the bracket alone: without splits a twentieth of the cost of both.

    Parameters
    ----------
    body : LimitBody
    strength : AxialStrength
    start : UpperBound, optional
    motion : PlatenMotion, optional
        As for `limit_load`.
    splits : int
        Of the cells around the surface.
    gap : float

    Returns
    -------
    UpperBound
    """
    search = _UpperSearch(body, strength, start, motion, gap)
    for _ in range(splits):
        search.split(None)
    return search.found()


class _UpperSearch:
    """Upper bounds on finer and finer cells."""

    def __init__(
        self,
        body: LimitBody,
        strength: AxialStrength,
        start: UpperBound | None,
        motion: PlatenMotion | None,
        gap: float,
    ):
        self.motion, self.strength = motion, strength
        self.body, self.gap = body, gap
        z = body.points[:, 2]
        u = (z - z.min()) / body.height if start is None else start.velocity[body.nodes]
        self.band = Band(
            body.points,
            body.cells,
            np.arange(len(body.cells)),
            body.at_nodes,
            body.gradient,
            body.volume,
        )
        self.splits = 0
        self.iterations = 0
        self.solution = self._solve(u)
        self.whole = self.solution
        self.best, self.normal = self._level()

    def split(self, at_faces: np.ndarray | None) -> None:
        """Cut the cells in which u changes, here or at the faces (f,) of the lower bound."""
        also = np.zeros(len(self.band.cells), bool)
        if at_faces is not None and self.splits == 0:
            faces = at_faces[self.body.faces.of_cell[self.band.parent]]
            also = np.ptp(np.clip(faces, 0.0, 1.0), axis=1) > 0.25
        self.band, u = refined_band(self.band, np.clip(self.solution.u, 0.0, 1.0), also)
        self.splits += 1
        self.solution = self._solve(u)
        level, normal = self._level()
        if level.cost < self.best.cost:
            self.best, self.normal = level, normal

    def found(self) -> UpperBound:
        """The best surface so far."""
        velocity = np.zeros(self.body.n_points)
        velocity[self.body.nodes] = self.whole.u
        return UpperBound(self.best.cost, velocity, self.best.area, self.normal, self.splits, self.iterations)

    def _solve(self, u: np.ndarray) -> LeastPower:
        band = self.band
        axis, strength = _moving(band.points[band.cells], self.strength.take(band.parent), self.motion)
        flow = Flow(band.cells, band.gradient, band.volume, axis, strength, band.given)
        solution = least_power(flow, self.body.height, u, gap=self.gap)
        self.iterations += solution.iterations
        self.flow = flow
        return solution

    def _level(self) -> tuple[LevelSurface, np.ndarray]:
        """The cheapest level of the last solution, its area and mean normal in the cells of the body."""
        flow, parent, n_cells = self.flow, self.band.parent, len(self.body.cells)
        values = np.clip(self.solution.u, 0.0, 1.0)[flow.unknowns]
        gradient = np.einsum("ca,cai->ci", values, flow.gradient)
        steep = np.sqrt(np.einsum("ci,ci->c", gradient, gradient))
        power = flow.volume * flow.strength.dissipation(gradient, flow.axis)
        found = cheapest_level(values, power, steep, flow.volume)
        if self.motion is not None:
            found = replace(
                found, cost=min(self._cost_of(found, values, gradient, steep), float(power.sum()))
            )
        area = np.bincount(parent, found.area, n_cells)
        facing = gradient * (found.area / np.maximum(steep, np.finfo(float).tiny))[:, None]
        vector = np.stack([np.bincount(parent, facing[:, i], n_cells) for i in range(3)], axis=1)
        normal = vector / np.maximum(area, np.finfo(float).tiny)[:, None]
        return LevelSurface(found.cost, found.level, area), normal

    def _cost_of(self, level: LevelSurface, values, gradient, steep) -> float:
        """What a level surface costs where the platen turns: each piece moves as its centre does."""
        band, motion = self.band, self.motion
        assert motion is not None
        cut = np.flatnonzero(level.area > 0)
        centre = piece_centres(band.points[band.cells[cut]], values[cut], level.level)
        velocity = motion.at(centre)
        speed = np.sqrt((velocity**2).sum(axis=1))
        normal = gradient[cut] / steep[cut, None]
        axis = velocity / np.maximum(speed, np.finfo(float).tiny)[:, None]
        power = speed * self.strength.take(band.parent[cut]).dissipation(normal, axis)
        return float(level.area[cut] @ power)


def _moving(
    corners: np.ndarray, strength: AxialStrength, motion: PlatenMotion | None
) -> tuple[np.ndarray, AxialStrength]:
    """Direction of cells (m, 3) that go with the platen, and their strength times their speed."""
    if motion is not None:
        return motion.in_cells(corners, strength)
    return np.tile([0.0, 0.0, 1.0], (len(corners), 1)), strength


def _lower(body: LimitBody, search: _UpperSearch, start: LimitLoad | None, gap: float) -> LowerBound:
    """Certified least power of velocities at faces, from an earlier state or from velocities at the corners."""
    faces = body.faces
    axis, strength = _moving(body.points[body.cells], search.strength, search.motion)
    flow = Flow(
        faces.of_cell,
        -3.0 * body.gradient,
        body.volume,
        axis,
        strength,
        body.at_faces,
        at_faces=True,
    )
    if start is None:
        u, flux = search.whole.u[faces.nodes].mean(axis=1), search.whole.flux
    else:
        u, flux = start.below.velocity, start.below.flux
    solution = least_power(flow, body.height, u, flux, gap=gap)
    return LowerBound(solution.low, solution.flux, solution.u, solution.iterations)
