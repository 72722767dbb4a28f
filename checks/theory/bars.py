"""Bars in series and in parallel, and the callus problem in one dimension.

Force per shortening K of uniaxial bars of modulus E, area A and height h (Poisson's ratio 0, so that nothing is
held back sideways): in series 1/K = sum h / (E A), in parallel K = sum E A / h.

The slab: a tenth of the height has the modulus E_c, the rest E = 300 MPa; K / K0 = 1 / (0.9 + 0.1 E / E_c). Beside it
stands, or not, an unbroken shell that carries 40 % of K0.
"""

import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.fem.systems.platens import platen_supports
from vertebra.meshes.shapes import box

from .case import Theory

SIZE = (4.0, 3.0, 10.0)
AREA, HEIGHT = SIZE[0] * SIZE[1], SIZE[2]
E = 300.0
SHELL_SHARE = 0.4


def shorten(points: np.ndarray, cells: np.ndarray, young, **options) -> tuple[float, Solution]:
    """Shorten a column between glued platens by 1 mm: axial force [N] and solution."""
    lower, upper = np.flatnonzero(points[:, 2] == 0), np.flatnonzero(points[:, 2] == HEIGHT)
    supports = platen_supports(points, lower, upper)[0]
    solution = Elasticity(points, cells, supports, **options).solve(young, 0.0, tolerance=1e-12)
    return -solution.reaction[upper, 2].sum(), solution


def middle(points: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Centre of every cell, shape (m, 3)."""
    return points[cells[:, :4]].mean(axis=1)


def slab(shell_share: float, slab_young: float, order: int) -> list[np.ndarray]:
    """Core with a soft slab, and beside it, free of it, a shell of the sound material: points, cells, moduli."""
    points, cells = box(SIZE, (1, 2, 10), order)
    parts = [(shell_share, False), (1 - shell_share, True)] if shell_share else [(1.0, True)]
    everything = [], [], []
    for number, (share, broken) in enumerate(parts):
        in_slab = np.floor(middle(points, cells)[:, 2]) == 5
        everything[0].append(points * [share, 1, 1] + [2 * SIZE[0] * number, 0, 0])
        everything[1].append(cells + number * len(points))
        everything[2].append(np.where(in_slab & broken, slab_young, E))
    return [np.concatenate(part) for part in everything]


def slab_ratio(shell_share: float, slab_young: float) -> float:
    """Stiffness with the slab over that without, by formula."""
    return shell_share + (1 - shell_share) / (0.9 + 0.1 * E / slab_young)


def _series() -> float:
    points, cells = box(SIZE, (2, 2, 5), 1)
    young = np.array([12000.0, 200.0, 1.0, 700.0, 35.0])
    return shorten(points, cells, young[(middle(points, cells)[:, 2] // 2).astype(int)])[0]


def _parallel() -> float:
    points, cells = box(SIZE, (4, 2, 3), 2)
    young = np.array([12000.0, 200.0, 1.0, 700.0])
    return shorten(points, cells, young[middle(points, cells)[:, 0].astype(int)])[0]


CASES = (
    Theory(
        "bars in series",
        "five bars of 1 to 12000 MPa, 1 / sum h/(E A) [N/mm]",
        "statics",
        _series,
        AREA / (2.0 * sum(1 / young for young in (12000, 200, 1, 700, 35))),
        1e-9,
    ),
    Theory(
        "bars in parallel",
        "four bars of 1 to 12000 MPa, sum E A/h [N/mm]",
        "statics",
        _parallel,
        (12000 + 200 + 1 + 700) * AREA / 4 / HEIGHT,
        1e-9,
    ),
    *(
        Theory(
            f"slab {young:g} MPa{' + shell' if share else ''}",
            f"K/K0 with a soft slab, 10 % of the height{', beside 40 % shell' if share else ''}",
            "statics",
            lambda share=share, young=young: shorten(*slab(share, young, 1))[0] * HEIGHT / (E * AREA),
            slab_ratio(share, young),
            1e-8,
        )
        for share in (0.0, SHELL_SHARE)
        for young in (0.2, 2.0, 10.0, 50.0, 100.0)
    ),
)
