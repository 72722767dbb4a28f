"""A platen that turns as it presses: the tilt at which the weakest surface costs least.

The platen moves by 1 along the axis at the pivot, through which the force acts, and by 1 + p x + q y beside it: a body
that goes with it has the velocity -R, R = (-p z, -q z, 1 + p x + q y), coordinates from the pivot. For every tilt
(p, q) the limit load of that motion bounds the load of the ball joint from above, and the bracket is that of this
motion. The tilt itself is found in turns: the weakest surface for a tilt, the best tilt for that surface (which is
convex), until neither helps. From several first tilts, because the two together are not convex.

R changes within a cell. Velocities take its mean there; the cost of a surface is that of R on each of its pieces.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from .axial_strength import AxialStrength
from .body import LimitBody
from .limit_load import upper_bound
from .platen_motion import PlatenMotion
from .upper_search import UpperBound

ROUNDS = 12
"""Of surface and tilt at most."""
SETTLED = 1e-3
"""The search ends when a round has lowered the bound by less than this share."""


@dataclass(frozen=True, eq=False)
class TurningPlaten:
    """How a platen turns under a force through its pivot.

    Attributes
    ----------
    tilt : tuple of float [1/mm]
        p and q.
    motion : PlatenMotion
        For `limit_load`.
    above : UpperBound
        The bound found, without splits: a start for `limit_load`.
    """

    tilt: tuple[float, float]
    motion: PlatenMotion
    above: UpperBound


def turning_platen(body: LimitBody, strength: AxialStrength, pivot: np.ndarray) -> TurningPlaten:
    """Find the tilt of the least limit load.

    Parameters
    ----------
    body : LimitBody
    strength : AxialStrength
    pivot : ndarray, shape (3,) [mm]
        Ball joint, on which the force acts along the axis.

    Returns
    -------
    TurningPlaten
    """
    half = np.ptp(body.points[:, :2], axis=0).max() / 2
    firsts = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.5 / half
    tried = [_bound(body, strength, pivot, (float(p), float(q))) for p, q in firsts]
    best = min(tried, key=lambda each: each.above.force)
    for _ in range(ROUNDS):
        tilt = _best_tilt(body, strength, pivot, best)
        found = _bound(body, strength, pivot, tilt, best.above)
        if found.above.force >= best.above.force:
            break
        gain, best = 1 - found.above.force / best.above.force, found
        if gain < SETTLED:
            break
    return best


def _bound(body, strength, pivot, tilt, start: UpperBound | None = None) -> TurningPlaten:
    motion = PlatenMotion(pivot, tilt)
    return TurningPlaten(tilt, motion, upper_bound(body, strength, start, motion=motion))


def _best_tilt(body, strength, pivot, now: TurningPlaten) -> tuple[float, float]:
    """The tilt of the least cost for the surface of a bound."""
    cut = np.flatnonzero(now.above.area > 0)
    corners = np.repeat(cut, 4)
    here = strength.take(corners)
    size = now.above.area[corners] / 4
    area = now.above.normal[corners] * size[:, None]
    places = body.points[body.cells[cut]].reshape(-1, 3)
    still, by_p, by_q = (
        PlatenMotion(pivot, tilt).at(places) - [0.0, 0.0, base]
        for tilt, base in (((0.0, 0.0), 0.0), ((1.0, 0.0), 1.0), ((0.0, 1.0), 1.0))
    )

    def cost(x):  # of tilts of order one, with its derivative
        motion = still + (x[0] * by_p + x[1] * by_q) / half
        speed = np.maximum(np.sqrt((motion**2).sum(axis=1)), np.finfo(float).tiny)
        along = np.einsum("ci,ci->c", motion, area)
        side = np.where(along > 0, here.up, here.down)
        slope = (here.radius * size / speed)[:, None] * motion + side[:, None] * area
        value = here.radius @ (size * speed) + side @ along
        return value, np.array([np.vdot(slope, by_p), np.vdot(slope, by_q)]) / half

    half = np.ptp(body.points[:, :2], axis=0).max() / 2
    found = minimize(cost, np.array(now.tilt) * half, jac=True, method="BFGS").x / half
    return float(found[0]), float(found[1])
