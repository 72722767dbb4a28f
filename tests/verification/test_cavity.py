"""Spherical cavity in a large body under remote uniaxial stress along z.

J. N. Goodier, Trans. ASME 55 (1933) A-39; Timoshenko and Goodier, Theory of Elasticity, article 137. In the equatorial
plane, at a distance r from the middle of a cavity of radius a,

    sigma_zz = 1 + (4 - 5 nu) / (2 (7 - 5 nu)) (a / r)^3 + 9 / (2 (7 - 5 nu)) (a / r)^5,

which is (27 - 15 nu) / (2 (7 - 5 nu)) = 2.045 at the wall for nu = 0.3.
"""

import numpy as np
import pytest
from hollow_octant import hollow_octant
from nodal_stress import nodal_stress

from vertebra.fem import Elasticity
from vertebra.fem.loads import boundary_faces, traction

E, nu = 1000.0, 0.3
FAR = 8.0  # outer radius over that of the cavity


def equatorial(r):
    return 1 + (4 - 5 * nu) / (2 * (7 - 5 * nu)) / r**3 + 9 / (2 * (7 - 5 * nu)) / r**5


def test_formula_gives_the_known_concentration():
    assert equatorial(1.0) == pytest.approx((27 - 15 * nu) / (2 * (7 - 5 * nu)))
    assert equatorial(1.0) == pytest.approx(2.045, abs=5e-4)


def test_stress_beside_the_cavity():
    shells = np.linspace(0, 1, 9)
    radii = 1 + (FAR - 1) * (0.07 + 0.93 * shells) * shells
    points, cells, radius = hollow_octant(radii, 4, 2)
    faces = boundary_faces(cells)
    outer = faces[np.isclose(radius[faces[:, :3]], FAR).all(axis=1)]
    a, b, c = np.moveaxis(points[outer[:, :3]], 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.sqrt((normal**2).sum(axis=1, keepdims=True))
    loads = traction(points, outer, normal * [0.0, 0.0, 1.0])
    supports = np.where(np.isclose(points, 0), 0.0, np.nan)
    solution = Elasticity(points, cells, supports).solve(E, nu, loads)
    stress = nodal_stress(points, cells, solution.displacement, E, nu)
    line = np.isclose(points[:, 1:], 0).all(axis=1) & np.isclose(radius[:, None], radii).any(axis=1)
    wall, near = line & np.isclose(radius, 1), line & (radius > 1.01) & (radius < 3)
    assert near.sum() >= 3
    assert stress[near, 2] == pytest.approx(equatorial(radius[near]), rel=0.035)
    assert stress[wall, 2] == pytest.approx(equatorial(1.0), rel=0.035)
    around = (15 * nu - 3) / (2 * (7 - 5 * nu))  # hoop stress at the equator of the wall
    widening = (around - nu * equatorial(1.0)) / E
    assert solution.displacement[wall, 0] == pytest.approx(widening, rel=0.025)
