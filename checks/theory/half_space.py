"""A half space under a point load, under a flexible disc, under a rigid punch and under the pressure of a ball.

J. Boussinesq, Application des potentiels, 1885; H. Hertz, J. reine angew. Math. 92 (1881) 156; K. L. Johnson, Contact
Mechanics, 1985, chapters 3 and 4. A force P into the half space z > 0 moves it, at rho from the point of the force, by

    u_z = P / (4 pi G) (z^2 / rho^3 + 2 (1 - nu) / rho)
    u_r = P / (4 pi G) (r z / rho^3 - (1 - 2 nu) r / (rho (rho + z)))

and loads its axis by sigma_zz = -3 P / (2 pi z^2). With E* = E / (1 - nu^2), pressures p on a disc of radius a:

    even p                                          centre sinks by 2 p a / E*
    rigid punch, p = F / (2 pi a sqrt(a^2 - r^2))   all of it sinks by F / (2 a E*)
    ball of radius R, p = p0 sqrt(1 - r^2 / a^2)    surface sinks by delta - r^2 / (2 R), with
                                                    p0 = 2 a E* / (pi R), delta = a^2 / R, F = 4 a^3 E* / (3 R)

One quarter of a half ball stands for the half space: its round side is moved as the half space is there, by a sum over
the disc; what is beneath the load is computed. There is no search for contact: where the ball touches is given.
"""

from functools import cache

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import boundary_faces, face_quadrature_points, traction

from .case import Theory
from .nodal_stress import nodal_stress
from .octants import solid_octant

E, nu = 1000.0, 0.3
G, E_STAR = E / (2 * (1 + nu)), E / (1 - nu**2)
a = 5.0
DEPTH = 10.0
BALL = 250.0
INDENT = a**2 / BALL
p0 = 2 * a * E_STAR / (np.pi * BALL)
F = np.pi * a**2
"""Force of the disc and of the punch [N]: the disc bears 1 MPa."""


def point_load(x: np.ndarray) -> np.ndarray:
    """Displacement (n, 3) [mm] at points (n, 3) below a force of 1 N at the origin along z.

    Parameters
    ----------
    x : ndarray, shape (n, 3) [mm]
        Not the origin.

    Returns
    -------
    ndarray, shape (n, 3) [mm]
    """
    r, z = np.hypot(x[:, 0], x[:, 1]), x[:, 2]
    rho = np.hypot(r, z)
    outward = r * z / rho**3 - (1 - 2 * nu) * r / (rho * (rho + z))
    along = z**2 / rho**3 + 2 * (1 - nu) / rho
    unit = x[:, :2] / np.where(r > 0, r, 1.0)[:, None]
    return np.column_stack([unit * outward[:, None], along]) / (4 * np.pi * G)


def disc_load(x: np.ndarray, pressure, count: int = 12) -> np.ndarray:
    """Displacement (n, 3) [mm] of points outside under pressure(s) on the disc r = a s [MPa], by Gauss's rule in t.

    With r = a sin t even the singular pressure of the punch is smooth: p r dr = p a^2 sin t cos t dt.

    Parameters
    ----------
    x : ndarray, shape (n, 3) [mm]
        Off the disc.
    pressure : callable
        Pressure [MPa] at s [-], 0 at the centre and 1 at the edge.
    count : int
        Points of the rule from the centre to the edge; twice as many stand around.

    Returns
    -------
    ndarray, shape (n, 3) [mm]
    """
    node, weight = np.polynomial.legendre.leggauss(count)
    total = np.zeros(x.shape)
    turns = 2 * np.pi * np.arange(2 * count) / (2 * count)
    for t, w in zip(np.pi / 4 * (node + 1), np.pi / 4 * weight, strict=True):
        share = w * pressure(np.sin(t)) * a**2 * np.sin(t) * np.cos(t) * 2 * np.pi / len(turns)
        for turn in turns:
            total += share * point_load(x - a * np.sin(t) * np.array([np.cos(turn), np.sin(turn), 0.0]))
    return total


def even(s):
    """Pressure of 1 MPa everywhere on the disc."""
    return np.ones_like(s)


def punch(s):
    """Pressure of the rigid punch with the force F at r = a s [MPa]."""
    return F / (2 * np.pi * a**2) / np.sqrt(1 - s**2)


def ball(s):
    """Pressure of the ball at r = a s [MPa]; none outside."""
    return p0 * np.sqrt(np.maximum(1 - s**2, 0))


_RADII = (0, 2, 3.7, 4.75, a, 5.12, 5.6, 6.8, 8.4, DEPTH, 11.8, 16, 28)
_DISC = 4  # shell of radius a


@cache
def quarter() -> tuple[np.ndarray, ...]:
    """Points (n, 3), cells, shell of every node (n,), whether nodes are on the upper and on the round face (n,)."""
    n = len(_RADII) - 1
    points, cells, shell = solid_octant(n, 2, lambda k: np.interp(k, np.arange(n + 1), _RADII))
    return points, cells, shell, np.isclose(points[:, 2], 0), np.isclose(shell, n)


