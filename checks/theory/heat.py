"""A body that grows with heat: free, held, and NAFEMS LE11.

A free body whose temperature is a linear field grows without stress (Timoshenko and Goodier, Theory of Elasticity,
chapter 13). A bar held at both ends has the stress -E alpha T.

The Standard NAFEMS Benchmarks, TNSB rev. 3, 1990, LE11: a solid of revolution about z in metres, symmetric to z = 0.
Inside it is a sphere of radius 1 up to 45 degrees, then a cylinder of radius 0.7071 up to z = 1.79; outside a sphere of
radius 1.4 up to 30 degrees (1.2124, 0.7), a taper to (1, 1.39) and a cylinder up to z = 1.79. Temperature r + z in
degrees, E 210 GPa, nu 0.3, alpha 2.3e-4; both ends cannot move along z. At A, (1, 0), sigma_zz = -105 MPa. Geometry and
reference are as in the benchmark manuals that print it; here in metres and MPa, as only ratios of lengths matter.
"""

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import initial_strain, quadrature_points
from vertebra.meshes.shapes import box

from .case import Theory
from .nodal_stress import nodal_stress
from .uniform_stress import distorted_box

E, nu, ALPHA = 210e3, 0.3, 2.3e-4
BULK = E / (1 - 2 * nu)
"""Stress over growth of a material that cannot grow at all, E / (1 - 2 nu) [MPa]."""
_TOP = 1.79
_OUTLINE = (  # r and z inside, r and z outside, from the equator up
    (0.0, (1.0, 0.0), (1.4, 0.0)),
    (0.4, (np.cos(np.pi / 8), np.sin(np.pi / 8)), (1.4 * np.cos(np.pi / 6), 0.7)),
    (0.6, (np.sqrt(0.5), np.sqrt(0.5)), (1.1062, 1.045)),
    (0.8, (np.sqrt(0.5), (np.sqrt(0.5) + _TOP) / 2), (1.0, 1.39)),
    (1.0, (np.sqrt(0.5), _TOP), (1.0, _TOP)),
)


def growth(temperature) -> np.ndarray:
    """Strain (..., 6) of a material at temperatures.

    Parameters
    ----------
    temperature : array_like, shape (...) [K]
        Above that without strain.

    Returns
    -------
    ndarray, shape (..., 6) [-]
    """
    return ALPHA * np.asarray(temperature, float)[..., None] * [1, 1, 1, 0, 0, 0]


def heat(points, cells, temperature, supports):
    """Displacement (n, 3) and stress (m, q, 6) [MPa] of a heated body.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4) or (m, 10)
    temperature : ndarray, shape (m, q) [K]
        At the quadrature points.
    supports : ndarray, shape (n, 3) [mm]
        Given displacements, nan where free.

    Returns
    -------
    displacement : ndarray, shape (n, 3) [mm]
    stress : ndarray, shape (m, q, 6) [MPa]
    """
    strain = growth(temperature)
    loads = initial_strain(points, cells, E, nu, strain)
    solution = Elasticity(points, cells, supports).solve(E, nu, loads, tolerance=1e-12)
    return solution.displacement, solution.stress() - BULK * strain


def free_body() -> float:
    """Largest stress in a free body with a linear field of temperature, over that of a body that cannot grow."""
    points, cells = distorted_box(2)
    supports = np.full(points.shape, np.nan)
    for corner, held in (((0, 0, 0), (0, 1, 2)), ((2, 0, 0), (1, 2)), ((0, 1.5, 0), (2,))):
        supports[np.flatnonzero((points == corner).all(axis=1))[0], list(held)] = 0.0
    temperature = quadrature_points(points, cells) @ [0.7, -0.4, 1.0]
    stress = heat(points, cells, temperature, supports)[1]
    return float(np.abs(stress).max() / (BULK * ALPHA * temperature.max()))


def held_bar(temperature: float = 50.0) -> float:
    """Mean axial stress of a bar whose ends cannot move apart.

    Parameters
    ----------
    temperature : float [K]

    Returns
    -------
    float [MPa]
    """
    points, cells = distorted_box(1)
    supports = np.where(points == 0, 0.0, np.nan)
    supports[points[:, 0] == 2, 0] = 0.0
    stress = heat(points, cells, np.full((len(cells), 1), temperature), supports)[1]
    return float(stress[..., 0].mean())


def revolved(divisions) -> tuple[np.ndarray, ...]:
    """Quarter of LE11: place in the unit cube (n, 3) across, around and up, points (n, 3), cells (m, 10).

    Parameters
    ----------
    divisions : (int, int, int)
        Across, around and up.

    Returns
    -------
    tuple of ndarray
        Place [-], points [m], cells.
    """
    unit, cells = box((1.0, 1.0, 1.0), divisions, 2)
    across, around, up = unit.T
    share, inner, outer = (np.array(column) for column in zip(*_OUTLINE, strict=True))
    sides = [np.stack([np.interp(up, share, side[:, i]) for i in (0, 1)], axis=1) for side in (inner, outer)]
    on_ball = [up <= share[2] + 1e-9, up <= share[1] + 1e-9]
    for side, is_round, radius, last in zip(
        sides, on_ball, (1.0, 1.4), (np.pi / 4 / share[2], np.pi / 6 / share[1]), strict=True
    ):
        angle = last * up[is_round]
        side[is_round] = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    r, z = (1 - across) * sides[0].T + across * sides[1].T
    turn = np.pi / 2 * around
    return unit, np.stack([r * np.cos(turn), r * np.sin(turn), z], axis=1), cells


def taper(divisions) -> float:
    """Stress sigma_zz at A of LE11 [MPa].

    Parameters
    ----------
    divisions : (int, int, int)
        As for `revolved`.

    Returns
    -------
    float [MPa]
    """
    unit, points, cells = revolved(divisions)
    supports = np.full(points.shape, np.nan)
    supports[unit[:, 1] == 0, 1] = 0.0
    supports[unit[:, 1] == 1, 0] = 0.0
    supports[(unit[:, 2] == 0) | (unit[:, 2] == 1), 2] = 0.0
    at = quadrature_points(points, cells)
    displacement, _ = heat(points, cells, np.hypot(at[..., 0], at[..., 1]) + at[..., 2], supports)
    is_a = (unit[:, 0] == 0) & (unit[:, 2] == 0)
    stress = nodal_stress(points, cells, displacement, E, nu)[is_a, 2].mean()
    return float(stress - BULK * ALPHA * 1.0)


CASES = (
    Theory(
        "heat free",
        "free body in a linear field of temperature: no stress, over that of a rigid one",
        "Timoshenko and Goodier, chapter 13",
        free_body,
        tolerance=1e-10,
    ),
    Theory(
        "heat held",
        "bar whose ends are held, -E alpha T at 50 degrees [MPa]",
        "Timoshenko and Goodier, chapter 13",
        held_bar,
        -E * ALPHA * 50.0,
        1e-9,
    ),
    Theory(
        "NAFEMS LE11",
        "solid cylinder, taper and sphere under heat, sigma_zz at A, tet10 [MPa]",
        "NAFEMS TNSB rev. 3, 1990",
        lambda: taper((6, 4, 30)),
        -105.0,
        0.02,
        "C",
    ),
)
