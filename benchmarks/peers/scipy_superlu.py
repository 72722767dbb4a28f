"""scipy SuperLU in its symmetric mode."""

from scipy.sparse.linalg import splu

from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.peers.pyamg_aggregation import full_displacement, matrix
from vertebra.benchmarks.problem import Case, System

MODULES = ("scipy",)
NEEDS_SYSTEM = True
LARGEST = 50_000


def solve(case: Case, system: System) -> Outcome:
    """Factorise and substitute."""
    start = clock()
    K = matrix(system).tocsc()
    factors = splu(K, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    ready = clock()
    x = factors.solve(system.rhs)
    done = clock()
    return Outcome({"setup": ready - start, "solve": done - ready}, full_displacement(case, system, x))
