"""Preconditioner: one V-cycle of smoothed aggregation with rigid-body modes on 3x3 and 6x6 blocks.

The setting was found by trial on vertebra-like bodies: couplings below 0.05 of the diagonal (block norms) do not
count for aggregates, and are lumped to the diagonal of the matrix that smooths the prolongator; block-diagonal
weighting; one forward sweep of block Gauss-Seidel before and one backward sweep after the coarse correction. Set-up
runs in double precision level by level; the data of a cycle are stored in single precision.
"""

from dataclasses import dataclass

import numpy as np

from ..systems.pattern import Pattern, rigid_modes
from .aggregation import build_aggregates, build_tentative, find_strong
from .dense import Cholesky, dense_from_blocks, factorise_dense, solve_dense
from .galerkin import CoarsePattern, coarse_pattern, coarse_values
from .grouping import build_groups
from .prolongator import (
    ProlongatorPattern,
    filtered_diagonal,
    largest_eigenvalue,
    prolongator_pattern,
    smooth_prolongator,
)
from .smoother import Lower, SweepPattern, sweep_backward, sweep_forward, sweep_pattern, take_lower
from .transfer import Transfer, build_transfer, prolong, restrict

THRESHOLD = 0.02
"""Couplings that count for aggregates exceed this share of their diagonal blocks."""
GROUP_COUPLING, GROUP_ROWS = 0.2, 4
"""Rows coupled above this share of their diagonal blocks are smoothed together, up to so many."""
NEW_COUPLINGS = 0.02
"""Aggregates are chosen anew where this share of couplings has become strong (52 iterations against 36)."""
EIGENVALUE_STEPS, LATER_STEPS, EIGENVALUE_MARGIN = 4, 2, 1.2
"""Steps of the power method, the first time and for new values, and what is added to an estimate that is too low."""
BOTTOM_ROWS = 40
"""Levels with at most this many aggregates are factorised."""


@dataclass(frozen=True)
class Coarsening:
    """Part of a level that is kept when the moduli change.

    Attributes
    ----------
    indptr, indices : ndarray of int32
        Block-CSR pattern of this level's matrix.
    strong : ndarray of bool, shape (b,)
        Couplings that count.
    aggregate : ndarray of int32, shape (r,)
        Coarse row of each row, -1 for rows left to the smoother.
    tentative : ndarray of float32, shape (r, s, 6)
    prolongator : ProlongatorPattern
    coarse : CoarsePattern
        Pattern of the next level.
    sweep : SweepPattern
        Groups and order of the smoother.
    """

    indptr: np.ndarray
    indices: np.ndarray
    strong: np.ndarray
    aggregate: np.ndarray
    tentative: np.ndarray
    prolongator: ProlongatorPattern
    coarse: CoarsePattern
    sweep: SweepPattern


@dataclass(frozen=True)
class Level:
    """Numbers of one level in single precision: the sweep's blocks and the prolongator to the next level."""

    lower: Lower
    transfer: Transfer


