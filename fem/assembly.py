"""Stiffness at a fixed pattern, and the internal forces of given displacements, cell by cell."""

import numpy as np
from numba import njit

from .geometry import Geometry
from .pattern import Pattern


@njit(cache=True, fastmath={"contract"})
def _stiffness(order, slots, inverse, volume, gradient, lam, mu, values):
    """Add all element blocks to values (b, 3, 3).

    K_ab = sum_q volume_q (lam g_a g_b^T + mu g_b g_a^T + mu (g_a . g_b) I), with g = gradients of N in space.
    S_ab = sum_q volume_q g_a g_b^T carries the geometry; lam and mu are constant in a cell.
    """
    n_nodes = gradient.shape[1]
    g = np.empty(3 * n_nodes)
    S = np.empty((3 * n_nodes, 3 * n_nodes))  # noqa: N806
    for cell in order:
        S[:] = 0.0
        for q in range(volume.shape[1]):
            for a in range(n_nodes):
                for i in range(3):
                    g[3 * a + i] = (
                        inverse[cell, q, i, 0] * gradient[q, a, 0]
                        + inverse[cell, q, i, 1] * gradient[q, a, 1]
                        + inverse[cell, q, i, 2] * gradient[q, a, 2]
                    )
            for i in range(3 * n_nodes):
                scaled = volume[cell, q] * g[i]
                for j in range(3 * (i // 3), 3 * n_nodes):
                    S[i, j] += scaled * g[j]
        for a in range(n_nodes):
            for b in range(a, n_nodes):
                slot = slots[cell, a, b]
                if slot < 0:
                    continue
                trace = mu[cell] * (S[3 * a, 3 * b] + S[3 * a + 1, 3 * b + 1] + S[3 * a + 2, 3 * b + 2])
                mirror = slots[cell, b, a]
                for i in range(3):
                    for j in range(3):
                        block = lam[cell] * S[3 * a + i, 3 * b + j] + mu[cell] * S[3 * a + j, 3 * b + i]
                        if i == j:
                            block += trace
                        values[slot, i, j] += block
                        if a != b:
                            values[mirror, j, i] += block


@njit(cache=True)
def _decouple(indptr, indices, held, values):
    """Cut held unknowns off their neighbours; their diagonal stays, so that the matrix stays definite."""
    for i in range(indptr.size - 1):
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            for a in range(3):
                for b in range(3):
                    if (held[i, a] or held[j, b]) and not (i == j and a == b):
                        values[p, a, b] = 0.0


@njit(cache=True)
def _internal_force(select, cells, inverse, volume, gradient, lam, mu, displacement, force):
    """Add sum_q volume_q sigma g_a of the selected cells to force (k, n, 3); displacement (k, n, 3)."""
    n_nodes = gradient.shape[1]
    g = np.empty((n_nodes, 3))
    H = np.empty((3, 3))
    for cell in select:
        for q in range(volume.shape[1]):
            for a in range(n_nodes):
                for i in range(3):
                    g[a, i] = (
                        inverse[cell, q, i, 0] * gradient[q, a, 0]
                        + inverse[cell, q, i, 1] * gradient[q, a, 1]
                        + inverse[cell, q, i, 2] * gradient[q, a, 2]
                    )
            for k in range(displacement.shape[0]):
                for i in range(3):
                    for j in range(3):
                        total = 0.0
                        for a in range(n_nodes):
                            total += displacement[k, cells[cell, a], i] * g[a, j]
                        H[i, j] = total  # du_i/dx_j
                trace = lam[cell] * (H[0, 0] + H[1, 1] + H[2, 2])
                for i in range(3):
                    for j in range(3):
                        if j < i:
                            continue
                        sigma = mu[cell] * (H[i, j] + H[j, i])
                        if i == j:
                            sigma += trace
                        sigma *= volume[cell, q]
                        for a in range(n_nodes):
                            force[k, cells[cell, a], i] += sigma * g[a, j]
                            if i != j:
                                force[k, cells[cell, a], j] += sigma * g[a, i]


def assemble_stiffness(pattern: Pattern, geometry: Geometry, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """Values of the block-CSR stiffness, ndarray of shape (b, 3, 3) [N/mm]."""
    values = np.zeros((len(pattern.indices), 3, 3))
    _stiffness(
        pattern.order,
        pattern.slots,
        geometry.inverse,
        geometry.volume,
        geometry.element.gradient,
        lam,
        mu,
        values,
    )
    if pattern.held.any():
        _decouple(pattern.indptr, pattern.indices, pattern.held, values)
    return values


def internal_force(select, cells, geometry: Geometry, lam, mu, displacement) -> np.ndarray:
    """Nodal forces that hold the selected cells in the given displacements.

    Parameters
    ----------
    select : ndarray of int32
        Cells that count.
    displacement : ndarray, shape (k, n, 3) [mm]

    Returns
    -------
    ndarray, shape (k, n, 3) [N]
    """
    force = np.zeros_like(displacement)
    _internal_force(
        select,
        cells,
        geometry.inverse,
        geometry.volume,
        geometry.element.gradient,
        lam,
        mu,
        displacement,
        force,
    )
    return force
