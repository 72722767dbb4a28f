"""NAFEMS LE10: thick plate under pressure, sigma_yy = -5.38 MPa at D.

The Standard NAFEMS Benchmarks, TNSB rev. 3, 1990, test LE10. A quarter of an elliptic plate with an elliptic hole:
semi-axes 2000 x 1000 inside, 3250 x 2750 outside, 600 mm thick; 1 MPa on top; E 210 GPa, nu 0.3. Symmetry on x = 0 and
y = 0; on the outer face u_x = u_y = 0, and u_z = 0 on its mid-line only. D is (2000, 0, 300), z from the mid-plane.
"""

import numpy as np
import pytest
from nodal_stress import nodal_stress

from vertebra.fem import Elasticity
from vertebra.fem.loads import boundary_faces, pressure
from vertebra.meshes.shapes import box

E, nu = 210e3, 0.3
INNER, OUTER, THICKNESS = np.array([2000.0, 1000.0]), np.array([3250.0, 2750.0]), 600.0


def stress_at_D(divisions):
    unit, cells = box((1.0, 1.0, 1.0), divisions, 2)
    across, around, up = unit.T
    across = across**1.3  # finer towards the hole
    theta = np.pi / 2 * around
    axes = INNER + across[:, None] * (OUTER - INNER)
    points = np.stack(
        [axes[:, 0] * np.cos(theta), axes[:, 1] * np.sin(theta), THICKNESS * (up - 0.5)], axis=1
    )
    supports = np.full(points.shape, np.nan)
    supports[around == 0, 1] = 0.0
    supports[around == 1, 0] = 0.0
    outer = across == 1
    supports[outer, :2] = 0.0
    supports[outer & (up == 0.5), 2] = 0.0
    faces = boundary_faces(cells)
    top = (up[faces[:, :3]] == 1).all(axis=1)
    solution = Elasticity(points, cells, supports).solve(E, nu, pressure(points, faces[top], 1.0))
    D = np.flatnonzero((across == 0) & (around == 0) & (up == 1))
    return nodal_stress(points, cells, solution.displacement, E, nu)[D, 1][0]


def test_thick_plate():
    assert stress_at_D((6, 8, 4)) == pytest.approx(-5.38, rel=0.02)
