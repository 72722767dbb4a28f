"""Histories of moduli as combinations of few fields, found item by item.

A history is written as (lam, mu)_t = base + sum_k theta_k(t) field_k. The base is the first item; the fields live on
the cells that ever differ from it. An item that the fields do not represent adds what is left of it as a new field;
its pivot is the cell and modulus where it was worst; coordinates interpolate at the pivots (empirical interpolation,
M. Barrault et al., C. R. Acad. Sci. Paris I 339 (2004) 667, doi:10.1016/j.crma.2004.08.006). The misfit is the largest
relative difference over all cells, shear and bulk modulus: it bounds the relative change of every energy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

SAMPLE = 2000
"""Cells that are searched for repetitions before all are."""


@njit(cache=True)
def _misfit(lam, mu, lam_0, mu_0, position, fields, theta):
    """Worst relative difference over cells (m,); its cell, and 0 for the bulk or 1 for the shear modulus.

    fields (k, a, 2) hold bulk and shear; position (m,) is the row of each cell there, -1 for none.
    """
    worst = 0.0
    where = 0
    which = 0
    for cell in range(mu.size):
        row = position[cell]
        if row < 0 and lam[cell] == lam_0[cell] and mu[cell] == mu_0[cell]:
            continue
        third = 2.0 / 3.0
        shear = mu[cell] - mu_0[cell]
        bulk = lam[cell] - lam_0[cell] + third * shear
        if row >= 0:
            for k in range(theta.size):
                bulk -= theta[k] * fields[k, row, 0]
                shear -= theta[k] * fields[k, row, 1]
        shear = abs(shear) / mu[cell]
        bulk = abs(bulk) / (lam[cell] + third * mu[cell])
        if shear > worst:
            worst = shear
            where = cell
            which = 1
        if bulk > worst:
            worst = bulk
            where = cell
            which = 0
    return worst, where, which


@njit(cache=True)
def _extremes(bulk_0, shear_0, fields, theta, other):
    """Least and largest ratio of two moduli that share their fields (k, a, 2), over the rows a; 1 elsewhere."""
    low = 1.0
    high = 1.0
    for row in range(shear_0.size):
        bulk = bulk_0[row]
        shear = shear_0[row]
        bulk_s = bulk
        shear_s = shear
        for k in range(theta.size):
            bulk += theta[k] * fields[k, row, 0]
            shear += theta[k] * fields[k, row, 1]
            bulk_s += other[k] * fields[k, row, 0]
            shear_s += other[k] * fields[k, row, 1]
        low = min(low, bulk / bulk_s, shear / shear_s)
        high = max(high, bulk / bulk_s, shear / shear_s)
    return low, high


class ModuliSpan:
    """Base and fields that span the moduli read so far.

    Parameters
    ----------
    lam, mu : ndarray, shape (m,) [MPa]
        First item: the base.

    Attributes
    ----------
    lam, mu : ndarray, shape (m,) [MPa]
    cells : ndarray of int32, shape (a,)
        Cells that ever differed from the base.
    fields : ndarray, shape (k, a, 2)
        Bulk and shear modulus of each field, over those at its pivot.
    """

    def __init__(self, lam: np.ndarray, mu: np.ndarray):
        self.lam, self.mu = lam, mu
        self.cells = np.empty(0, np.int32)
        self.fields = np.empty((0, 0, 2))
        self._position = np.full(len(mu), -1, np.int32)
        self._pivots: list[tuple[int, int]] = []
        self._distinct: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        """Count the fields, without the base."""
        return len(self.fields)

    def locate(self, lam: np.ndarray, mu: np.ndarray) -> tuple[np.ndarray, float]:
        """Coordinates theta (k,) of an item, and its misfit."""
        theta = self._interpolate(lam, mu)
        return theta, self._misfit(lam, mu, theta)[0]

    def extend(self, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
        """Add what is left of an item as a new field; returns the item's coordinates (k + 1,)."""
        theta = self._interpolate(lam, mu)
        _, cell, which = self._misfit(lam, mu, theta)
        self._widen(np.flatnonzero((lam != self.lam) | (mu != self.mu)))
        change = self._change(lam, mu, self.cells) - np.tensordot(theta, self.fields, 1)
        row = int(self._position[cell])
        scale = change[row, which]
        self.fields = np.concatenate([self.fields, change[None] / scale])
        self._pivots.append((row, which))
        self._distinct = None
        return np.append(theta, scale)

    def moduli(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lamé's constants (m,) [MPa] at coordinates theta; fewer than there are fields stand for zeros."""
        lam, mu = self.lam.copy(), self.mu.copy()
        bulk, shear = np.tensordot(theta, self.fields[: len(theta)], 1).T
        lam[self.cells] += bulk - 2 / 3 * shear
        mu[self.cells] += shear
        return lam, mu

    def shear(self, theta: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Shear modulus of some cells (a,) [MPa] at coordinates theta (k,)."""
        shear = self.mu[cells]
        row = self._position[cells]
        within = row >= 0
        shear[within] += theta @ self.fields[:, row[within], 1]
        return shear

    def level(self, theta: np.ndarray) -> float:
        """Mean logarithm of the moduli at the pivots at coordinates theta (k,): how stiff the body is."""
        if not self._pivots:
            return 0.0
        rows, which = np.array(self._pivots).T
        cells = self.cells[rows]
        base = np.where(which == 1, self.mu[cells], self.lam[cells] + 2 / 3 * self.mu[cells])
        return float(np.mean(np.log(base + theta @ self.fields[:, rows, which])))

    def extremes(self, theta: np.ndarray, other: np.ndarray) -> tuple[float, float]:
        """Least and largest ratio of the moduli at theta to those at other coordinates, over all cells."""
        if self._distinct is None:
            self._distinct = self._find_distinct()
        bulk, shear, fields = self._distinct
        return _extremes(bulk, shear, fields, theta, other)

    def _find_distinct(self):
        """Bulk and shear modulus of the base, and the fields, on cells that differ in any of them."""
        lam, mu = self.lam[self.cells], self.mu[self.cells]
        rows = np.column_stack([lam + 2 / 3 * mu, mu, *np.moveaxis(self.fields, 1, 0).reshape(len(mu), -1).T])
        if len(np.unique(rows[:SAMPLE], axis=0)) < min(SAMPLE, len(rows)) // 2:
            rows = np.unique(rows, axis=0)
        fields = np.ascontiguousarray(np.moveaxis(rows[:, 2:].reshape(len(rows), -1, 2), 1, 0))
        return rows[:, 0].copy(), rows[:, 1].copy(), fields

    def _misfit(self, lam, mu, theta):
        return _misfit(lam, mu, self.lam, self.mu, self._position, self.fields, theta)

    def _change(self, lam, mu, cells):
        """Bulk and shear modulus of some cells (a,), less those of the base; shape (a, 2)."""
        shear = mu[cells] - self.mu[cells]
        return np.stack([lam[cells] - self.lam[cells] + 2 / 3 * shear, shear], axis=1)

    def _interpolate(self, lam, mu):
        if not self._pivots:
            return np.empty(0)
        rows, which = np.array(self._pivots).T
        change = self._change(lam, mu, self.cells[rows])
        return np.linalg.solve(self.fields[:, rows, which].T, change[np.arange(len(rows)), which])

    def _widen(self, changed):
        """Extend the fields to more cells."""
        cells = np.union1d(self.cells, changed).astype(np.int32)
        fields = np.zeros((len(self.fields), len(cells), 2))
        rows = np.searchsorted(cells, self.cells)
        fields[:, rows] = self.fields
        self._pivots = [(int(rows[row]), which) for row, which in self._pivots]
        self.cells, self.fields = cells, fields
        self._position[cells] = np.arange(len(cells), dtype=np.int32)


@dataclass(frozen=True)
class SpannedHistory:
    """Items written in few fields.

    Attributes
    ----------
    span : ModuliSpan
    coordinates : list of ndarray, shape (k,)
    misfits : list of float
        Largest relative difference of each item from what its coordinates stand for.
    """

    span: ModuliSpan
    coordinates: list[np.ndarray]
    misfits: list[float]


def find_span(
    items: Iterable[tuple[np.ndarray, np.ndarray] | None], tolerance: float, most: int
) -> SpannedHistory | None:
    """Write items (lam, mu) in few fields up to a misfit; None as soon as it takes more than `most` or an item is."""
    span: ModuliSpan | None = None
    coordinates, misfits = [], []
    for item in items:
        if item is None:
            return None
        lam, mu = item
        if span is None:
            span = ModuliSpan(lam, mu)
        theta, misfit = span.locate(lam, mu)
        if misfit > tolerance:
            if len(span) == most:
                return None
            theta, misfit = span.extend(lam, mu), 0.0
        coordinates.append(theta)
        misfits.append(misfit)
    if span is None:
        return None
    padded = [np.pad(theta, (0, len(span) - len(theta))) for theta in coordinates]
    return SpannedHistory(span, padded, misfits)
