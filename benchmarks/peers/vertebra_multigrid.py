"""Ours, through the public face; the stages are read off by a stopwatch around the parts of the solver."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

import numpy as np

from vertebra.benchmarks.history import History
from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome, SeriesOutcome
from vertebra.benchmarks.problem import Case, row_nodes
from vertebra.fem import Elasticity

NEEDS_SYSTEM = False
LARGEST = 10**9
STAGES = {
    "assemble_stiffness": "numbers",
    "Multigrid.__init__": "setup",
    "Multigrid.refresh": "setup",
    "conjugate_gradients": "solve",
    "solve_direct": "solve",
}
"""What is timed, wherever the solver's modules name it; the rest shows up as `other`."""
MODULES_WITH_STAGES = ("solve", "systems.system", "series.trajectory", "multigrid.vcycle")


@contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Seconds spent in each of `STAGES` while the context is open."""
    seconds = dict.fromkeys(STAGES.values(), 0.0)
    with ExitStack() as stack:
        for module in MODULES_WITH_STAGES:
            for part, stage in STAGES.items():
                owner, (*path, last) = import_module(f"vertebra.fem.{module}"), part.split(".")
                for attribute in path:
                    owner = getattr(owner, attribute, None)
                if owner is not None and hasattr(owner, last):
                    stack.enter_context(_timed(owner, last, stage, seconds))
        yield seconds


@contextmanager
def _timed(owner, name, stage, seconds):
    inner = getattr(owner, name)
    if getattr(inner, "is_timed", False):
        yield
        return

    def timed(*arguments, **keywords):
        start = clock()
        try:
            return inner(*arguments, **keywords)
        finally:
            seconds[stage] += clock() - start

    timed.is_timed = True  # type: ignore[attr-defined]
    setattr(owner, name, timed)
    try:
        yield
    finally:
        setattr(owner, name, inner)


def solve(case: Case, system=None) -> Outcome:
    """Cold: from points and cells to displacements, reactions and energy; then again with other moduli."""
    with stopwatch() as seconds:
        start = clock()
        problem = Elasticity(case.points, case.cells, case.supports, method="iterative")
        mesh = clock() - start
        solution = problem.solve(case.young, case.poisson, tolerance=1e-8)
        total = clock() - start
        first = dict(seconds)
    with stopwatch() as again:
        start = clock()
        problem.solve(np.where(case.callus, 1.2, 1.0) * case.young, case.poisson, tolerance=1e-8)
        later = clock() - start
    stages = {
        "assembly": mesh + first["numbers"],
        "setup": first["setup"],
        "solve": first["solve"],
        "other": total - mesh - first["numbers"] - first["setup"] - first["solve"],
        "mesh": mesh,
        "numbers": first["numbers"],
        "again": later,
        "again_numbers": again["numbers"],
        "again_setup": again["setup"],
    }
    return Outcome(stages, solution.displacement, solution.iterations)


def series(case: Case, system, kind: str, n_points: int, *, check: bool = False) -> SeriesOutcome:
    """All points of a history, certified to 1e-4 in the energy norm."""
    history = History(kind, case, n_points)
    start = clock()
    problem = Elasticity(case.points, case.cells, case.supports, method="iterative")
    problem.solve(case.young, case.poisson, tolerance=1e-8)
    cold = clock() - start
    del problem

    energies, certificates = np.empty(n_points), np.full(n_points, np.nan)
    origins, iterations = [""] * n_points, [0] * n_points
    kept: dict[int, np.ndarray] = {}

    def consume(index, solution):
        energies[index] = solution.energy
        iterations[index] = solution.iterations
        origins[index] = solution.origin
        certificates[index] = solution.certificate
        if check and n_points <= 40:
            kept[index] = solution.displacement

    with stopwatch() as seconds:
        start = clock()
        problem = Elasticity(case.points, case.cells, case.supports, method="iterative")
        if kind == "stepped":
            first, n_fields = _step(problem, history, consume)
        else:
            n_fields = problem.trajectory(history, energy_tolerance=1e-4, consume=consume).n_fields
        total = clock() - start - history.seconds
    details: dict = {f"{stage}_s": value for stage, value in seconds.items()}
    details |= {"other_s": total - sum(seconds.values()), "moduli_s": history.seconds}
    details["n_fields"] = n_fields
    details["methods"] = " ".join(f"{origins.count(name)} {name}" for name in sorted(set(origins)))
    details["largest_certificate"] = float(certificates.max())
    if kind == "stepped":
        details["later_cold_solves"] = (total - first) / (n_points - 1) / cold
    if kept:
        errors = np.array([_energy_error(problem, *history[i], kept[i]) for i in range(n_points)])
        details["largest_error"] = float(errors.max())
        details["least_certificate_per_error"] = float((certificates / np.maximum(errors, 1e-12)).min())
    return SeriesOutcome(cold, total, sum(iterations), energies, details)


def _step(problem, history, consume):
    """Ask for the times one after another, as a law does that needs the strain of today.

    Returns the seconds until the second, and the size of the basis.
    """
    start = clock()
    stepper = problem.stepper(energy_tolerance=1e-4)
    seconds = 0.0
    for index in range(len(history)):
        solution = stepper.solve(*history[index])
        consume(index, solution)
        solution.strain()
        if index == 0:
            seconds = clock() - start - history.seconds
    return seconds, stepper.n_fields


def _energy_error(problem, young, poisson, displacement):
    """Error of a displacement relative to a tight solution, in the energy norm."""
    exact = problem.solve(young, poisson, tolerance=1e-11)
    K, _ = problem.system(young, poisson)
    error = (displacement - exact.displacement)[row_nodes(problem)].ravel()
    return float(np.sqrt(error @ (K @ error) / exact.energy))