def _supports(far) -> np.ndarray:
    """Symmetry planes and what the round face does, (n, 3)."""
    points, _, _, _, is_far = quarter()
    supports = np.where(np.isclose(points * [1, 1, 0] + [0, 0, 1], 0), 0.0, np.nan)
    supports[is_far] = far(points[is_far])
    return supports


@cache
def loaded() -> np.ndarray:
    """Displacements (3, n, 3) under a unit force, under even pressure and under the pressure of the ball."""
    points, cells, shell, upper, _ = quarter()
    faces = boundary_faces(cells)
    faces = faces[upper[faces].all(axis=1) & (shell[faces] <= _DISC + 1e-9).all(axis=1)]
    at = face_quadrature_points(points, faces)
    share = np.minimum(np.hypot(at[..., 0], at[..., 1]) / a, 1)
    down = np.array([0.0, 0.0, 1.0])
    loads = np.zeros((3, *points.shape))
    loads[0, (points == 0).all(axis=1), 2] = 1 / 4
    for load, pressure in zip(loads[1:], (even, ball), strict=True):
        load += traction(points, faces, pressure(share)[..., None] * down)
    supports = np.stack(
        [_supports(point_load), *(_supports(lambda x, p=p: disc_load(x, p)) for p in (even, ball))]
    )
    return Elasticity(points, cells, supports).solve(E, nu, loads).displacement


@cache
def pressed() -> np.ndarray:
    """Force [N] on the disc sunk as under the punch, and as under the ball."""
    points, cells, shell, upper, _ = quarter()
    on_disc = upper & (shell <= _DISC + 1e-9)
    r = np.hypot(points[on_disc, 0], points[on_disc, 1])
    supports = np.stack([_supports(lambda x, p=p: disc_load(x, p)) for p in (punch, ball)])
    supports[0, on_disc, 2] = F / (2 * a * E_STAR)
    supports[1, on_disc, 2] = INDENT - r**2 / (2 * BALL)
    reaction = Elasticity(points, cells, supports).solve(E, nu).reaction
    return 4 * reaction[:, on_disc, 2].sum(axis=1)


def axis_node(z: float) -> int:
    """Node on the axis at a depth."""
    return int(np.flatnonzero(np.isclose(quarter()[0], [0, 0, z]).all(axis=1))[0])


def sunk(load: int, z: float = 0.0) -> float:
    """Displacement [mm] on the axis, at a depth, under a load of `loaded`."""
    return float(loaded()[load, axis_node(z), 2])


def axis_stress() -> float:
    """Stress sigma_zz below the unit force, at `DEPTH` [MPa]."""
    points, cells = quarter()[:2]
    return float(nodal_stress(points, cells, loaded()[0], E, nu)[axis_node(DEPTH), 2])


def off_parabola() -> float:
    """Largest distance of the surface under the ball's pressure from the ball [mm]."""
    points, _, shell, upper, _ = quarter()
    on_disc = upper & (shell <= _DISC + 1e-9)
    r = np.hypot(points[on_disc, 0], points[on_disc, 1])
    return float(np.abs(loaded()[2, on_disc, 2] - (INDENT - r**2 / (2 * BALL))).max())


_BOUSSINESQ, _HERTZ = "Boussinesq 1885", "Hertz 1881; Johnson 1985"
CASES = (
    Theory(
        "half space point",
        "point load, displacement 10 mm below it, tet10 [mm]",
        _BOUSSINESQ,
        lambda: sunk(0, DEPTH),
        point_load(np.array([[0.0, 0.0, DEPTH]]))[0, 2],
        0.01,
    ),
    Theory(
        "half space stress",
        "the same, axial stress [MPa]",
        _BOUSSINESQ,
        axis_stress,
        -3 / (2 * np.pi * DEPTH**2),
        0.02,
    ),
    Theory(
        "flexible disc",
        "even pressure of 1 MPa on a disc of 5 mm, its centre [mm]",
        _BOUSSINESQ,
        lambda: sunk(1),
        2 * a / E_STAR,
        0.01,
    ),
    Theory(
        "rigid punch",
        "punch with the force of that disc, how deep it sinks [mm]",
        _BOUSSINESQ,
        lambda: float((F / (2 * a * E_STAR)) * F / pressed()[0]),
        F / (2 * a * E_STAR),
        0.02,
        note="singular pressure at the edge",
    ),
    Theory(
        "Hertz approach",
        "pressure of a ball of 250 mm on a disc of 5 mm (given, not found), its centre [mm]",
        _HERTZ,
        lambda: sunk(2),
        INDENT,
        0.01,
        note="the elastic part: where the ball touches is given, not found",
    ),
    Theory(
        "Hertz shape",
        "the same: surface less that of the ball, the largest over the approach",
        _HERTZ,
        lambda: off_parabola() / INDENT,
        tolerance=0.01,
        note="the elastic part: where the ball touches is given, not found",
    ),
    Theory(
        "Hertz force",
        "disc sunk to the shape of that ball, force [N]",
        _HERTZ,
        lambda: float(pressed()[1]),
        4 * a**3 * E_STAR / (3 * BALL),
        0.01,
        note="the elastic part: where the ball touches is given, not found",
    ),
)
