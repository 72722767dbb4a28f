"""Cantilever of 10-node tetrahedra with a tip force.

Deflection P L^3 / (3 E I) + P L / (kappa G A), with kappa = 5/6 (Timoshenko, Strength of Materials). Without Poisson's
effect the clamp hinders nothing, and beam theory holds to the elements' error.
"""

import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.fem.cells.loads import boundary_faces, traction
from vertebra.meshes.shapes import box

from .case import Theory

L, b, h = 20.0, 1.5, 2.0
E = 1000.0
I = b * h**3 / 12  # noqa: E741
P = 3.0


def cantilever(poisson: float) -> tuple[np.ndarray, Solution]:
    """Points (n, 3) and solution of the beam along x, clamped at x = 0, pulled down by P at its tip."""
    points, cells = box((L, b, h), (12, 1, 2), 2)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 0] == 0] = 0.0
    faces = boundary_faces(cells)
    tip = (points[faces[:, :3], 0] == L).all(axis=1)
    loads = traction(points, faces[tip], (0, 0, -P / (b * h)))
    return points, Elasticity(points, cells, supports).solve(E, poisson, loads)


def deflection(poisson: float) -> float:
    """Of the tip, by beam theory [mm]."""
    shear_modulus = E / (2 * (1 + poisson))
    return P * L**3 / (3 * E * I) + P * L / (5 / 6 * shear_modulus * b * h)


def sag(points: np.ndarray, solution: Solution) -> float:
    """Mean deflection of the tip's face [mm]."""
    return -solution.displacement[points[:, 0] == L, 2].mean()


CASES = (
    Theory(
        "cantilever",
        "deflection of the tip, nu 0, tet10 [mm]",
        "Timoshenko, Strength of Materials",
        lambda: sag(*cantilever(0.0)),
        deflection(0.0),
        1e-3,
    ),
)
