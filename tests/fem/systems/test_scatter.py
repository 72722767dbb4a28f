import naive_stiffness
import numpy as np
import pytest
from scipy.sparse import bsr_array

from vertebra.fem.cells.elements import EDGES
from vertebra.fem.cells.geometry import compute_geometry
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.systems.assembly import assemble_stiffness
from vertebra.fem.systems.constraints import read_mesh, read_supports
from vertebra.fem.systems.pattern import build_pattern
from vertebra.fem.systems.quadratic_blocks import FIRST, SECOND, linear_terms
from vertebra.meshes.shapes import box


def test_straight_cells_are_sums_of_the_linear_blocks_of_textbooks():
    terms = linear_terms()
    found = {}
    for pair, (a, b) in enumerate(zip(FIRST, SECOND, strict=True)):
        part = slice(terms.begin[pair], terms.begin[pair + 1])
        blocks = terms.block[part, 0] // 16
        found[a, b] = {divmod(int(block), 4): w for block, w in zip(blocks, terms.weight[part], strict=True)}
        turned = [divmod(int(block), 4) for block in terms.block[part, 1] // 16]
        assert turned == [(j, i) for i, j in found[a, b]]
    assert found[0, 1] == pytest.approx({(0, 1): -0.2})  # int (4 La - 1)(4 Lb - 1) = 16/20 - 8/4 + 1
    for mid, (i, j) in enumerate(EDGES, 4):  # 4 int (4 La - 1) Lb = 4 (4/20 - 1/4), with b = a 4 (4/10 - 1/4)
        for corner in range(4):
            expected = {(corner, i): 0.6 if corner == j else -0.2, (corner, j): 0.6 if corner == i else -0.2}
            assert found[corner, mid] == pytest.approx(expected)
    assert found[4, 9] == pytest.approx({(i, j): 0.8 for i in (0, 1) for j in (2, 3)})  # 16 int La Lb
    assert found[4, 5] == pytest.approx({(0, 1): 0.8, (0, 2): 1.6, (1, 1): 0.8, (1, 2): 0.8})


@pytest.mark.parametrize("bent", [0.0, 1e-6, 0.1])
def test_straight_and_curved_cells_equal_the_textbook(bent):
    points, cells = read_mesh(*box((1.0, 1.5, 2.0), (1, 1, 2), order=2))
    rng = np.random.default_rng(0)
    corners = np.unique(cells[:, :4])
    moved = np.setdiff1d(cells[:3], corners)  # mid nodes of some cells
    points[moved] += bent * rng.uniform(-1, 1, (len(moved), 3))
    young, poisson = rng.uniform(1, 9, len(cells)), rng.uniform(0.0, 0.45, len(cells))
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] < 0.3] = 0
    geometry = compute_geometry(points, cells)
    pattern = build_pattern(points, cells, read_supports(supports, len(points)))
    assert np.count_nonzero(pattern.cells_of_rows.straight) == (
        12 if bent == 0 else 12 - _touching(cells, moved)
    )
    values = assemble_stiffness(pattern, geometry, Moduli.read(young, poisson, len(cells)))
    K = naive_stiffness.stiffness(points, cells, geometry, young, poisson)
    size = 3 * len(pattern.node)
    ours = bsr_array((values, pattern.indices, pattern.indptr), shape=(size, size)).toarray()
    dofs = (3 * pattern.node[:, None] + np.arange(3)).ravel()
    np.testing.assert_allclose(ours, K[np.ix_(dofs, dofs)], atol=1e-12 * abs(K).max())


def _touching(cells, nodes):
    return np.count_nonzero(np.isin(cells, nodes).any(axis=1))
