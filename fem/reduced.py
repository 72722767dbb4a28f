"""Stiffness projected on a few displacement fields, for any moduli at the cost of one pass over the cells.

K = sum over cells of lambda_e K_e^lambda + mu_e K_e^mu, so v_i . K v_j = sum_e (lambda_e A_e,ij + mu_e B_e,ij) with
A_e,ij = int tr(e_i) tr(e_j) dV and B_e,ij = 2 int e_i : e_j dV. A_e and B_e do not depend on the moduli.
"""

import numpy as np
from numba import njit

from .geometry import Geometry

CHUNK_CELLS = 20_000
"""Cells whose products are formed at a time where they are too many to be kept."""


@njit(cache=True, fastmath={"contract"})
def _cell_products(first, cells, inverse, volume, gradient, fields, n_old, A, B):  # noqa: N803
    """Fill A, B (m, p) for the pairs (i, j) with n_old <= j < n, i <= j, of fields (n, points, 3).

    Cells are those from `first` on, as many as A has rows; strains as xx yy zz and the halves yz xz xy.
    """
    n_fields = fields.shape[0]
    n_nodes = gradient.shape[1]
    g = np.empty((n_nodes, 3))
    e = np.empty((n_fields, 7))
    A[:] = 0.0
    B[:] = 0.0
    for row in range(A.shape[0]):
        cell = first + row
        for q in range(volume.shape[1]):
            for a in range(n_nodes):
                for i in range(3):
                    g[a, i] = (
                        inverse[cell, q, i, 0] * gradient[q, a, 0]
                        + inverse[cell, q, i, 1] * gradient[q, a, 1]
                        + inverse[cell, q, i, 2] * gradient[q, a, 2]
                    )
            for k in range(n_fields):
                e[k] = 0.0
                for a in range(n_nodes):
                    u, v, w = (
                        fields[k, cells[cell, a], 0],
                        fields[k, cells[cell, a], 1],
                        fields[k, cells[cell, a], 2],
                    )
                    e[k, 0] += u * g[a, 0]
                    e[k, 1] += v * g[a, 1]
                    e[k, 2] += w * g[a, 2]
                    e[k, 3] += 0.5 * (v * g[a, 2] + w * g[a, 1])
                    e[k, 4] += 0.5 * (u * g[a, 2] + w * g[a, 0])
                    e[k, 5] += 0.5 * (u * g[a, 1] + v * g[a, 0])
                e[k, 6] = e[k, 0] + e[k, 1] + e[k, 2]
            pair = 0
            for j in range(n_old, n_fields):
                for i in range(j + 1):
                    normal = e[i, 0] * e[j, 0] + e[i, 1] * e[j, 1] + e[i, 2] * e[j, 2]
                    shear = e[i, 3] * e[j, 3] + e[i, 4] * e[j, 4] + e[i, 5] * e[j, 5]
                    A[row, pair] += volume[cell, q] * e[i, 6] * e[j, 6]
                    B[row, pair] += 2.0 * volume[cell, q] * (normal + 2.0 * shear)
                    pair += 1


class ReducedStiffness:
    """Projected stiffness v_i . K v_j of a growing set of displacement fields.

    Parameters
    ----------
    cells : ndarray of int32, shape (m, a)
    geometry : Geometry
    memory : float
        Bytes up to which the products of single cells are kept; beyond, they are formed anew each time.
    """

    def __init__(self, cells: np.ndarray, geometry: Geometry, memory: float = 4e8):
        self._cells = cells
        self._geometry = geometry
        self._memory = memory
        self._kept: list[tuple[int, np.ndarray, np.ndarray]] = []

    def matrix(self, fields: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
        """Projected stiffness for the given moduli.

        Parameters
        ----------
        fields : ndarray, shape (n, points, 3) [mm]
            Fields of earlier calls may be followed by new ones; they must not change.
        lam, mu : ndarray, shape (m,) [MPa]

        Returns
        -------
        ndarray, shape (n, n) [N mm]
        """
        n_known = self._kept[-1][0] if self._kept else 0
        size = len(fields)
        if n_known < size:
            n_bytes = 8.0 * len(self._cells) * size * (size + 1)
            if n_bytes <= self._memory:
                trace, shear = self._products(fields, n_known, 0, len(self._cells))
                self._kept.append((size, trace, shear))
            elif self._kept:
                self._kept = []
        if self._kept:
            packed = np.concatenate([lam @ trace + mu @ shear for _, trace, shear in self._kept])
        else:
            packed = np.zeros(size * (size + 1) // 2)
            for first in range(0, len(self._cells), CHUNK_CELLS):
                part = slice(first, min(first + CHUNK_CELLS, len(self._cells)))
                trace, shear = self._products(fields, 0, part.start, part.stop)
                packed += lam[part] @ trace + mu[part] @ shear
        matrix = np.empty((size, size))
        j, i = np.tril_indices(size)
        matrix[i, j] = matrix[j, i] = packed
        return matrix

    def _products(self, fields, n_old, first, last):
        size = len(fields)
        n_pairs = (size * (size + 1) - n_old * (n_old + 1)) // 2
        trace, shear = np.empty((last - first, n_pairs)), np.empty((last - first, n_pairs))
        geometry = self._geometry
        _cell_products(
            first,
            self._cells,
            geometry.inverse,
            geometry.volume,
            geometry.element.gradient,
            fields,
            n_old,
            trace,
            shear,
        )
        return trace, shear
