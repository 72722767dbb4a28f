"""PETSc: conjugate gradients with its aggregation multigrid GAMG and the rigid-body modes, in a process of its own.

The program is the one that `Elasticity(method="petsc")` starts. It assembles with numpy, which says nothing of PETSc:
that part is left out, and the peer is charged the cheapest assembly. Its clock is processor time.
"""

import numpy as np

from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.problem import Case, System
from vertebra.fem import Elasticity
from vertebra.fem.distributed.worker import PetscWorker

NEEDS_SYSTEM = True
LARGEST = 2_000_000
TOLERANCE = 1e-8


def lacks() -> str:
    """What is missing; empty where PETSc answers."""
    return (
        ""
        if PetscWorker().version
        else "an interpreter with petsc4py (VERTEBRA_PETSC; apt install python3-petsc4py)"
    )


def solve(case: Case, system: System) -> Outcome:
    """Hierarchy and conjugate gradients; one process unless `VERTEBRA_PETSC` starts more."""
    problem = Elasticity(case.points, case.cells, case.supports, method="petsc")
    found = problem.solve(case.young, case.poisson, tolerance=TOLERANCE)
    seconds = {name: found.seconds[name] for name in ("setup", "solve")}
    return Outcome(seconds, np.asarray(found.displacement), found.iterations, {"processes": found.processes})
