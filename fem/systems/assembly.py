"""Stiffness at a fixed pattern, and the internal forces of given displacements, cell by cell."""

import numpy as np

from vertebra.kernels import njit

from ..cells.aligned import add_force, add_stiffness
from ..cells.geometry import Geometry
from ..cells.gradients import fill_displacement_gradient, fill_gradients
from ..cells.moduli import Moduli
from ..threads import run, share
from .gather import gather_stiffness
from .ownership import owned_slot, touches
from .pattern import Pattern


@njit(cache=True, nogil=True, fastmath={"contract"})
def _stiffness(first, last, order, cell_rows, slots, inverse, volume, gradient, lam, mu, values):
    """Add element blocks (i, j) with first <= min(i, j) < last to values (b, 3, 3).

    K_ab = sum_q volume_q (lam g_a g_b^T + mu g_b g_a^T + mu (g_a . g_b) I), with g = gradients of N in space.
    S_ab = sum_q volume_q g_a g_b^T carries the geometry; lam and mu are constant in a cell.
    """
    n_nodes = gradient.shape[1]
    n_points = volume.shape[1]
    g = np.empty((n_nodes, n_points, 3))
    for cell in order:
        if not touches(cell_rows, cell, first, last):
            continue
        for q in range(n_points):
            fill_gradients(inverse, gradient, cell, q, g, q)
        lam_e = lam[cell]
        mu_e = mu[cell]
        for a in range(n_nodes):
            for b in range(a, n_nodes):
                slot = owned_slot(slots, cell_rows, cell, a, b, first, last)
                if slot < 0:
                    continue
                s00, s01, s02 = 0.0, 0.0, 0.0
                s10, s11, s12 = 0.0, 0.0, 0.0
                s20, s21, s22 = 0.0, 0.0, 0.0
                for q in range(n_points):
                    w = volume[cell, q]
                    u0, u1, u2 = w * g[a, q, 0], w * g[a, q, 1], w * g[a, q, 2]
                    v0, v1, v2 = g[b, q, 0], g[b, q, 1], g[b, q, 2]
                    s00 += u0 * v0
                    s01 += u0 * v1
                    s02 += u0 * v2
                    s10 += u1 * v0
                    s11 += u1 * v1
                    s12 += u1 * v2
                    s20 += u2 * v0
                    s21 += u2 * v1
                    s22 += u2 * v2
                trace = mu_e * (s00 + s11 + s22)
                k00 = (lam_e + mu_e) * s00 + trace
                k11 = (lam_e + mu_e) * s11 + trace
                k22 = (lam_e + mu_e) * s22 + trace
                k01, k10 = lam_e * s01 + mu_e * s10, lam_e * s10 + mu_e * s01
                k02, k20 = lam_e * s02 + mu_e * s20, lam_e * s20 + mu_e * s02
                k12, k21 = lam_e * s12 + mu_e * s21, lam_e * s21 + mu_e * s12
                values[slot, 0, 0] += k00
                values[slot, 0, 1] += k01
                values[slot, 0, 2] += k02
                values[slot, 1, 0] += k10
                values[slot, 1, 1] += k11
                values[slot, 1, 2] += k12
                values[slot, 2, 0] += k20
                values[slot, 2, 1] += k21
                values[slot, 2, 2] += k22
                if a == b:
                    continue
                mirror = slots[cell, b, a]
                values[mirror, 0, 0] += k00
                values[mirror, 0, 1] += k10
                values[mirror, 0, 2] += k20
                values[mirror, 1, 0] += k01
                values[mirror, 1, 1] += k11
                values[mirror, 1, 2] += k21
                values[mirror, 2, 0] += k02
                values[mirror, 2, 1] += k12
                values[mirror, 2, 2] += k22


@njit(cache=True, nogil=True)
def _decouple(first, last, indptr, indices, held, values):
    """Cut held unknowns off their neighbours; their diagonal stays, so that the matrix stays definite."""
    for i in range(first, last):
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            for a in range(3):
                for b in range(3):
                    if (held[i, a] or held[j, b]) and not (i == j and a == b):
                        values[p, a, b] = 0.0


@njit(cache=True, fastmath={"contract"})
def _internal_force(select, cells, inverse, volume, gradient, lam, mu, displacement, force):
    """Add sum_q volume_q sigma g_a of the selected cells to force (k, n, 3); inverse (s, q, 3, 3) is theirs."""
    n_nodes = gradient.shape[1]
    g = np.empty((n_nodes, 1, 3))
    H = np.empty((3, 3))
    for s in range(select.size):
        cell = select[s]
        for q in range(volume.shape[1]):
            fill_gradients(inverse, gradient, s, q, g, 0)
            for k in range(displacement.shape[0]):
                fill_displacement_gradient(displacement, k, cells, cell, g, H)
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
                            force[k, cells[cell, a], i] += sigma * g[a, 0, j]
                            if i != j:
                                force[k, cells[cell, a], j] += sigma * g[a, 0, i]


def assemble_stiffness(pattern: Pattern, geometry: Geometry, moduli: Moduli) -> np.ndarray:
    """Values of the block-CSR stiffness, ndarray of shape (b, 3, 3) [N/mm]."""
    if pattern.gather is not None:
        values = gather_stiffness(
            pattern.gather,
            pattern.indptr,
            pattern.indices,
            geometry.volume,
            moduli.lam,
            moduli.mu,
        )
    else:
        values = np.zeros((len(pattern.indices), 3, 3))
        run(
            _stiffness,
            share(pattern.indptr),
            pattern.order,
            pattern.row[pattern.cells],
            pattern.slots,
            geometry.inverse,
            geometry.volume,
            geometry.element.gradient,
            moduli.lam,
            moduli.mu,
            values,
        )
    if moduli.aligned is not None:
        add_stiffness(pattern, geometry, moduli.aligned.unit, moduli.aligned.amount, values)
    decouple(pattern, values)
    return values


def decouple(pattern: Pattern, values: np.ndarray) -> None:
    """Cut unknowns that are held off their neighbours, in place, where a node is held in part."""
    if pattern.held.any():
        run(_decouple, share(pattern.indptr), pattern.indptr, pattern.indices, pattern.held, values)


def internal_force(select, cells, geometry: Geometry, moduli: Moduli, displacement) -> np.ndarray:
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
        geometry.inverse if len(select) == len(cells) else geometry.inverse_of(select),
        geometry.volume,
        geometry.element.gradient,
        moduli.lam,
        moduli.mu,
        displacement,
        force,
    )
    if moduli.aligned is not None:
        add_force(select, geometry, moduli.aligned.unit, moduli.aligned.amount, displacement, force)
    return force
