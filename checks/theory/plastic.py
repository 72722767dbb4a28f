"""Elastic and perfectly plastic bodies that are exhausted at a known load.

A column carries its strength times its area, bars in parallel the sum of theirs.

A thick-walled sphere under inner pressure, with a box of principal stresses: where the hoop stress is sigma_t,
equilibrium d(sigma_r)/dr = 2 (sigma_t - sigma_r) / r gives with a free outer face sigma_r = sigma_t (1 - (b/r)^2); the
limit pressure is sigma_t ((b/a)^2 - 1), as long as it stays below the compressive strength (the box in place of
Tresca's law in Hill, The Mathematical Theory of Plasticity, chapter V).
"""

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.plasticity.pressing import LoadCurve, Plasticity, Way
from vertebra.meshes.shapes import box

from .case import Theory
from .octants import hollow_octant

SIZE = np.array([4.0, 3.0, 5.0])
E = 300.0
COMPRESSION, TENSION = 2.0, 1.5
YIELD = COMPRESSION / E * SIZE[2]  # shortening at yield
BARS = np.array([0.5, 1.0, 2.0, 3.0])
BREAKS = BARS / E * SIZE[2]
INNER, OUTER = 10.0, 20.0


def column(order: int, sign: float = -1.0, divisions=(4, 2, 3)) -> tuple[np.ndarray, np.ndarray, Plasticity]:
    """Box on a smooth floor; amplitude 1 moves its smooth upper face by 1 mm."""
    points, cells = box(SIZE, divisions, order)
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = sign
    return points, cells, Plasticity(Elasticity(points, cells, supports))


def bars_in_parallel(order: int) -> LoadCurve:
    """Four bars of the strengths `BARS`, shortened beyond the last."""
    points, cells, test = column(order)
    bar = (points[cells[:, :4]].mean(axis=1)[:, 0] // 1.0).astype(int)
    return test.test(
        E, 0.0, BARS[bar], np.inf, Way(largest=1.5 * BREAKS[-1], stations=BREAKS), tolerance=1e-8
    )


def inflate_sphere(order: int, divisions: int, tension: float = 1.0) -> tuple[np.ndarray, LoadCurve]:
    """Inner pressure [MPa] of a sphere of E = 300 MPa that is strong in compression, and its curve."""
    points, cells, radius = hollow_octant(np.linspace(INNER, OUTER, divisions + 1), divisions, order)
    inner = np.isclose(radius, INNER)
    supports = np.full(points.shape, np.nan)
    supports[np.isclose(points, 0)] = 0.0
    supports[inner] = points[inner] / INNER  # 1 mm outwards
    curve = Plasticity(Elasticity(points, cells, supports)).test(
        E, 0.3, 5 * tension, tension, Way(largest=0.4), tolerance=1e-3
    )
    return curve.force / (4 * np.pi * INNER**2 / 8), curve


def _column(sign: float) -> float:
    _, _, test = column(1, sign)
    return test.test(E, 0.3, COMPRESSION, TENSION, Way(largest=4 * YIELD), tolerance=1e-8).ultimate


CASES = (
    *(
        Theory(
            f"plastic column {word}",
            f"largest force of a column in {word}, strength times area [N]",
            "statics",
            lambda sign=sign: _column(sign),
            strength * SIZE[0] * SIZE[1],
            1e-6,
        )
        for sign, strength, word in ((-1.0, COMPRESSION, "compression"), (1.0, TENSION, "tension"))
    ),
    Theory(
        "plastic bars",
        "largest force of four bars that yield one after the other [N]",
        "statics",
        lambda: bars_in_parallel(1).ultimate,
        BARS.sum() * SIZE[1],
        1e-6,
    ),
    Theory(
        "plastic sphere",
        "limit pressure of a thick sphere under a box of principal stresses, tet10 [MPa]",
        "Hill, chapter V",
        lambda: float(inflate_sphere(2, 3)[0].max()),
        (OUTER / INNER) ** 2 - 1,
        0.02,
    ),
)
