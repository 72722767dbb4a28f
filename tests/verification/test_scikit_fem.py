"""One whole vertebra, assembled independently by scikit-fem.

T. Gustafsson and G. D. McBain, "scikit-fem: A Python package for finite element assembly", JOSS 5 (2020) 2369. Both
codes see the same mesh (curved 10-node tetrahedra included), moduli and supports. 4-node tetrahedra are also solved
there, by SuperLU; for 10-node ones that takes a minute, so our displacement is put into their equations instead.
"""

import numpy as np
import pytest
import skfem
from scipy.sparse.linalg import splu
from skfem.models.elasticity import lame_parameters, linear_elasticity


def assemble(vertebra):
    """Return scikit-fem's stiffness and the numbers of each node's three unknowns in it (n, 3)."""
    mesh = vertebra.mesh
    points = np.ascontiguousarray(mesh.points.T)
    cells = np.ascontiguousarray(mesh.cells.T, dtype=np.int64)
    if mesh.order == 1:
        theirs, element = skfem.MeshTet1(points, cells), skfem.ElementTetP1()
    else:
        theirs, element = skfem.MeshTet2(points, cells), skfem.ElementTetP2()
    basis = skfem.Basis(theirs, skfem.ElementVector(element), intorder=mesh.order)
    lam, mu = lame_parameters(vertebra.young[:, None], vertebra.poisson[:, None])
    unknown = np.empty(mesh.points.shape, int)
    unknown[mesh.cells] = basis.element_dofs.T.reshape(mesh.n_cells, -1, 3)
    np.testing.assert_allclose(basis.doflocs[:, unknown[:, 0]].T, mesh.points, atol=1e-12)
    return linear_elasticity(lam, mu).assemble(basis).tocsc(), unknown


def flat(field, unknown):
    """Fields (k, n, 3) in their numbering, (k, 3 n)."""
    out = np.empty((len(field), field[0].size))
    out[:, unknown] = field
    return out


def platen_force(reaction, unknown, upper):
    """Axial force on the upper platen from internal forces in their numbering."""
    return -reaction[unknown[upper, 2]].sum()


def test_linear_elements_agree(linear_vertebra):
    vertebra = linear_vertebra
    K, unknown = assemble(vertebra)
    free = np.isnan(flat(vertebra.supports, unknown)[0])
    theirs = np.nan_to_num(flat(vertebra.supports, unknown))
    factor = splu(K[free][:, free], permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    theirs[:, free] = -factor.solve(K[free] @ theirs.T).T
    force = platen_force(K @ theirs[0], unknown, vertebra.upper)
    ours = vertebra.problem.solve(vertebra.young, vertebra.poisson, tolerance=1e-11, method="iterative")
    assert -ours.reaction[0, vertebra.upper, 2].sum() == pytest.approx(force, rel=1e-9)
    assert ours.energy[0, 0] == pytest.approx(force, rel=1e-11)  # unit shortening
    energy = theirs @ (K @ theirs.T)
    np.testing.assert_allclose(ours.energy, energy, rtol=1e-9, atol=1e-9 * force)
    np.testing.assert_allclose(flat(ours.displacement, unknown), theirs, atol=1e-8 * np.abs(theirs).max())


def test_energy_at_the_default_tolerance_agrees(linear_vertebra):
    vertebra = linear_vertebra
    exact = vertebra.problem.solve(vertebra.young, vertebra.poisson, method="direct").energy[0, 0]
    default = vertebra.problem.solve(vertebra.young, vertebra.poisson, method="iterative")
    assert default.energy[0, 0] == pytest.approx(exact, rel=1e-12)
    assert -default.reaction[0, vertebra.upper, 2].sum() == pytest.approx(exact, rel=1e-6)


def test_quadratic_elements_fulfil_their_equations(quadratic_vertebra):
    vertebra = quadratic_vertebra
    K, unknown = assemble(vertebra)
    ours = vertebra.problem.solve(vertebra.young, vertebra.poisson, tolerance=1e-11)
    u = flat(ours.displacement, unknown)
    internal = (K @ u.T).T
    free = np.isnan(flat(vertebra.supports, unknown)[0])
    driven = (K[free] @ np.where(free, 0.0, u).T).T
    residual = np.linalg.norm(internal[:, free], axis=1) / np.linalg.norm(driven, axis=1)
    assert residual.max() < 1e-10
    np.testing.assert_allclose(u @ internal.T, ours.energy, rtol=1e-10, atol=1e-10 * ours.energy[0, 0])
    force = platen_force(internal[0], unknown, vertebra.upper)
    assert -ours.reaction[0, vertebra.upper, 2].sum() == pytest.approx(force, rel=1e-9)
