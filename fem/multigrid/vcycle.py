"""Preconditioner: one V-cycle of smoothed aggregation with rigid-body modes on 3x3 and 6x6 blocks.

The setting was found by trial on vertebra-like bodies: couplings below 0.02 of the diagonal (block norms) do not
count for aggregates, and are left out of the matrix that smooths the prolongator; block-diagonal
weighting; one forward sweep of block Gauss-Seidel before and one backward sweep after the coarse correction. Set-up
runs in double precision level by level; the data of a cycle are stored in single precision.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..systems.pattern import Pattern
from .aggregation import block_norms, build_aggregates, build_tentative, find_strong, free_rigid_modes
from .dense import Cholesky, dense_from_blocks, factorise_dense, solve_dense
from .galerkin import CoarsePattern, coarse_pattern, coarse_values
from .grouping import build_groups
from .prolongator import (
    ProlongatorPattern,
    inverse_diagonal,
    largest_eigenvalue,
    prolongator_pattern,
    smooth_prolongator,
)
from .smoother import (
    Lower,
    enter_sweep,
    leave_sweep,
    lower_product,
    sweep_backward,
    sweep_forward,
    take_lower,
)
from .sweep import SweepPattern, sweep_pattern
from .transfer import Transfer, prolong, restrict

THRESHOLD = 0.02
"""Couplings that count for aggregates exceed this share of their diagonal blocks."""
GROUP_COUPLING, GROUP_ROWS = 0.2, 4
"""Rows coupled above this share of their diagonal blocks are smoothed together, up to so many."""
NEW_COUPLINGS = 0.02
"""Aggregates are chosen anew where this share of couplings has become strong (52 iterations against 36)."""
EIGENVALUE_STEPS, EIGENVALUE_MARGIN = 2, 1.5
"""Steps of the power method, and the factor on their estimate, which is too low."""
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
        self._levels: list[Level] = []
        self._bottom: Cholesky | None = None
        self.refreshes = 0

    def moved(self, pattern: Pattern, points: np.ndarray) -> "Multigrid":
        """A hierarchy still to be refreshed for nodes at other places, which begins with the aggregates of this one."""
        other = Multigrid(pattern, points)
        other._coarsenings = list(self._coarsenings)
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
            indptr, indices = self._pattern.indptr, self._pattern.indices
            strong = find_strong(indptr, indices, block_norms(indptr, indices, values), THRESHOLD)
            if np.count_nonzero(strong & ~known) > NEW_COUPLINGS * np.count_nonzero(known):
                self._coarsenings = []
        self._refresh(values)

    def refresh_smoother(self, values: np.ndarray) -> None:
        """Take over new values (b, 3, 3) in the smoother of the finest level alone.

        The preconditioner stays positive definite as long as the matrix is nowhere stiffer than that of the last
        `refresh`: coarse corrections are then too short, never too long.
        """
        if not self._levels:
            self.refresh(values)
            return
        lower = take_lower(self._coarsenings[0].sweep, values)
        self._levels[0] = Level(lower, self._levels[0].transfer)

    def _refresh(self, finest):
        first = not self._coarsenings
        values = finest
        self._levels, self._bottom = [], None
        lowers, prolongators = [], []
        indptr, indices = self._pattern.indptr, self._pattern.indices
        modes = np.empty(0)
        if first:
            modes = free_rigid_modes(self._points[self._pattern.node], self._pattern.free)
        while True:
            depth = len(prolongators)
            if first:
                coarsening, modes = _coarsen(indptr, indices, values, modes)
                if coarsening is None:
                    break
                self._coarsenings.append(coarsening)
            elif depth == len(self._coarsenings):
                break
            coarsening = self._coarsenings[depth]
            strong = coarsening.strong
            inverse = inverse_diagonal(indptr, indices, values)
            eigenvalue = largest_eigenvalue(indptr, indices, values, strong, inverse, EIGENVALUE_STEPS)
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
            if depth:
                lowers.append(take_lower(coarsening.sweep, values))
            indptr, indices, values = coarsening.coarse.indptr, coarsening.coarse.indices, coarse
            del coarse
        self._bottom = factorise_dense(dense_from_blocks(indptr, indices, values))
        if self._coarsenings:  # last, where the matrix of the second level has left its memory
            del values
            lowers.insert(0, take_lower(self._coarsenings[0].sweep, finest))
        bottom = np.arange(2 * (len(indptr) - 1), dtype=np.int32)
        places = [*(coarsening.sweep.place for coarsening in self._coarsenings), bottom]
        self._levels = [
            Level(lower, Transfer(coarsening.prolongator, P, place, coarse_place))
            for lower, P, coarsening, (place, coarse_place) in zip(
                lowers, prolongators, self._coarsenings, pairwise(places), strict=True
            )
        ]

    def apply(self, residual: np.ndarray) -> np.ndarray:
        """Approximate solution for k residuals (k, r, 3)."""
        if not self._levels:
            assert self._bottom is not None
            return solve_dense(self._bottom, residual)
        sweep = self._coarsenings[0].sweep
        return leave_sweep(sweep, self._cycle(0, enter_sweep(sweep, residual)))

    def apply_with_product(self, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Approximate solution for k residuals (k, r, 3), and its product with the matrix to single precision.

        The last sweep of the cycle knows all of the product but for the lower half of the matrix times its own
        correction, in single precision a quarter of the memory of the matrix.
        """
        if not self._levels:
            return self.apply(residual), residual.copy()
        level, sweep = self._levels[0], self._coarsenings[0].sweep
        b = enter_sweep(sweep, residual)
        x = self._down_and_up(level, 0, b)
        before = x.copy()
        x = sweep_backward(level.lower, b, x)
        product = leave_sweep(sweep, lower_product(level.lower, before, x))
        product += residual
        return leave_sweep(sweep, x), product

    def _cycle(self, depth, b):
        if depth == len(self._levels):
            assert self._bottom is not None
            x = np.zeros_like(b)
            x[:, :, :3] = solve_dense(self._bottom, b[:, :, :3])
            return x
        level = self._levels[depth]
        return sweep_backward(level.lower, b, self._down_and_up(level, depth, b))

    def _down_and_up(self, level, depth, b):
        """Forward sweep from zero and the correction by the coarser levels."""
        x, residual = sweep_forward(level.lower, b)
        prolong(level.transfer, self._cycle(depth + 1, restrict(level.transfer, residual)), x)
        return x


def _coarsen(indptr, indices, values, modes) -> tuple[Coarsening | None, np.ndarray]:
    """Aggregates and patterns for one more level and the modes there; None where it does not pay."""
    n_rows = len(indptr) - 1
    if n_rows <= BOTTOM_ROWS:
        return None, modes
    norms = block_norms(indptr, indices, values)
    strong = find_strong(indptr, indices, norms, THRESHOLD)
    aggregate, count = build_aggregates(indptr, indices, strong)
    if not 0 < count < 0.8 * n_rows:
        return None, modes
    tentative, modes = build_tentative(aggregate, count, modes)
    prolongator = prolongator_pattern(indptr, indices, strong, aggregate)
    coarse = coarse_pattern(indptr, indices, prolongator, count)
    group = build_groups(indptr, indices, norms, GROUP_COUPLING, GROUP_ROWS)
    sweep = sweep_pattern(indptr, indices, group, values.shape[1])
    return Coarsening(indptr, indices, strong, aggregate, tentative, prolongator, coarse, sweep), modes
