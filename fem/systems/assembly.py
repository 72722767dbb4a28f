"""Stiffness at a fixed pattern, and the internal forces of given displacements, cell by cell."""

import numpy as np

from vertebra.kernels import njit

from ..cells.aligned import add_force, add_stiffness
from ..cells.geometry import Geometry
from ..cells.gradients import fill_displacement_gradient, fill_gradients
from ..cells.moduli import Moduli
from .gather import Gather, gather_stiffness
from .pattern import Pattern
from .scatter import scatter_stiffness
from .slots import find_slot


@njit(cache=True)
def _decouple(rows, indptr, indices, held, values):
    """Cut held unknowns of some rows off their neighbours; their diagonal stays, so that the matrix stays definite."""
    for i in rows:
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            mirror = find_slot(indptr, indices, j, i)
            for a in range(3):
                for b in range(3):
                    if held[i, a] and not (i == j and a == b):
                        values[p, a, b] = 0.0
                        values[mirror, b, a] = 0.0


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
    rows = pattern.indptr, pattern.indices
    if isinstance(pattern.cells_of_rows, Gather):
        values = gather_stiffness(pattern.cells_of_rows, *rows, geometry.volume, moduli.lam, moduli.mu)
    else:
        values = scatter_stiffness(pattern.cells_of_rows, geometry, *rows, moduli.lam, moduli.mu)
    if moduli.aligned is not None:
        add_stiffness(pattern, geometry, moduli.aligned.unit, moduli.aligned.amount, values)
    decouple(pattern, values)
    return values


def decouple(pattern: Pattern, values: np.ndarray) -> None:
    """Cut unknowns that are held off their neighbours, in place, where a node is held in part."""
    rows = np.flatnonzero(pattern.held.any(axis=1))
    if len(rows):
        _decouple(rows, pattern.indptr, pattern.indices, pattern.held, values)


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
