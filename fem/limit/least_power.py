"""The flow of least power through linear tetrahedra, and the flux that proves how little it could be.

Of all u that take given values (0 at one end, 1 at the other) the one that makes

    P(u) = sum over the cells of V h(grad u)

least, h the support function of a convex set K of fluxes (`axial_strength`). Four unknowns a cell: at its corners (P1),
or at its faces (Crouzeix-Raviart). By duality P is the largest flux through the body that the cells bear, and any
flux q in K, balanced or not, bounds it from below: with r_f = sum of V q . grad N_f,

    P >= sum over given values of u_f r_f + sum over free ones of min(0, r_f),

because the least u stays between 0 and 1. For unknowns at faces the balanced flux is constant in every cell and its
normal part goes on from cell to cell, so that the bound holds for every u whatever, not for those on the mesh alone;
the mean of u over a face stays between 0 and 1 as u does.

Alternating directions of multipliers (ADMM) [1]_ for d = grad u with a penalty rho = c radius in each cell: a linear
system with one matrix for u and a projection onto K for the flux in each cell alone. The flux is in K throughout, so
that every iterate gives both bounds.

References
----------
.. [1] S. Boyd, N. Parikh, E. Chu, B. Peleato, J. Eckstein, Foundations and Trends in Machine Learning 3 (2011) 1-122,
   doi 10.1561/2200000016, section 3; over-relaxation in 3.4.3.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from vertebra.kernels import njit

from .axial_strength import AxialStrength
from .linear_system import iterated

GAP = 2e-3
"""Distance between the bounds, over the lower one, at which the search ends."""
PENALTY = 0.04
"""c of unknowns at corners over the height of the body: 0.02 to 0.1 need about as many iterations on vertebrae, bare
and cemented, however fine the mesh."""
PENALTY_FACES = 0.5
"""c of unknowns at faces over the edge of a cube as large as the cell: they start from values at corners, and what is
left to change is as wide as the cells. 110, 90, 90 and 140 iterations at 2.8, 2.0, 1.4 and 1.0 mm."""
FIRST = 1.5
"""Flux to start from over the radius of the strength, where u rises evenly over the height: near the strength. From no
flux at all the search takes some 30 % more iterations."""
RELAXATION = 1.6
EVERY = 10
"""Iterations between two looks at the lower bound."""
ITERATIONS = 3000
"""At most; the bounds hold however wide the gap is then."""


@dataclass(frozen=True, eq=False)
class Flow:
    """What flows through which cells, and what is given.

    Attributes
    ----------
    unknowns : ndarray of int32, shape (m, 4)
        Of each cell.
    gradient : ndarray, shape (m, 4, 3) [1/mm]
        Of their shape functions.
    volume : ndarray, shape (m,) [mm3]
    axis : ndarray, shape (m, 3)
        Direction of the velocity in each cell, of length one.
    strength : AxialStrength
    given : ndarray, shape (u,)
        Values from 0 to 1; NaN where u is free.
    faces : ndarray of int, shape (u, 3), optional
        Corners of the face that each unknown belongs to; None where unknowns are at corners.
    """

    unknowns: np.ndarray
    gradient: np.ndarray
    volume: np.ndarray
    axis: np.ndarray
    strength: AxialStrength
    given: np.ndarray
    faces: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class LeastPower:
    """Bounds of the least power, and what attains them.

    Attributes
    ----------
    low, high : float [N]
        Certified by `flux` and by `u`.
    u : ndarray, shape (u,) [-]
    flux : ndarray, shape (m, 3) [MPa]
    iterations : int
    """

    low: float
    high: float
    u: np.ndarray
    flux: np.ndarray
    iterations: int


@njit(cache=True)
def _sweep(
    unknowns, gradient, volume, axis, radius, up, down, penalty, relaxation, u, flux, split_gradient, load
):
    """Update flux and d (m, 3) of every cell in place, fill the load of the next system (u,); returns P(u)."""
    load[:] = 0.0
    power = 0.0
    g, y = np.empty(3), np.empty(3)
    for cell in range(unknowns.shape[0]):
        for i in range(3):
            g[i] = 0.0
        for a in range(4):
            x = u[unknowns[cell, a]]
            for i in range(3):
                g[i] += x * gradient[cell, a, i]
        n0, n1, n2 = axis[cell, 0], axis[cell, 1], axis[cell, 2]
        along = g[0] * n0 + g[1] * n1 + g[2] * n2
        steep = np.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2])
        power += volume[cell] * (radius[cell] * steep + max(up[cell] * along, down[cell] * along))
        rho = penalty[cell] * radius[cell]
        for i in range(3):
            y[i] = flux[cell, i] + rho * (relaxation * g[i] + (1.0 - relaxation) * split_gradient[cell, i])
        # nearest point of K: from the piece of the axis, not farther than the radius
        along = y[0] * n0 + y[1] * n1 + y[2] * n2
        foot = min(max(along, down[cell]), up[cell])
        x0, x1, x2 = y[0] - foot * n0, y[1] - foot * n1, y[2] - foot * n2
        far = np.sqrt(x0 * x0 + x1 * x1 + x2 * x2)
        share = 1.0 if far <= radius[cell] else radius[cell] / far
        flux[cell, 0] = foot * n0 + share * x0
        flux[cell, 1] = foot * n1 + share * x1
        flux[cell, 2] = foot * n2 + share * x2
        for i in range(3):
            split_gradient[cell, i] = (y[i] - flux[cell, i]) / rho
            g[i] = volume[cell] * (rho * split_gradient[cell, i] - flux[cell, i])
        for a in range(4):
            total = 0.0
            for i in range(3):
                total += g[i] * gradient[cell, a, i]
            load[unknowns[cell, a]] += total
    return power


@njit(cache=True)
def _unbalance(unknowns, gradient, volume, flux, rest):
    """Fill r (u,) = sum of V q . grad N."""
    rest[:] = 0.0
    for cell in range(unknowns.shape[0]):
        for a in range(4):
            total = 0.0
            for i in range(3):
                total += flux[cell, i] * gradient[cell, a, i]
            rest[unknowns[cell, a]] += volume[cell] * total


def least_power(
    flow: Flow,
    height: float,
    u: np.ndarray,
    flux: np.ndarray | None = None,
    *,
    gap: float = GAP,
    iterations: int = ITERATIONS,
) -> LeastPower:
    """Bound the least power from both sides.

    Parameters
    ----------
    flow : Flow
    height : float [mm]
        Of the body: the length over which the penalty is taken.
    u : ndarray, shape (u,)
        To start from.
    flux : ndarray, shape (m, 3), optional [MPa]
        To start from, as of an earlier state; unless given, near the strength where u rises.
    gap : float
        Distance between the bounds, over the lower one, that is good enough.
    iterations : int
        At most.

    Returns
    -------
    LeastPower
    """
    strength, free = flow.strength, np.isnan(flow.given)
    u = np.where(free, u, flow.given)
    given = flow.given[~free]
    if flow.faces is None:
        penalty, coarse = np.full(len(flow.unknowns), PENALTY * height), None
    else:
        penalty, coarse = PENALTY_FACES * np.cbrt(flow.volume), _from_corners(flow.faces, free)
    stiffness = _stiffness(flow, penalty * strength.radius)[free]
    held = stiffness[:, ~free] @ given
    solve = iterated(stiffness[:, free], coarse)
    cells = flow.unknowns, flow.gradient, flow.volume
    d = np.einsum("ca,cai->ci", u[flow.unknowns], flow.gradient)
    flux = np.array(FIRST * height * strength.radius[:, None] * d if flux is None else flux)
    load, rest = np.empty(len(u)), np.empty(len(u))
    low, high, best, proof = -np.inf, np.inf, u, flux
    done = 0
    while True:
        power = _sweep(
            *cells,
            flow.axis,
            strength.radius,
            strength.up,
            strength.down,
            penalty,
            RELAXATION,
            u,
            flux,
            d,
            load,
        )
        if power < high:
            high, best = power, u
        if done % EVERY == 0:
            _unbalance(*cells, flux, rest)
            bound = float(given @ rest[~free] + np.minimum(rest[free], 0.0).sum())
            if bound > low:
                low, proof = bound, flux.copy()
            if high - low <= gap * abs(low) or done >= iterations:
                return LeastPower(low, float(high), best, proof, done)
        u = u.copy()
        u[free] = solve(load[free] - held, u[free])
        done += 1


def _stiffness(flow: Flow, weight: np.ndarray) -> csr_matrix:
    """Sum of weight V grad N . grad N over the cells; shape (u, u)."""
    scaled = flow.gradient * (weight * flow.volume)[:, None, None]
    blocks = np.einsum("cai,cbi->cab", scaled, flow.gradient)
    rows, columns = np.repeat(flow.unknowns, 4, axis=1), np.tile(flow.unknowns, (1, 4))
    n = len(flow.given)
    return csr_matrix((blocks.ravel(), (rows.ravel(), columns.ravel())), (n, n))


def _from_corners(faces: np.ndarray, free: np.ndarray) -> csr_matrix:
    """From values at the corners that no given face has to those of the free faces, the mean of three.

    Every corner is one of some face, as `LimitBody` numbers them, so that no column is empty.
    """
    moves = np.ones(faces.max() + 1, bool)
    moves[faces[~free]] = False
    place = np.where(moves, np.cumsum(moves) - 1, -1)[faces[free]]
    rows, which = np.nonzero(place >= 0)
    return csr_matrix((np.full(len(rows), 1 / 3), (rows, place[rows, which])), (len(place), int(moves.sum())))
