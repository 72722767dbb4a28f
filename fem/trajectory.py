"""Many equilibria along a history of moduli that is known in advance: ends first, then midpoints."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import overload

from .krylov import NotConverged
from .solution import TrajectorySolution
from .stepper import Stepper


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
    found: dict[int, TrajectorySolution] = {}
    for index in visiting_order(len(history)):
        solution = _solve_item(stepper, history, index)
        if consume is not None:
            consume(index, solution)
        found[index] = replace(solution, _read_moduli=partial(_read_item, stepper, history, index))
    return Trajectory([found[index] for index in range(len(history))], stepper.n_fields)


def _read_item(stepper, history, index):
    """Lamé's constants at one time, asked for once more."""
    return stepper.read(*history[index])


def _solve_item(stepper, history, index):
    try:
        return stepper.solve(*history[index])
    except ValueError as error:
        text = f"history item {index}: {error}"
        raise ValueError(text) from error
    except NotConverged as error:
        text = f"history item {index}: {error}"
        raise NotConverged(text, error.residuals) from error
