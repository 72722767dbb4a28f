"""Matrices of the fields that span a history of moduli, K = K_base + sum_k theta_k K_k, on the rows that they touch."""

import numpy as np

from vertebra.kernels import njit

from ..cells.moduli import Moduli
from ..systems.equilibrium import Load, load_of
from ..systems.system import LoadModes, System
from ..threads import run, share
from .affine import ModuliSpan


@njit(cache=True, nogil=True, fastmath={"contract"})
def _multiply_fields(first, last, indptr, indices, values, x, y):
    """Multiply rows first..last of K matrices on one pattern, values (b, K, 3, 3), with vectors x (j, r, 3).

    Result y (K, j, i, 3) for the rows i of that pattern, whose columns are the rows of x.
    """
    for i in range(first, last):
        for j in range(x.shape[0]):
            for k in range(values.shape[1]):
                y0 = 0.0
                y1 = 0.0
                y2 = 0.0
                for p in range(indptr[i], indptr[i + 1]):
                    column = indices[p]
                    x0 = x[j, column, 0]
                    x1 = x[j, column, 1]
                    x2 = x[j, column, 2]
                    y0 += values[p, k, 0, 0] * x0 + values[p, k, 0, 1] * x1 + values[p, k, 0, 2] * x2
                    y1 += values[p, k, 1, 0] * x0 + values[p, k, 1, 1] * x1 + values[p, k, 1, 2] * x2
                    y2 += values[p, k, 2, 0] * x0 + values[p, k, 2, 1] * x1 + values[p, k, 2, 2] * x2
                y[k, j, i, 0] = y0
                y[k, j, i, 1] = y1
                y[k, j, i, 2] = y2


@njit(cache=True)
def _combine_blocks(slot, base, fields, theta, values):
    """Set the blocks `slot` (b,) of values to base (b, 3, 3) + sum_k theta_k fields (b, K, 3, 3)."""
    for p in range(slot.size):
        for a in range(3):
            for b in range(3):
                value = base[p, a, b]
                for k in range(theta.size):
                    value += theta[k] * fields[p, k, a, b]
                values[slot[p], a, b] = value


class FieldMatrices:
    """Stiffness of the base in full, and that of each field on the nodes of the cells that ever change.

    Parameters
    ----------
    system : System
    modes : LoadModes
    span : ModuliSpan

    Attributes
    ----------
    rows : ndarray of int32, shape (s,)
        Rows that the fields touch.
    base_load : Load
        Load of the base on all rows.
    couplings : ndarray, shape (K, modes, s, 3) [N]
        K_k u_prescribed of the load modes.
    energies : ndarray, shape (K, modes, modes) [N mm]
        Energy of u_prescribed in each field.
    """

    def __init__(self, system: System, modes: LoadModes, span: ModuliSpan):
        pattern = system.pattern
        base = Moduli(span.lam, span.mu)
        self._values = system.stiffness(base)
        self.base_load: Load = load_of(system, modes, base)
        row = pattern.row[np.unique(system.cells[span.cells])]
        self.rows = np.sort(row[row >= 0])
        touched = np.zeros(len(pattern.node), bool)
        touched[self.rows] = True
        counts = np.diff(pattern.indptr)
        self._slot = np.flatnonzero(np.repeat(touched, counts) & touched[pattern.indices]).astype(np.int32)
        self._base = self._values[self._slot]
        self._columns = pattern.indices[self._slot]
        within = np.concatenate([[0], np.cumsum(touched[pattern.indices])])[pattern.indptr]
        self._indptr = np.concatenate([[0], np.cumsum(np.diff(within)[self.rows])]).astype(np.int32)
        self._blocks = np.empty((len(self._slot), len(span), 3, 3))
        couplings, energies = [], []
        lam, mu = np.zeros_like(span.lam), np.zeros_like(span.mu)
        for k, (bulk, shear) in enumerate(np.moveaxis(span.fields, 2, 1)):
            lam[span.cells], mu[span.cells] = bulk - 2 / 3 * shear, shear
            field = Moduli(lam, mu)
            self._blocks[:, k] = system.stiffness(field)[self._slot]
            load = load_of(system, modes, field)
            couplings.append(load.coupling[:, self.rows])
            energies.append(load.energy)
        n_modes = len(modes.prescribed)
        self.couplings = np.array(couplings).reshape(len(span), n_modes, len(self.rows), 3)
        self.energies = np.array(energies).reshape(len(span), n_modes, n_modes)

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Stiffness at theta (K,) in blocks (b, 3, 3) [N/mm]; the next call overwrites them."""
        _combine_blocks(self._slot, self._base, self._blocks, theta, self._values)
        return self._values

    def images(self, fields: np.ndarray) -> np.ndarray:
        """Product of each field's stiffness with displacements (j, r, 3) on `rows`, shape (K, j, s, 3) [N]."""
        images = np.empty((self._blocks.shape[1], len(fields), len(self.rows), 3))
        run(_multiply_fields, share(self._indptr), self._indptr, self._columns, self._blocks, fields, images)
        return images
