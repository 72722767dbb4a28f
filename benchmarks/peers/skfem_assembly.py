"""scikit-fem: assembly of the same stiffness; it brings no solver of its own for this size."""

import numpy as np
from scipy.spatial import cKDTree

from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.peers import Outcome
from vertebra.benchmarks.peers.pyamg_aggregation import matrix
from vertebra.benchmarks.problem import Case, System

MODULES = ("skfem",)
NEEDS_SYSTEM = True
LARGEST = 500_000


def solve(case: Case, system: System) -> Outcome:
    """Basis, bilinear form and condensed matrix; the matrix is compared with ours."""
    import skfem
    from skfem.helpers import ddot, div, sym_grad

    @skfem.BilinearForm
    def stiffness(u, v, w):
        strain = sym_grad(u)
        return w["lam"] * div(u) * div(v) + 2 * w["mu"] * ddot(strain, sym_grad(v))

    corners = int(case.cells[:, :4].max()) + 1
    element = skfem.ElementVector(skfem.ElementTetP1() if case.order == 1 else skfem.ElementTetP2())
    lam = case.young * case.poisson / ((1 + case.poisson) * (1 - 2 * case.poisson))
    mu = case.young / (2 * (1 + case.poisson))
    points, cells = np.ascontiguousarray(case.points[:corners].T), np.ascontiguousarray(case.cells[:, :4].T)
    start = clock()
    mesh = skfem.MeshTet(points, cells)
    basis = skfem.Basis(mesh, element, intorder=2 * (case.order - 1))
    n_points = basis.dx.shape[1]
    K = stiffness.assemble(basis, lam=np.tile(lam, (n_points, 1)).T, mu=np.tile(mu, (n_points, 1)).T)
    node, component = _number(case, basis)
    free = np.isnan(case.supports[node, component])
    condensed = K[free][:, free]
    done = clock()

    known = matrix(system)
    field = np.random.default_rng(0).uniform(-1, 1, case.points.shape)
    expected = np.zeros(case.points.shape)
    ours = np.where(np.isnan(case.supports), field, 0.0)[system.node].ravel()
    expected[system.node] = (known @ ours).reshape(-1, 3)
    found = condensed @ field[node, component][free]
    wanted = expected[node, component][free]
    difference = float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))
    return Outcome({"assembly": done - start}, None, None, {"matrix_difference": difference})


def _number(case, basis):
    """Node and component of each of scikit-fem's unknowns."""
    if case.order == 1:
        return np.arange(basis.N) // 3, np.arange(basis.N) % 3
    _, node = cKDTree(case.points).query(basis.doflocs.T)
    component = np.empty(basis.N, int)
    for a in range(3):
        component[basis.nodal_dofs[a]] = a
        component[basis.edge_dofs[a]] = a
    return node, component
