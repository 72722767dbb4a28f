"""Intel MKL Pardiso through pypardiso, as a symmetric positive definite factorisation."""

import numpy as np
from scipy.sparse import csr_matrix, triu

from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.peers.pyamg_aggregation import full_displacement, matrix
from vertebra.benchmarks.problem import Case, System

MODULES = ("pypardiso",)
NEEDS_SYSTEM = True
LARGEST = 150_000


def solve(case: Case, system: System) -> Outcome:
    """Factorise and substitute."""
    from pypardiso import PyPardisoSolver

    start = clock()
    upper = csr_matrix(triu(matrix(system).tocsr(), format="csr"))
    upper.sort_indices()
    pardiso = PyPardisoSolver(mtype=2)
    pardiso.factorize(upper)
    ready = clock()
    x = np.asarray(pardiso.solve(upper, system.rhs)).ravel()
    done = clock()
    return Outcome({"setup": ready - start, "solve": done - ready}, full_displacement(case, system, x))
