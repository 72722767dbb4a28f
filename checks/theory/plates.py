"""Plates and membranes of the literature: NAFEMS LE10 and LE1, Cook's membrane.

The Standard NAFEMS Benchmarks, TNSB rev. 3, 1990. LE10: a quarter of an elliptic plate with an elliptic hole,
semi-axes 2000 x 1000 inside, 3250 x 2750 outside, 600 mm thick; 1 MPa on top; E 210 GPa, nu 0.3. Symmetry on x = 0 and
y = 0; on the outer face u_x = u_y = 0, and u_z = 0 on its mid-line only. D is (2000, 0, 300), z from the mid-plane;
sigma_yy = -5.38 MPa. LE1: the same shape a thousand times smaller as a membrane in plane stress, 10 MPa outwards on the
outer edge; sigma_yy = 92.7 MPa at D. Here it is a thin plate of one element, free to become thinner.

Cook's membrane (R. D. Cook, J. Struct. Div. ASCE 100 (1974) 1851): corners (0, 0), (48, 44), (48, 60), (0, 44), clamped
at x = 0, unit shear force at x = 48, E 1, nu 1/3, thickness 1; middle of the tip rises by 23.96.
"""

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import boundary_faces, pressure, traction
from vertebra.meshes.shapes import box

from .case import Theory
from .nodal_stress import nodal_stress

E, nu = 210e3, 0.3
INNER, OUTER, THICKNESS = np.array([2000.0, 1000.0]), np.array([3250.0, 2750.0]), 600.0


def _elliptic(divisions, thickness: float):
    """Quarter of the plate, finer towards the hole: place in the unit cube (n, 3), points (n, 3), cells (m, 10)."""
    unit, cells = box((1.0, 1.0, 1.0), divisions, 2)
    across, around, up = unit.T
    across = across**1.3
    theta = np.pi / 2 * around
    axes = INNER + across[:, None] * (OUTER - INNER)
    x, y = axes[:, 0] * np.cos(theta), axes[:, 1] * np.sin(theta)
    return unit, np.stack([x, y, thickness * (up - 0.5)], axis=1), cells


def _symmetric(unit) -> np.ndarray:
    supports = np.full(unit.shape, np.nan)
    supports[unit[:, 1] == 0, 1] = 0.0
    supports[unit[:, 1] == 1, 0] = 0.0
    return supports


def thick_plate(divisions) -> float:
    """Stress sigma_yy at D of LE10 [MPa]."""
    unit, points, cells = _elliptic(divisions, THICKNESS)
    supports = _symmetric(unit)
    outer = unit[:, 0] == 1
    supports[outer, :2] = 0.0
    supports[outer & (unit[:, 2] == 0.5), 2] = 0.0
    faces = boundary_faces(cells)
    top = (unit[faces[:, :3], 2] == 1).all(axis=1)
    solution = Elasticity(points, cells, supports).solve(E, nu, pressure(points, faces[top], 1.0))
    D = np.flatnonzero((unit == [0, 0, 1]).all(axis=1))
    return nodal_stress(points, cells, solution.displacement, E, nu)[D, 1][0]


def membrane(divisions) -> float:
    """Stress sigma_yy at D of LE1 [MPa]."""
    unit, points, cells = _elliptic((*divisions, 1), 50.0)
    supports = _symmetric(unit)
    supports[unit[:, 2] == 0.5, 2] = 0.0
    faces = boundary_faces(cells)
    outer = (unit[faces[:, :3], 0] == 1).all(axis=1)
    solution = Elasticity(points, cells, supports).solve(E, nu, pressure(points, faces[outer], -10.0))
    D = np.flatnonzero((unit == [0, 0, 0.5]).all(axis=1))
    return nodal_stress(points, cells, solution.displacement, E, nu)[D, 1][0]


def cook(divisions) -> float:
    """Rise of the middle of the tip of Cook's membrane [mm]."""
    unit, cells = box((1.0, 1.0, 1.0), (divisions, divisions, 1), 2)
    s, t, up = unit.T
    points = np.stack([48 * s, 44 * s * (1 - t) + t * (44 + 16 * s), up], axis=1)
    supports = np.full(points.shape, np.nan)
    supports[s == 0, :2] = 0.0
    supports[up == 0.5, 2] = 0.0
    faces = boundary_faces(cells)
    tip = (unit[faces[:, :3], 0] == 1).all(axis=1)
    loads = traction(points, faces[tip], (0.0, 1 / 16, 0.0))
    solution = Elasticity(points, cells, supports).solve(1.0, 1 / 3, loads)
    return solution.displacement[(unit == [1, 0.5, 0.5]).all(axis=1), 1][0]


CASES = (
    Theory(
        "NAFEMS LE10",
        "thick elliptic plate under pressure, sigma_yy at D, tet10 [MPa]",
        "NAFEMS TNSB rev. 3, 1990",
        lambda: thick_plate((6, 8, 4)),
        -5.38,
        0.02,
        "A",
    ),
    Theory(
        "NAFEMS LE1",
        "elliptic membrane, sigma_yy at D, as a thin plate of tet10 [MPa]",
        "NAFEMS TNSB rev. 3, 1990",
        lambda: membrane((24, 24)),
        92.7,
        0.02,
        "A",
    ),
    Theory(
        "Cook membrane",
        "rise of the tip, as a thin plate of tet10 [mm]",
        "Cook 1974",
        lambda: cook(12),
        23.96,
        0.01,
        "C",
    ),
)
