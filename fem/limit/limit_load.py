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

from dataclasses import dataclass

import numpy as np

from .axial_strength import AxialStrength
from .body import LimitBody
from .least_power import GAP, Flow, least_power
from .platen_motion import PlatenMotion
from .upper_search import UpperBound, UpperSearch, moving_cells

NARROW = 0.01
"""Width of the bracket, over its lower end, from which on cells are split once ..."""
WIDE = 0.03
"""... and twice."""
SPLITS = 2


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
    whole: UpperSearch | None = None,
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
    whole : UpperSearch, optional
        Of the same state, motion and gap on cells that are not split, where it is known.

    Returns
    -------
    LimitLoad
    """
    if whole is None:
        whole = UpperSearch.of(body, strength, None if start is None else start.above, motion, gap)
    below = _lower(body, whole, start, gap)
    search = whole
    while search.splits < splits and search.best.cost - below.force > below.force * (
        narrow if search.splits == 0 else wide
    ):
        search = search.split(below.velocity)
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
    """The upper end of the bracket alone: without splits an eighth of the cost of both.

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
    search = UpperSearch.of(body, strength, start, motion, gap)
    for _ in range(splits):
        search = search.split()
    return search.found()


def _lower(body: LimitBody, search: UpperSearch, start: LimitLoad | None, gap: float) -> LowerBound:
    """Certified least power of velocities at faces, from an earlier state or from velocities at the corners."""
    faces = body.faces
    axis, strength = moving_cells(body.points[body.cells], search.strength, search.motion)
    flow = Flow(
        faces.of_cell,
        -3.0 * body.gradient,
        body.volume,
        axis,
        strength,
        body.at_faces,
        faces.nodes,
    )
    if start is None:
        u, flux = search.whole.u[faces.nodes].mean(axis=1), search.whole.flux
    else:
        u, flux = start.below.velocity, start.below.flux
    solution = least_power(flow, body.height, u, flux, gap=gap)
    return LowerBound(solution.low, solution.flux, solution.u, solution.iterations)
