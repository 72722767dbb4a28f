"""Nodal forces of given stresses, and the stiffness of tangents that differ from point to point."""

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import load4, plus, store, zero4

from ..cells.gradients import shape_gradient
from ..systems.assembly import decouple
from ..systems.ownership import owned_slot, touches
from ..systems.system import System
from ..threads import run
from ..threads import share as split


@njit(cache=True, fastmath={"contract"})
def _force_of_stress(cells, inverse, volume, gradient, stress, force):
    """Add sum_q volume_q sigma g_a to force (n, 3); stress (m, q, 6)."""
    for cell in range(cells.shape[0]):
        for q in range(volume.shape[1]):
            w = volume[cell, q]
            xx, yy, zz = w * stress[cell, q, 0], w * stress[cell, q, 1], w * stress[cell, q, 2]
            yz, xz, xy = w * stress[cell, q, 3], w * stress[cell, q, 4], w * stress[cell, q, 5]
            for a in range(gradient.shape[1]):
                x, y, z = shape_gradient(inverse, gradient, cell, q, a)
                node = cells[cell, a]
                force[node, 0] += xx * x + xy * y + xz * z
                force[node, 1] += xy * x + yy * y + yz * z
                force[node, 2] += xz * x + yz * y + zz * z


@njit(cache=True, nogil=True, fastmath={"contract"})
def _add_loss(
    first,
    last,
    order,
    place,
    cell_rows,
    slots,
    inverse,
    volume,
    gradient,
    tangent,
    lam,
    mu,
    share,
    values,
):
    """Add the loss of stiffness by yielding to blocks (i, j) with first <= min(i, j) < last.

    sum_q volume_q B_a^T D B_b with D = (1 - share) (tangent - C), tangent (s, q, 6, 6) symmetric, found for each cell
    at its place (m,), -1 where it is elastic, and C of lam and mu (m,); a point that is elastic has D = 0 and is passed
    over. Four nodes a side by side are summed over the points of a cell before they are added, so that each slot of the
    values is visited once.
    """
    n_nodes = gradient.shape[1]
    width = 4 * ((n_nodes + 3) // 4)
    g = np.zeros(3 * width)
    D = np.empty((6, 6))
    DB = np.zeros(18 * width)  # noqa: N806
    K = np.empty(9 * width * n_nodes)
    for cell in order:
        s = place[cell]
        if s < 0 or not touches(cell_rows, cell, first, last):
            continue
        elastic_cell = True
        for q in range(volume.shape[1]):
            w = volume[cell, q] * (1.0 - share)
            size = 0.0
            for i in range(6):
                for j in range(6):
                    elastic = 0.0
                    if i < 3 and j < 3:
                        elastic = lam[cell]
                    if i == j:
                        elastic += 2.0 * mu[cell] if i < 3 else mu[cell]
                    D[i, j] = w * (tangent[s, q, i, j] - elastic)
                    size += abs(D[i, j])
            if size == 0.0:
                continue
            if elastic_cell:
                elastic_cell = False
                K[:] = 0.0
            for a in range(n_nodes):
                g[a], g[width + a], g[2 * width + a] = shape_gradient(inverse, gradient, cell, q, a)
            for b in range(0, width, 4):  # D B_b, numbers (i, j) of four nodes side by side
                x, y, z = load4(g, b), load4(g, width + b), load4(g, 2 * width + b)
                for i in range(6):
                    at = 3 * width * i + b
                    store(DB, at, plus(plus(plus(zero4(g), D[i, 0], x), D[i, 4], z), D[i, 5], y))
                    at += width
                    store(DB, at, plus(plus(plus(zero4(g), D[i, 1], y), D[i, 3], z), D[i, 5], x))
                    at += width
                    store(DB, at, plus(plus(plus(zero4(g), D[i, 2], z), D[i, 3], y), D[i, 4], x))
            for b in range(n_nodes):
                for a in range(0, b + 1, 4):
                    x, y, z = load4(g, a), load4(g, width + a), load4(g, 2 * width + a)
                    for j in range(3):
                        d = width * j + b
                        xx, yy, zz = DB[d], DB[d + 3 * width], DB[d + 6 * width]
                        yz, xz, xy = DB[d + 9 * width], DB[d + 12 * width], DB[d + 15 * width]
                        at = width * (9 * b + j) + a
                        store(K, at, plus(plus(plus(load4(K, at), xx, x), xz, z), xy, y))
                        at += 3 * width
                        store(K, at, plus(plus(plus(load4(K, at), yy, y), yz, z), xy, x))
                        at += 3 * width
                        store(K, at, plus(plus(plus(load4(K, at), zz, z), yz, y), xz, x))
        if elastic_cell:
            continue
        for b in range(n_nodes):
            for a in range(b + 1):
                slot = owned_slot(slots, cell_rows, cell, a, b, first, last)
                if slot < 0:
                    continue
                mirror = slots[cell, b, a]
                for i in range(3):
                    for j in range(3):
                        k = K[width * (9 * b + 3 * i + j) + a]
                        values[slot, i, j] += k
                        if a != b:
                            values[mirror, j, i] += k


def force_of_stress(system: System, stress: np.ndarray) -> np.ndarray:
    """Nodal forces (1, n, 3) [N] that balance stress (m, q, 6) [MPa]."""
    force = np.zeros((len(system.points), 3))
    geometry = system.geometry
    _force_of_stress(
        system.cells, geometry.inverse, geometry.volume, geometry.element.gradient, stress, force
    )
    return force[None]


def tangent_stiffness(
    system: System,
    elastic: np.ndarray,
    tangent: np.ndarray,
    lam: np.ndarray,
    mu: np.ndarray,
    share: float = 0.0,
    select: np.ndarray | None = None,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Stiffness of tangent moduli that differ from point to point.

    Parameters
    ----------
    system : System
    elastic : ndarray, shape (b, 3, 3) [N/mm]
        Stiffness of the elastic material, as by `System.stiffness`.
    tangent : ndarray, shape (s, q, 6, 6) [MPa]
        Symmetric.
    lam, mu : ndarray, shape (m,) [MPa]
        Lamé's constants of the elastic material.
    share : float [-]
        Of the elastic stiffness in the result; the tangent has 1 - share.
    select : ndarray of int, shape (s,), optional
        Cells of these tangents, others being elastic; all cells unless given.
    out : ndarray, shape (b, 3, 3), optional
        Where the result is written; fresh memory of that size costs as much as the sum.

    Returns
    -------
    ndarray, shape (b, 3, 3) [N/mm]
        Block-CSR values in the pattern of the system.
    """
    pattern, geometry = system.pattern, system.geometry
    place = np.full(len(system.cells), -1)
    place[slice(None) if select is None else select] = np.arange(len(tangent))
    values = np.empty_like(elastic) if out is None else out
    np.copyto(values, elastic)
    run(
        _add_loss,
        split(pattern.indptr),
        pattern.order,
        place,
        pattern.row[pattern.cells],
        pattern.slots,
        geometry.inverse,
        geometry.volume,
        geometry.element.gradient,
        tangent,
        lam,
        mu,
        share,
        values,
    )
    decouple(pattern, values)
    return values
