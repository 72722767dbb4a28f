"""pyamg: conjugate gradients with smoothed aggregation and the six rigid-body modes."""

from dataclasses import replace

import numpy as np
from scipy.sparse import bsr_matrix

from vertebra.benchmarks.history import History
from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome, SeriesOutcome
from vertebra.benchmarks.problem import Case, System, assemble, prescribed_energy

MODULES = ("pyamg",)
NEEDS_SYSTEM = True
LARGEST = 500_000
# The fastest of eight settings at 40k: thresholds 0, 0.02, 0.05; Jacobi (scalar or block weighting, filtered or
# not) or energy-minimising prolongators; symmetric or forward/backward sweeps.
SETTING = {
    "symmetry": "symmetric",
    "strength": ("symmetric", {"theta": 0.0}),
    "smooth": ("energy", {"degree": 1}),
    "presmoother": ("block_gauss_seidel", {"sweep": "symmetric"}),
    "postsmoother": ("block_gauss_seidel", {"sweep": "symmetric"}),
    "improve_candidates": None,
    "max_coarse": 100,
}


def rigid_modes(points: np.ndarray) -> np.ndarray:
    """Six rigid motions of points (r, 3); shape (3 r, 6)."""
    x, y, z = ((points - points.mean(axis=0)) / np.ptp(points, axis=0).max()).T
    modes = np.zeros((len(points), 3, 6))
    modes[:, [0, 1, 2], [0, 1, 2]] = 1.0
    modes[:, 1, 3], modes[:, 2, 3] = -z, y
    modes[:, 0, 4], modes[:, 2, 4] = z, -x
    modes[:, 0, 5], modes[:, 1, 5] = -y, x
    return modes.reshape(-1, 6)


def full_displacement(case: Case, system: System, x: np.ndarray) -> np.ndarray:
    """Displacement of all nodes (n, 3) from the solution on the rows."""
    displacement = case.prescribed
    displacement[system.node] += x.reshape(-1, 3) * np.isnan(case.supports[system.node])
    return displacement


def matrix(system: System) -> bsr_matrix:
    """The stiffness as scipy's block matrix."""
    size = 3 * (len(system.indptr) - 1)
    return bsr_matrix((system.blocks, system.indices, system.indptr), shape=(size, size))


def _modes(case, system):
    free = np.isnan(case.supports[system.node]).reshape(-1, 1)
    return rigid_modes(case.points[system.node]) * free


def iterate(multilevel, K, b, start, tolerance=1e-8):
    """Conjugate gradients to the true relative residual."""
    from pyamg.krylov import cg

    residuals: list[float] = []
    x, _ = cg(
        K,
        b,
        x0=start,
        tol=tolerance,
        criteria="rr",
        maxiter=1000,
        M=multilevel.aspreconditioner(),
        residuals=residuals,
    )
    return x, len(residuals) - 1


def solve(case: Case, system: System) -> Outcome:
    """Hierarchy and conjugate gradients on the given matrix."""
    from pyamg import smoothed_aggregation_solver

    K = matrix(system)
    start = clock()
    multilevel = smoothed_aggregation_solver(K, B=_modes(case, system), **SETTING)
    ready = clock()
    x, iterations = iterate(multilevel, K, system.rhs, np.zeros_like(system.rhs))
    done = clock()
    details = {"operator_complexity": round(multilevel.operator_complexity(), 3)}
    return Outcome(
        {"setup": ready - start, "solve": done - ready},
        full_displacement(case, system, x),
        iterations,
        details,
    )


def cold_seconds(case: Case) -> float:
    """One solve from nothing, assembly not counted."""
    return sum(solve(case, assemble(case)).seconds.values())


def series(case: Case, system, kind: str, n_points: int, *, check: bool = False) -> SeriesOutcome:
    """Point after point: assembled by us (not counted), hierarchy built anew, started from the point before."""
    from pyamg import smoothed_aggregation_solver

    history = History(kind, case, n_points)
    cold = cold_seconds(case)
    energies = np.empty(n_points)
    total, iterations, x = 0.0, 0, None
    for index, (young, poisson) in enumerate(history):
        moment = replace(case, young=young, poisson=poisson)
        system = assemble(moment)
        K = matrix(system)
        start = clock()
        multilevel = smoothed_aggregation_solver(K, B=_modes(case, system), **SETTING)
        x, count = iterate(multilevel, K, system.rhs, np.zeros_like(system.rhs) if x is None else x)
        total += clock() - start
        iterations += count
        energies[index] = prescribed_energy(moment) - 2 * system.rhs @ x + x @ (K @ x)
    return SeriesOutcome(cold, total, iterations, energies)
