"""Thick cylinder and thick sphere under inner pressure.

G. Lamé and B. P. E. Clapeyron, 1833; Timoshenko and Goodier, Theory of Elasticity, articles 28 and 136. Inner radius
a, outer radius b, pressure p inside. Cylinder in plane strain, with A = p a^2 / (b^2 - a^2):

    sigma_tt = A (1 + b^2 / r^2),   u = (1 + nu) A / E ((1 - 2 nu) r + b^2 / r)

Sphere, with A = p a^3 / (b^3 - a^3):

    sigma_tt = A (1 + b^3 / (2 r^3)),   u = A / E ((1 - 2 nu) r + (1 + nu) b^3 / (2 r^2))
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.fem.cells.loads import boundary_faces, pressure
from vertebra.meshes.shapes import hollow_cylinder

from .case import Theory
from .nodal_stress import nodal_stress
from .octants import hollow_octant

a, b, p, E, nu = 10.0, 20.0, 1.0, 1000.0, 0.3
HEIGHT = 2.0
Solved = tuple[np.ndarray, np.ndarray, np.ndarray, Solution]
"""Points (n, 3), cells, radius of every node (n,), solution."""


def cylinder_displacement(r):
    """Radial displacement of the cylinder [mm]."""
    return (1 + nu) * p * a**2 / (b**2 - a**2) / E * ((1 - 2 * nu) * r + b**2 / r)


def sphere_displacement(r):
    """Radial displacement of the sphere [mm]."""
    return p * a**3 / (b**3 - a**3) / E * ((1 - 2 * nu) * r + (1 + nu) * b**3 / (2 * r**2))


def inflate(points, cells, radius, held) -> Solution:
    """Solve a sector whose nodes on coordinate planes, `held` by axis, cannot leave them."""
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[held[i], i] = 0.0
    faces = boundary_faces(cells)
    inner = np.isclose(radius[faces[:, :3]], a).all(axis=1)
    loads = pressure(points, faces[inner], p)
    return Elasticity(points, cells, supports).solve(E, nu, loads, tolerance=1e-10)


def cylinder(divisions, order: int) -> Solved:
    """Inflate a quarter of the cylinder."""
    points, cells = hollow_cylinder(a, b, HEIGHT, divisions, order=order)
    radius = np.hypot(points[:, 0], points[:, 1])
    flat = np.isclose(points[:, 2], 0) | np.isclose(points[:, 2], HEIGHT)
    held = [np.isclose(points[:, 0], 0), np.isclose(points[:, 1], 0), flat]
    return points, cells, radius, inflate(points, cells, radius, held)


def octant(divisions: int, order: int) -> Solved:
    """Inflate one eighth of the sphere."""
    points, cells, radius = hollow_octant(np.linspace(a, b, divisions + 1), divisions, order)
    return points, cells, radius, inflate(points, cells, radius, list(np.isclose(points, 0).T))


def _widening(solved: Solved, at: float) -> float:
    points, _, radius, solution = solved
    on = np.isclose(radius, at)
    outward = points[on] / np.linalg.norm(points[on], axis=1, keepdims=True)
    if np.ptp(points[:, 2]) < a:  # a cylinder about z
        outward = points[on] * [1, 1, 0] / at
    return (solution.displacement[on] * outward).sum(axis=1).mean()


def _hoop(solved: Solved, at: float) -> float:
    """Mean hoop stress of the nodes at a radius, as means of the cells around them."""
    points, cells, radius, solution = solved
    on = np.isclose(radius, at)
    stress = nodal_stress(points, cells, solution.displacement, E, nu)[on]
    length = np.hypot(points[on, 0], points[on, 1])
    off_axis = length > 1e-6
    x, y = (np.array([-1, 1])[:, None] * points[on][off_axis][:, [1, 0]].T) / length[off_axis]
    s = stress[off_axis]
    return (x * x * s[:, 0] + y * y * s[:, 1] + 2 * x * y * s[:, 5]).mean()


def _case(name: str, what: str, compute: Callable[[], float], expected: float, tolerance: float) -> Theory:
    return Theory(name, what, "Timoshenko and Goodier, articles 28, 136", compute, expected, tolerance)


@cache
def _cylinder() -> Solved:
    return cylinder((8, 12, 1), 2)


@cache
def _sphere() -> Solved:
    return octant(4, 2)


CASES = (
    _case(
        "Lame cylinder u(a)",
        "plane strain, inner pressure, displacement of the inner wall [mm]",
        lambda: _widening(_cylinder(), a),
        cylinder_displacement(a),
        1e-3,
    ),
    _case(
        "Lame cylinder u(b)",
        "the same, outer wall [mm]",
        lambda: _widening(_cylinder(), b),
        cylinder_displacement(b),
        1e-3,
    ),
    _case(
        "Lame cylinder stress",
        "hoop stress at the inner wall, tet10 [MPa]",
        lambda: _hoop(_cylinder(), a),
        p * (a**2 + b**2) / (b**2 - a**2),
        0.02,
    ),
    _case(
        "Lame sphere u(a)",
        "inner pressure, displacement of the inner wall [mm]",
        lambda: _widening(_sphere(), a),
        sphere_displacement(a),
        5e-3,
    ),
    _case(
        "Lame sphere u(b)",
        "the same, outer wall [mm]",
        lambda: _widening(_sphere(), b),
        sphere_displacement(b),
        5e-3,
    ),
    _case(
        "Lame sphere stress",
        "hoop stress at the inner wall, tet10 [MPa]",
        lambda: _hoop(_sphere(), a),
        p * (2 * a**3 + b**3) / (2 * (b**3 - a**3)),
        0.05,
    ),
)
