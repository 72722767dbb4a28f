"""Many equilibria along a history of moduli that is known in advance: ends first, then midpoints.

A history that few fields span is taken in stages of about equal stiffness instead, from the stiffest to the softest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import overload

import numpy as np

from ..cells.moduli import Moduli
from ..multigrid.krylov import NotConverged
from ..solution import TrajectorySolution
from .affine import ModuliSpan, find_span
from .stepper import Stepper

LEAST_TIMES = 8
"""Shorter histories are not searched for few fields."""
MOST_FIELDS = 12
"""Histories that span more fields, or more than a quarter of their length, are solved item by item."""

REACH = 12.0
"""Ratio of moduli in one stage of a history that few fields span."""
PROJECTED_IN_A_ROW = 4
"""After so many times in a row that needed no iteration those left in the stage are surveyed together."""
LEAST_SURVEY = 24
"""Fewer times than this are visited one by one."""


class Trajectory(Sequence[TrajectorySolution]):
    """Solutions of a history in its order, kept as coefficients on shared fields.

    Attributes
    ----------
    origins : list of str
        How each time was obtained: "projected" or "iterated".
    certificates : list of float
        Bound of the relative error in the energy norm, largest over modes.
    iterations : list of int
        Of conjugate gradients, at each time.
    n_fields : int
        Size of the shared basis.
    """

    def __init__(self, solutions: Sequence[TrajectorySolution], n_fields: int):
        self.origins = [solution.origin for solution in solutions]
        self.certificates = [solution.certificate for solution in solutions]
        self.iterations = [solution.iterations for solution in solutions]
        self.n_fields = n_fields
        self._solutions = solutions

    def __len__(self) -> int:
        """Count the times."""
        return len(self._solutions)

    @overload
    def __getitem__(self, index: int) -> TrajectorySolution: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrajectorySolution]: ...

    def __getitem__(self, index):
        """Solution at one time, or a list of them for a slice; its fields are formed when they are asked for."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return replace(self._solutions[index])  # a copy: fields formed on it are not kept here


def visiting_order(n_times: int) -> Iterator[int]:
    """Ends, then midpoints of ever shorter intervals; every other level downwards, to stay near the last cycle."""
    if n_times <= 0:
        return
    yield 0
    if n_times == 1:
        return
    yield n_times - 1
    edges = [0, n_times - 1]
    downwards = True
    while len(edges) < n_times:
        middles = [(a + b) // 2 for a, b in pairwise(edges) if b - a > 1]
        yield from reversed(middles) if downwards else middles
        edges = sorted(edges + middles)
        downwards = not downwards


def follow(
    stepper: Stepper, history: Sequence, consume: Callable[[int, TrajectorySolution], None] | None
) -> Trajectory:
    """Find the equilibria along a history; see `Elasticity.trajectory`."""
    order = list(visiting_order(len(history)))
    spanned = None
    if len(history) >= LEAST_TIMES:
        items = (_isotropic(_read_item(stepper, history, index)) for index in order)
        spanned = find_span(items, stepper.energy_tolerance**2, min(MOST_FIELDS, len(history) // 4))
    found: dict[int, TrajectorySolution] = {}

    def keep(index, solution, read):
        if consume is not None:
            consume(index, solution)
        found[index] = replace(solution, _read_moduli=read)

    if spanned is None:
        for index in order:
            solution = _named(index, lambda index=index: stepper.solve(*history[index]))
            keep(index, solution, partial(_read_item, stepper, history, index))
    else:
        _follow_span(stepper, spanned, order, keep)
    return Trajectory([found[index] for index in range(len(history))], stepper.n_fields)


def stages(levels: Sequence[float]) -> list[list[int]]:
    """Times of about equal stiffness together, stiffest stage first; each in the order of visits: ends, then middles.

    A cycle refreshed at the stiffest time of a stage serves the whole of it: one that is too stiff costs few
    iterations, one that is too soft many.

    Parameters
    ----------
    levels : sequence of float
        Logarithm of how stiff each time is.
    """
    falling = np.argsort(-np.asarray(levels), kind="stable")
    level = np.asarray(levels)[falling]
    count = max(1, int(np.ceil((level[0] - level[-1]) / np.log(REACH))))
    depth = (level[0] - level) / max(level[0] - level[-1], 1e-12) * count
    members = [falling[np.minimum(depth.astype(int), count - 1) == stage] for stage in range(count)]
    return [[int(member[i]) for i in visiting_order(len(member))] for member in members if len(member)]


def _follow_span(stepper, spanned, order, keep):
    """Go through the stages; in each, visit times until the span of solutions seems to suffice, then survey the rest.

    After a survey the median of those that failed is visited: there the cycle is refreshed, or the span grows.
    """
    combinations = stepper.combine(spanned.span)
    places = {
        index: (theta, misfit)
        for index, theta, misfit in zip(order, spanned.coordinates, spanned.misfits, strict=True)
    }

    def visit(index):
        theta, misfit = places.pop(index)
        solution = _named(index, partial(combinations.solve, theta, misfit))
        keep(index, solution, partial(_combined, spanned.span, theta))
        return solution

    def survey(indices):
        """Indices of those that are further away than the tolerance."""
        failed = []
        surveyed = combinations.survey([places[index] for index in indices])
        for index, solution in zip(indices, surveyed, strict=True):
            if solution.certificate <= stepper.energy_tolerance:
                theta, _ = places.pop(index)
                keep(index, solution, partial(_combined, spanned.span, theta))
            else:
                failed.append(index)
        return failed

    thetas = {index: theta for index, (theta, _) in places.items()}
    for stage in stages([spanned.span.level(thetas[index]) for index in range(len(thetas))]):
        combinations.refresh(thetas[stage[0]])
        left, in_a_row = stage, 0
        while left and (in_a_row < PROJECTED_IN_A_ROW or len(left) < LEAST_SURVEY):
            in_a_row = in_a_row + 1 if visit(left.pop(0)).origin == "projected" else 0
        while len(left) >= LEAST_SURVEY:
            left = survey(left)
            if left:
                middle = left.pop(len(left) // 2)
                combinations.refresh(thetas[middle])
                visit(middle)
        for index in left:
            visit(index)


def _read_item(stepper, history, index) -> Moduli:
    """Moduli at one time."""
    return _named(index, lambda: stepper.read(*history[index]))


def _isotropic(moduli: Moduli) -> tuple[np.ndarray, np.ndarray] | None:
    """Lamé's constants, or None where a part has a direction: fields are sought for isotropic moduli only."""
    return (moduli.lam, moduli.mu) if moduli.aligned is None else None


def _combined(span: ModuliSpan, theta: np.ndarray) -> Moduli:
    """Moduli at coordinates of a span."""
    return Moduli(*span.moduli(theta))


def _named(index, function):
    """Result of a function for one item of the history; errors name the item."""
    try:
        return function()
    except ValueError as error:
        text = f"history item {index}: {error}"
        raise ValueError(text) from error
    except NotConverged as error:
        text = f"history item {index}: {error}"
        raise NotConverged(text, error.residuals) from error
