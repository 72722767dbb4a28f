"""Diffusion from a saturated face into an empty bar.

n = erfc(x / sqrt(4 D t)) solves dn/dt = D d2n/dx2 on a half line with n(0) = 1 (J. Crank, The Mathematics of
Diffusion, 2nd ed., 1975, eq. 2.45): half of it is reached 2 erfinv(1/2) sqrt(D t) = 0.954 sqrt(D t) away from the face,
with D = 0.5 mm2/d 2.52 mm on day 14 and 5.05 mm on day 56.
"""

import numpy as np
from scipy.special import erfinv

from vertebra.fem.scalar.diffusion import Diffusion
from vertebra.meshes.shapes import box

from .case import Theory

D = 0.5


def bar(length: float, divisions: int) -> tuple[np.ndarray, Diffusion, np.ndarray]:
    """Bar along x, one brick of six tetrahedra thick, saturated at x = 0: points, problem, start (n,)."""
    h = length / divisions
    points, cells = box((length, h, h), (divisions, 1, 1))
    start = np.where(points[:, 0] < 1e-9, 1.0, 0.0)
    return points, Diffusion(points, cells, start > 0), start


def front(points: np.ndarray, n: np.ndarray) -> float:
    """Distance at which n falls through one half [mm]."""
    x, at = np.unique(points[:, 0], return_index=True)
    return np.interp(-0.5, -n[at], x)


def half_saturated(day: float) -> float:
    """Where half of the saturation stands on a day [mm]."""
    points, problem, start = bar(30.0, 90)
    return front(points, problem.evolve(start, problem.medium(D), day).values[-1])


CASES = tuple(
    Theory(
        f"erfc front day {day:.0f}",
        "half of saturation, D 0.5 mm2/d: distance from the face [mm]",
        "Crank 1975, eq. 2.45",
        lambda day=day: half_saturated(day),
        2 * float(erfinv(0.5)) * np.sqrt(D * day),
        0.005,
    )
    for day in (14.0, 56.0)
)
