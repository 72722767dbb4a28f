"""One whole vertebra, assembled independently by scikit-fem.

T. Gustafsson and G. D. McBain, "scikit-fem: A Python package for finite element assembly", JOSS 5 (2020) 2369. Both
codes see the same mesh (curved 10-node tetrahedra included), moduli and supports. 4-node tetrahedra are also solved
there, by SuperLU; for 10-node ones that takes a minute, so our displacement is put into their equations instead.
"""

import numpy as np
import pytest
import skfem
from scipy.sparse.linalg import splu
from skfem.helpers import ddot, sym_grad
from skfem.models.elasticity import lame_parameters, linear_elasticity, linear_stress

from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy


def discretise(vertebra):
    """Return scikit-fem's basis, the numbers of each node's three unknowns in it (n, 3), and Lamé's constants."""
    mesh = vertebra.mesh
    points = np.ascontiguousarray(mesh.points.T)
    cells = np.ascontiguousarray(mesh.cells.T, dtype=np.int64)
    if mesh.order == 1:
        theirs, element = skfem.MeshTet1(points, cells), skfem.ElementTetP1()
    else:
        theirs, element = skfem.MeshTet2(points, cells), skfem.ElementTetP2()
    basis = skfem.Basis(theirs, skfem.ElementVector(element), intorder=mesh.order)
    unknown = np.empty(mesh.points.shape, int)
    unknown[mesh.cells] = basis.element_dofs.T.reshape(mesh.n_cells, -1, 3)
    np.testing.assert_allclose(basis.doflocs[:, unknown[:, 0]].T, mesh.points, atol=1e-12)
    return basis, unknown, lame_parameters(vertebra.young[:, None], vertebra.poisson[:, None])


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
    basis, unknown, moduli = discretise(vertebra)
    K = linear_elasticity(*moduli).assemble(basis).tocsc()
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
    basis, unknown, moduli = discretise(vertebra)

    @skfem.LinearForm
    def internal_force(v, w):
        return ddot(linear_stress(*moduli)(sym_grad(w["u"])), sym_grad(v))

    ours = vertebra.problem.solve(vertebra.young, vertebra.poisson, tolerance=1e-11)
    u = flat(ours.displacement, unknown)[0]
    free = np.isnan(flat(vertebra.supports, unknown)[0])
    internal, driven = (
        internal_force.assemble(basis, u=basis.interpolate(field)) for field in (u, np.where(free, 0.0, u))
    )
    assert np.linalg.norm(internal[free]) < 1e-10 * np.linalg.norm(driven[free])
    force = platen_force(internal, unknown, vertebra.upper)
    assert -ours.reaction[0, vertebra.upper, 2].sum() == pytest.approx(force, rel=1e-9)
    assert ours.energy[0, 0] == pytest.approx(u @ internal, rel=1e-11)


def test_transversely_isotropic_elements_fulfil_their_equations(linear_vertebra):
    vertebra = linear_vertebra
    basis, unknown, _ = discretise(vertebra)
    share = np.where(vertebra.mesh.in_region("trabecular"), 0.7, 0.0)
    material = Orthotropy.transverse(
        young=0.333, poisson_transverse=0.381, poisson_axial=0.312, shear_axial=0.157
    )
    own = np.array(
        [[1 / 0.333, -0.381 / 0.333, -0.312], [-0.381 / 0.333, 1 / 0.333, -0.312], [-0.312, -0.312, 1]]
    )
    lam, mu = lame_parameters(1.0, vertebra.poisson)
    normal = (1 - share) * (lam + 2 * mu * np.eye(3)[..., None]) + share * np.linalg.inv(own)[..., None]
    shear = (1 - share) * mu + share * np.array([0.157, 0.157, 0.333 / (2 * 1.381)])[:, None]

    @skfem.LinearForm
    def internal_force(v, w):
        e, test = sym_grad(w["u"]), sym_grad(v)
        total = sum(normal[i, j][:, None] * e[j, j] * test[i, i] for i in range(3) for j in range(3))
        pairs = ((1, 2), (0, 2), (0, 1))
        total += sum(4 * G[:, None] * e[i, j] * test[i, j] for G, (i, j) in zip(shear, pairs, strict=True))
        return vertebra.young[:, None] * total

    ours = vertebra.problem.solve(
        vertebra.young, vertebra.poisson, anisotropy=Anisotropy(material, share), tolerance=1e-11
    )
    u = flat(ours.displacement, unknown)[0]
    free = np.isnan(flat(vertebra.supports, unknown)[0])
    internal, driven = (
        internal_force.assemble(basis, u=basis.interpolate(field)) for field in (u, np.where(free, 0.0, u))
    )
    assert np.linalg.norm(internal[free]) < 1e-10 * np.linalg.norm(driven[free])
    assert ours.energy[0, 0] == pytest.approx(u @ internal, rel=1e-11)
