"""Stiffness and forces of the directional (orthotropic) part of the material, added to the isotropic part.

In each cell the stiffness C is the amount [MPa] times a unit stiffness (6, 6) in the axes of the body, one for all
cells or one each. Only cells with a directional part are visited.
"""

import numpy as np

from vertebra.kernels import njit

from ..systems.ownership import owned_slot, touches
from ..systems.pattern import Pattern
from ..threads import run, share
from .anisotropy import PAIRS, TENSOR
from .geometry import Geometry
from .gradients import fill_gradients


@njit(cache=True, nogil=True, fastmath={"contract"})
def _add_stiffness(first, last, order, cell_rows, slots, inverse, volume, gradient, unit, amount, values):
    """Add sum_q volume_q B_a^T C B_b of the cells in order to blocks (i, j) with first <= min(i, j) < last.

    unit (1 or m, 6, 6) is symmetric, amount (m,), values (b, 3, 3).
    """
    n_nodes = gradient.shape[1]
    n_points = volume.shape[1]
    g = np.empty((n_nodes, n_points, 3))
    DB = np.empty((n_points, 6, 3))  # noqa: N806
    for cell in order:
        if not touches(cell_rows, cell, first, last):
            continue
        D = unit[cell if unit.shape[0] > 1 else 0]
        for q in range(n_points):
            fill_gradients(inverse, gradient, cell, q, g, q)
        for b in range(n_nodes):
            if cell_rows[cell, b] < 0:
                continue
            for q in range(n_points):
                w = volume[cell, q] * amount[cell]
                x, y, z = w * g[b, q, 0], w * g[b, q, 1], w * g[b, q, 2]
                for i in range(6):
                    DB[q, i, 0] = D[i, 0] * x + D[i, 4] * z + D[i, 5] * y
                    DB[q, i, 1] = D[i, 1] * y + D[i, 3] * z + D[i, 5] * x
                    DB[q, i, 2] = D[i, 2] * z + D[i, 3] * y + D[i, 4] * x
            for a in range(b + 1):
                slot = owned_slot(slots, cell_rows, cell, a, b, first, last)
                if slot < 0:
                    continue
                mirror = slots[cell, b, a]
                for j in range(3):
                    k0, k1, k2 = 0.0, 0.0, 0.0
                    for q in range(n_points):
                        x, y, z = g[a, q, 0], g[a, q, 1], g[a, q, 2]
                        yz, xz, xy = DB[q, 3, j], DB[q, 4, j], DB[q, 5, j]
                        k0 += x * DB[q, 0, j] + z * xz + y * xy
                        k1 += y * DB[q, 1, j] + z * yz + x * xy
                        k2 += z * DB[q, 2, j] + y * yz + x * xz
                    values[slot, 0, j] += k0
                    values[slot, 1, j] += k1
                    values[slot, 2, j] += k2
                    if a != b:
                        values[mirror, j, 0] += k0
                        values[mirror, j, 1] += k1
                        values[mirror, j, 2] += k2


def add_stiffness(pattern: Pattern, geometry: Geometry, unit, amount, values: np.ndarray) -> None:
    """Add to block-CSR values (b, 3, 3) [N/mm], in place; nothing is cut where a node is held in part.

    Parameters
    ----------
    pattern : Pattern
    geometry : Geometry
    unit : ndarray, shape (1 or m, 6, 6) [-]
    amount : ndarray, shape (m,) [MPa]
        Zero where there is none.
    values : ndarray, shape (b, 3, 3) [N/mm]
    """
    order = pattern.order[amount[pattern.order] > 0]
    run(
        _add_stiffness,
        share(pattern.indptr),
        order,
        pattern.row[pattern.cells],
        pattern.slots,
        geometry.inverse,
        geometry.volume,
        geometry.element.gradient,
        unit,
        amount,
        values,
    )


def add_force(select, geometry: Geometry, unit, amount, displacement, force: np.ndarray) -> None:
    """Add the nodal forces of the stress in some cells, f_a = sum_q volume_q sigma g_a, in place.

    Parameters
    ----------
    select : ndarray of int, shape (s,)
        Cells.
    geometry : Geometry
        Of all m cells.
    unit : ndarray, shape (1 or m, 6, 6) [-]
    amount : ndarray, shape (m,) [MPa]
        Zero where there is none.
    displacement : ndarray, shape (k, n, 3) [mm]
    force : ndarray, shape (k, n, 3) [N]
    """
    select = select[amount[select] > 0]
    nodes = geometry.cells[select]
    g = geometry.element.gradient @ np.swapaxes(geometry.inverse_of(select), 2, 3)  # (s, q, a, 3)
    C = (unit if len(unit) == 1 else unit[select]) * amount[select, None, None]  # noqa: N806
    for k in range(len(force)):
        H = np.einsum("sai,sqaj->sqij", displacement[k, nodes], g)  # du_i/dx_j
        e = np.stack([H[..., i, i] if i == j else H[..., i, j] + H[..., j, i] for i, j in PAIRS], axis=-1)
        stress = (e @ C) * geometry.volume[select, :, None]
        np.add.at(force[k], nodes, np.einsum("sqij,sqaj->sai", stress[..., TENSOR], g))
