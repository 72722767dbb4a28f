"""PETSc: conjugate gradients with its aggregation multigrid GAMG and the rigid-body modes."""

import numpy as np

from vertebra.benchmarks.clock import clock
from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.peers.pyamg_aggregation import full_displacement, rigid_modes
from vertebra.benchmarks.problem import Case, System

MODULES = ("petsc4py",)
NEEDS_SYSTEM = True
LARGEST = 2_000_000


def solve(case: Case, system: System) -> Outcome:
    """Hierarchy and conjugate gradients on the given matrix, one process."""
    from petsc4py import PETSc

    size = 3 * (len(system.indptr) - 1)
    K = PETSc.Mat().createBAIJ(
        size=(size, size), bsize=3, csr=(system.indptr, system.indices, system.blocks.reshape(-1))
    )
    K.setOption(PETSc.Mat.Option.SYMMETRIC, True)
    start = clock()
    free = np.isnan(case.supports[system.node]).reshape(-1, 1)
    basis, _ = np.linalg.qr(rigid_modes(case.points[system.node]) * free)
    vectors = []
    for column in basis.T:
        vector = K.createVecRight()
        vector.setArray(np.ascontiguousarray(column))
        vectors.append(vector)
    K.setNearNullSpace(PETSc.NullSpace().create(vectors=vectors))
    ksp = PETSc.KSP().create()
    ksp.setOperators(K)
    ksp.setType("cg")
    ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    ksp.setTolerances(rtol=1e-8, max_it=1000)
    ksp.getPC().setType("gamg")
    ksp.setUp()
    ready = clock()
    b, x = K.createVecLeft(), K.createVecRight()
    b.setArray(system.rhs)
    ksp.solve(b, x)
    done = clock()
    return Outcome(
        {"setup": ready - start, "solve": done - ready},
        full_displacement(case, system, x.getArray()),
        ksp.getIterationNumber(),
    )
