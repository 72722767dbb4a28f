"""Collapse load of a body between platens, bounded from above: the weakest surface, of any shape, across the body.

By the kinematic theorem of limit analysis every field of velocities bounds the collapse load of a perfectly plastic
body from above by the power it dissipates. With yield at the principal stresses -C and T (box) a strain rate with the
principal values e_i dissipates sum(T max(e_i, 0) + C max(-e_i, 0)). Take all fields that point along the axis,
v = -u(x) e_z, where u is 0 on the lower end and that of the platen on the upper one. The strain rate
-sym(grad u, e_z) has the principal values (-du/dz +- |grad u|) / 2 and 0, so that the power is

    P(u) = integral of a |grad u| + b du/dz,     a = (C + T) / 2,  b = (C - T) / 2.

P is convex, and its least value is reached by moving what lies above one surface down against what lies below: a
surface normal to the axis costs C an area, one along the axis (C + T) / 2. Sections are surfaces like that, but a body
with hard inclusions gives way at different heights in different places.

P is a weighted total variation (the dual of a largest flow through a minimal cut [1]_). On linear tetrahedra it is made
least by solving, again and again,

    div(w grad u) + db/dz = 0,     w = a / sqrt(|grad u|^2 + eps^2),

with the last u in w [2]_ and with eps that falls; every u on the way gives a bound, and the lowest one is returned.
That holds for cells with straight edges. Of 10-node cells the corners alone are used, so where their edges are curved
it is a bound for the body of straight-edged cells through the same corners, not for the curved one.

References
----------
.. [1] G. Strang, Maximal flow through a domain, Mathematical Programming 26 (1983) 123-143, doi 10.1007/BF02592050.
.. [2] C. R. Vogel and M. E. Oman, Iterative methods for total variation denoising, SIAM J. Sci. Comput. 17 (1996)
   227-238, doi 10.1137/0917016.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..scalar.edges import Edges

SETTLED = 2e-4
"""The search ends when the bound has fallen by less than this share in each of three steps."""
STEPS = 60
FIRST, LAST = 1.0, 1e-4
"""eps, as a share of the steepness of an even velocity, at first and at last."""
FALL = 0.5
RELAXATION = 1.5
"""Of the steps: a reweighted step goes too short a way."""
_REDUCED = 0.005
"""Residual of a linear system over that of the last velocity, from which it starts. A looser one misses slow modes: a
surface that has to move a long way around an inclusion stays where it was."""
_LIMIT = 2000


@dataclass(frozen=True, eq=False)
class AxialCollapse:
    """The best bound found.

    Attributes
    ----------
    force : float [N]
        Power over the velocity of the platen.
    velocity : ndarray, shape (n,) [-]
        u of all nodes; 0 outside the cells.
    steps, iterations : int
        Reweighted systems, and conjugate gradient iterations in total.
    """

    force: float
    velocity: np.ndarray
    steps: int
    iterations: int


@njit(cache=True)
def _steepness(cells, slot_stiffness, volume, u, out):
    """Fill |grad u| of linear tetrahedra: V |grad u|^2 = sum of w_ab (u_a - u_b)^2 over the pairs of corners."""
    for cell in range(cells.shape[0]):
        total = 0.0
        pair = 0
        for a in range(4):
            for b in range(a + 1, 4):
                jump = u[cells[cell, a]] - u[cells[cell, b]]
                total += slot_stiffness[cell, pair] * jump * jump
                pair += 1
        out[cell] = np.sqrt(max(total, 0.0) / volume[cell])


@njit(cache=True)
def _rest(begin, neighbour, weight, load, free, u, r):
    """Fill the residual r = -K u - load where u is free."""
    for i in range(u.size):
        r[i] = 0.0
        if free[i]:
            total = load[i]
            for p in range(begin[i], begin[i + 1]):
                total += weight[p] * (u[i] - u[neighbour[p]])
            r[i] = -total


@njit(cache=True, fastmath={"contract"})
def _iterate(begin, neighbour, weight, diagonal, load, free, reduced, limit, u):
    """Conjugate gradients for K u = -load from the given u on, in place; returns the number of iterations."""
    n = u.size
    r, p, y = np.empty(n), np.zeros(n), np.zeros(n)
    _rest(begin, neighbour, weight, load, free, u, r)
    rho = 0.0
    for i in range(n):
        if free[i]:
            p[i] = r[i] / diagonal[i]
            rho += r[i] * p[i]
    goal = rho * reduced * reduced
    iteration = 0
    while rho > goal and iteration < limit:
        iteration += 1
        product = 0.0
        for i in range(n):
            if free[i]:
                total = 0.0
                for q in range(begin[i], begin[i + 1]):
                    total += weight[q] * (p[i] - p[neighbour[q]])
                y[i] = total
                product += p[i] * total
        alpha = rho / product
        old = rho
        rho = 0.0
        for i in range(n):
            if free[i]:
                u[i] += alpha * p[i]
                r[i] -= alpha * y[i]
                rho += r[i] * r[i] / diagonal[i]
        beta = rho / old
        for i in range(n):
            if free[i]:
                p[i] = r[i] / diagonal[i] + beta * p[i]
    return iteration


def axial_collapse(
    points: np.ndarray,
    cells: np.ndarray,
    compression: np.ndarray,
    tension: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
) -> AxialCollapse:
    """Bound the force under which a body collapses between two platens that do not turn.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
        z is the axis.
    cells : ndarray of int, shape (m, 4) or more
        Tetrahedra that may give way; nodes after the fourth are not used.
    compression, tension : ndarray, shape (m,) [MPa]
        Strength, positive.
    lower, upper : ndarray of int
        Nodes that stand still, and those that move with the upper platen.

    Returns
    -------
    AxialCollapse

    Raises
    ------
    ValueError
        A strength is not positive and finite, or an end holds no node of the cells.
    """
    strength = np.stack([compression, tension])
    if not np.all(np.isfinite(strength) & (strength > 0)):
        bad = int(np.argmin(np.isfinite(strength).all(axis=0) & (strength > 0).all(axis=0)))
        message = (
            f"cell {bad} has the strengths {compression[bad]:g} and {tension[bad]:g} MPa, expected positive, finite "
            "ones. Leave caps and holes out."
        )
        raise ValueError(message)
    nodes, corners = np.unique(np.asarray(cells)[:, :4], return_inverse=True)
    corners = np.ascontiguousarray(corners.reshape(len(cells), 4).astype(np.int32))
    held, moved = np.isin(nodes, lower), np.isin(nodes, upper)
    if not (held.any() and moved.any()) or (held & moved).any():
        message = (
            f"found {held.sum()} lower and {moved.sum()} upper nodes of the cells, {(held & moved).sum()} in both, "
            "expected some of each and none in both. Pass the nodes of the two end surfaces."
        )
        raise ValueError(message)
    here = np.ascontiguousarray(points[nodes], dtype=float)
    edges = Edges.of(here, corners)
    volume = edges.volume
    a, b = (compression + tension) / 2, (compression - tension) / 2
    load = _axial_load(here, corners, b * volume)
    free = ~(held | moved)
    height = np.ptp(here[:, 2])
    u = (here[:, 2] - here[:, 2].min()) / height
    u[held], u[moved] = 0.0, 1.0

    steep = np.empty(len(corners))

    def power(velocity):
        _steepness(corners, edges.stiffness, volume, velocity, steep)
        return float(np.sum(a * volume * steep) + load @ velocity)

    now = power(u)
    best, kept, iterations, still, step = now, u, 0, 0, 0
    eps = FIRST
    while still < 3 and step < STEPS:
        step += 1
        weight, diagonal = edges.weights(a / np.sqrt(steep**2 + (eps / height) ** 2))
        target = u.copy()
        iterations += _iterate(
            edges.begin, edges.neighbour, weight, diagonal, load, free, _REDUCED, _LIMIT, target
        )
        u = u + RELAXATION * (target - u)
        now = power(u)
        still = still + 1 if now > best * (1 - SETTLED) and eps <= LAST else 0
        if now < best:
            best, kept = now, u
        eps = max(eps * FALL, LAST)
    velocity = np.zeros(len(points))
    velocity[nodes] = kept
    return AxialCollapse(best, velocity, step, iterations)


def _axial_load(points, cells, weight):
    """Sum of weight dN/dz over the cells; shape (n,)."""
    edges = points[cells[:, 1:]] - points[cells[:, :1]]
    slope = np.zeros((len(cells), 4))
    slope[:, 1:] = np.linalg.inv(edges)[:, 2]
    slope[:, 0] = -slope[:, 1:].sum(axis=1)
    return np.bincount(cells.ravel(), (slope * weight[:, None]).ravel(), len(points))
