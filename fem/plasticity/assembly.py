"""Nodal forces of given stresses, and the stiffness of tangents that differ from point to point."""

import numpy as np

from vertebra.kernels import njit

from ..cells.gradients import fill_gradients, shape_gradient
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
    first, last, order, cell_rows, slots, inverse, volume, gradient, tangent, lam, mu, share, values
):
    """Add the loss of stiffness by yielding to blocks (i, j) with first <= min(i, j) < last.

    sum_q volume_q B_a^T D B_b with D = (1 - share) (tangent - C), tangent (m, q, 6, 6) symmetric, C of lam and mu (m,);
    a point that is elastic has D = 0 and is passed over. The blocks of a cell are summed over its points before they
    are added, so that each of their places in the values is visited once.
    """
    n_nodes = gradient.shape[1]
    g = np.empty((n_nodes, 1, 3))
    D = np.empty((6, 6))
    DB = np.empty((6, 3))  # noqa: N806
    K = np.empty((n_nodes, n_nodes, 3, 3))
    for cell in order:
        if not touches(cell_rows, cell, first, last):
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
                    D[i, j] = w * (tangent[cell, q, i, j] - elastic)
                    size += abs(D[i, j])
            if size == 0.0:
                continue
            if elastic_cell:
                elastic_cell = False
                K[:] = 0.0
            fill_gradients(inverse, gradient, cell, q, g, 0)
            for b in range(n_nodes):
                x, y, z = g[b, 0, 0], g[b, 0, 1], g[b, 0, 2]
                for i in range(6):
                    DB[i, 0] = D[i, 0] * x + D[i, 4] * z + D[i, 5] * y
                    DB[i, 1] = D[i, 1] * y + D[i, 3] * z + D[i, 5] * x
                    DB[i, 2] = D[i, 2] * z + D[i, 3] * y + D[i, 4] * x
                for a in range(b + 1):
                    x, y, z = g[a, 0, 0], g[a, 0, 1], g[a, 0, 2]
                    for j in range(3):
                        K[b, a, 0, j] += x * DB[0, j] + z * DB[4, j] + y * DB[5, j]
                        K[b, a, 1, j] += y * DB[1, j] + z * DB[3, j] + x * DB[5, j]
                        K[b, a, 2, j] += z * DB[2, j] + y * DB[3, j] + x * DB[4, j]
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
                        values[slot, i, j] += K[b, a, i, j]
                        if a != b:
                            values[mirror, j, i] += K[b, a, i, j]


def force_of_stress(system: System, stress: np.ndarray) -> np.ndarray:
    """Nodal forces (1, n, 3) [N] that balance stress (m, q, 6) [MPa]."""
    force = np.zeros((len(system.points), 3))
    geometry = system.geometry
    _force_of_stress(
        system.cells, geometry.inverse, geometry.volume, geometry.element.gradient, stress, force
    )
    return force[None]


def tangent_stiffness(system: System, elastic, tangent, lam, mu, share: float = 0.0) -> np.ndarray:
    """Stiffness of tangent moduli that differ from point to point.

    Parameters
    ----------
    system : System
    elastic : ndarray, shape (b, 3, 3) [N/mm]
        Stiffness of the elastic material, as by `System.stiffness`.
    tangent : ndarray, shape (m, q, 6, 6) [MPa]
        Symmetric.
    lam, mu : ndarray, shape (m,) [MPa]
        Lamé's constants of the elastic material.
    share : float [-]
        Of the elastic stiffness in the result; the tangent has 1 - share.

    Returns
    -------
    ndarray, shape (b, 3, 3) [N/mm]
        Block-CSR values in the pattern of the system.
    """
    pattern, geometry = system.pattern, system.geometry
    values = elastic.copy()
    run(
        _add_loss,
        split(pattern.indptr),
        pattern.order,
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