class Multigrid:
    """Smoothed aggregation that keeps aggregates and patterns while the moduli change.

    Parameters
    ----------
    pattern : Pattern
    points : ndarray, shape (n, 3) [mm]
        All nodes of the mesh.

    Attributes
    ----------
    refreshes : int
        Number of calls of `refresh`.
    """

    def __init__(self, pattern: Pattern, points: np.ndarray):
        self._pattern = pattern
        self._points = points
        self._coarsenings: list[Coarsening] = []
        self._vectors: list[np.ndarray] = []
        self._levels: list[Level] = []
        self._bottom: Cholesky | None = None
        self.refreshes = 0

    def moved(self, pattern: Pattern, points: np.ndarray) -> "Multigrid":
        """A hierarchy still to be refreshed for nodes at other places, which begins with the aggregates of this one."""
        other = Multigrid(pattern, points)
        other._coarsenings, other._vectors = list(self._coarsenings), list(self._vectors)
        return other

    @property
    def n_rows(self) -> list[int]:
        """Rows (nodes or aggregates) of each level, finest first."""
        return [len(c.indptr) - 1 for c in self._coarsenings]

    def refresh(self, values: np.ndarray) -> None:
        """Take over new values (b, 3, 3). Aggregates and patterns stay unless many couplings have become strong."""
        self.refreshes += 1
        if self._coarsenings:
            known = self._coarsenings[0].strong
            strong = find_strong(self._pattern.indptr, self._pattern.indices, values, THRESHOLD)
            if np.count_nonzero(strong & ~known) > NEW_COUPLINGS * np.count_nonzero(known):
                self._coarsenings, self._vectors = [], []
        self._refresh(values)

    def refresh_smoother(self, values: np.ndarray) -> None:
        """Take over new values (b, 3, 3) in the smoother of the finest level alone.

        The preconditioner stays positive definite as long as the matrix is nowhere stiffer than that of the last
        `refresh`: coarse corrections are then too short, never too long.
        """
        if not self._levels:
            self.refresh(values)
            return
        lower = take_lower(self._coarsenings[0].sweep, self._pattern.indptr, self._pattern.indices, values)
        self._levels[0] = Level(lower, self._levels[0].transfer)

    def _refresh(self, values):
        first = not self._coarsenings
        lowers, prolongators = [], []
        indptr, indices = self._pattern.indptr, self._pattern.indices
        modes = np.empty(0)
        if first:
            modes = rigid_modes(self._points[self._pattern.node]) * self._pattern.free[:, :, None]
        while True:
            depth = len(lowers)
            if first:
                coarsening, modes = _coarsen(indptr, indices, values, modes)
                if coarsening is None:
                    break
                self._coarsenings.append(coarsening)
                start = np.random.default_rng(depth).uniform(-1, 1, coarsening.tentative.shape[:2])
                self._vectors.append(start)
            elif depth == len(self._coarsenings):
                break
            coarsening = self._coarsenings[depth]
            strong = coarsening.strong
            inverse = filtered_diagonal(indptr, indices, values, strong)[1]
            steps = EIGENVALUE_STEPS if first else LATER_STEPS
            eigenvalue, self._vectors[depth] = largest_eigenvalue(
                indptr, indices, values, strong, inverse, self._vectors[depth], steps
            )
            P = smooth_prolongator(
                (indptr, indices, values),
                strong,
                inverse,
                coarsening.aggregate,
                coarsening.tentative,
                4 / (3 * EIGENVALUE_MARGIN * eigenvalue),
                coarsening.prolongator,
            )
            del inverse  # the peak of memory is here
            coarse = coarse_values(indptr, indices, values, coarsening.prolongator, P, coarsening.coarse)
            prolongators.append(P)
            lowers.append(take_lower(coarsening.sweep, indptr, indices, values))
            indptr, indices, values = coarsening.coarse.indptr, coarsening.coarse.indices, coarse
        sweeps = [coarsening.sweep for coarsening in self._coarsenings]
        bottom = np.arange(2 * (len(indptr) - 1), dtype=np.int32)
        rows = [*(sweep.row for sweep in sweeps), bottom][1:]
        self._levels = []
        for lower, coarsening, row in zip(lowers, self._coarsenings, rows, strict=True):
            transfer = build_transfer(coarsening.prolongator, prolongators.pop(0), coarsening.sweep, row)
            self._levels.append(Level(lower, transfer))
        self._bottom = factorise_dense(dense_from_blocks(indptr, indices, values))

    def apply(self, residual: np.ndarray) -> np.ndarray:
        """Approximate solution for k residuals (k, r, 3)."""
        if not self._levels:
            assert self._bottom is not None
            return solve_dense(self._bottom, residual)
        row = self._coarsenings[0].sweep.row
        x = np.empty_like(residual)
        x[:, row] = self._cycle(0, residual[:, row].astype(np.float32))
        return x

    def _cycle(self, depth, b):
        if depth == len(self._levels):
            assert self._bottom is not None
            return solve_dense(self._bottom, b)
        level = self._levels[depth]
        x, residual = sweep_forward(level.lower, b)
        prolong(level.transfer, self._cycle(depth + 1, restrict(level.transfer, residual)), x)
        return sweep_backward(level.lower, b, x)


def _coarsen(indptr, indices, values, modes) -> tuple[Coarsening | None, np.ndarray]:
    """Aggregates and patterns for one more level and the modes there; None where it does not pay."""
    n_rows = len(indptr) - 1
    if n_rows <= BOTTOM_ROWS:
        return None, modes
    strong = find_strong(indptr, indices, values, THRESHOLD)
    aggregate, count = build_aggregates(indptr, indices, strong)
    if not 0 < count < 0.8 * n_rows:
        return None, modes
    tentative, modes = build_tentative(aggregate, count, modes)
    tentative = tentative.astype(np.float32)
    prolongator = prolongator_pattern(indptr, indices, strong, aggregate)
    coarse = coarse_pattern(indptr, indices, prolongator, count)
    group = build_groups(indptr, indices, values, GROUP_COUPLING, GROUP_ROWS)
    sweep = sweep_pattern(indptr, indices, group, values.shape[1])
    return Coarsening(indptr, indices, strong, aggregate, tentative, prolongator, coarse, sweep), modes
