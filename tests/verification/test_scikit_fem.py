"""A whole vertebral body against scikit-fem (T. Gustafsson and G. D. McBain, JOSS 5 (2020) 2369).

Its stiffness must find our displacement in equilibrium and our force and energy right; for linear tetrahedra its own
direct solution must give the same force.
"""

import numpy as np
import pytest
import skfem
from skfem.models.elasticity import lame_parameters, linear_elasticity

from vertebra.fem import Elasticity
from vertebra.fem.platens import platen_supports
from vertebra.meshes.body import parametric_body

MESHES = {1: (skfem.MeshTet1, skfem.ElementTetP1()), 2: (skfem.MeshTet2, skfem.ElementTetP2())}


def scikit_stiffness(points, cells, young, poisson):
    """Stiffness of scikit-fem and where it keeps our unknowns (n, 3), found by position."""
    mesh_type, element = MESHES[1 if cells.shape[1] == 4 else 2]
    mesh = mesh_type(
        np.ascontiguousarray(points.T), np.ascontiguousarray(cells.T, dtype=np.int64), sort_t=False
    )
    basis = skfem.Basis(mesh, skfem.ElementVector(element), intorder=2)
    lam, mu = lame_parameters(1.0, poisson)
    weight = basis.with_element(skfem.ElementTetP0()).interpolate(young)

    @skfem.BilinearForm
    def form(u, v, w):
        return w["young"] * linear_elasticity(lam, mu).form(u, v, w)

    place = np.empty((len(points), 3), int)
    if cells.shape[1] == 4:
        place[:] = basis.nodal_dofs.T
    else:
        place[cells[:, :4]] = np.moveaxis(basis.nodal_dofs[:, mesh.t[:4]], 0, -1).swapaxes(0, 1)
        place[cells[:, 4:]] = np.moveaxis(basis.edge_dofs[:, mesh.t2e], 0, -1).swapaxes(0, 1)
    return form.assemble(basis, young=weight), place


@pytest.mark.parametrize("order", [1, 2])
def test_force_on_a_vertebral_body(order):
    body = parametric_body("L1", edge_mm=4.0, order=order)
    young = np.where(body.in_region("trabecular"), 200.0, 8000.0)
    lower, upper = body.node_sets["inferior_endplate"], body.node_sets["superior_endplate"]
    problem = Elasticity(
        body.points, body.cells, platen_supports(body.points, lower, upper), method="iterative"
    )
    ours = problem.solve(young, 0.3, tolerance=1e-10)

    K, place = scikit_stiffness(body.points, body.cells, young, 0.3)
    x = np.zeros(K.shape[0])
    x[place] = ours.displacement[0]
    force = (K @ x)[place]
    size = np.abs(force).max()
    held = np.concatenate([lower, upper])
    np.testing.assert_allclose(np.delete(force, held, axis=0), 0, atol=1e-6 * size)
    np.testing.assert_allclose(force[held], ours.reaction[0, held], atol=1e-8 * size)
    assert x @ (K @ x) == pytest.approx(ours.energy[0, 0], rel=1e-10)
    if order == 1:
        theirs = skfem.solve(*skfem.condense(K, x=x, D=place[held].ravel()))
        assert (K @ theirs)[place[upper, 2]].sum() == pytest.approx(
            ours.reaction[0, upper, 2].sum(), rel=1e-6
        )
        assert theirs @ (K @ theirs) == pytest.approx(ours.energy[0, 0], rel=1e-10)
