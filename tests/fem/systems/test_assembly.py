import naive_stiffness
import numba
import numpy as np
import pytest
from scipy.sparse import bsr_array

import vertebra.fem.threads
from vertebra.fem.cells.geometry import compute_geometry
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.systems.assembly import assemble_stiffness, internal_force
from vertebra.fem.systems.constraints import read_mesh, read_supports
from vertebra.fem.systems.pattern import build_pattern
from vertebra.meshes.shapes import hollow_cylinder


@pytest.fixture(params=[1, 2])
def case(request):
    points, cells = read_mesh(*hollow_cylinder(divisions=(1, 2, 1), order=request.param))
    rng = np.random.default_rng(0)
    young, poisson = rng.uniform(1, 9, len(cells)), rng.uniform(0.0, 0.45, len(cells))
    geometry = compute_geometry(points, cells)
    return (
        points,
        cells,
        geometry,
        young,
        poisson,
        naive_stiffness.stiffness(points, cells, geometry, young, poisson),
    )


def test_blocks_equal_the_textbook(case):
    points, cells, geometry, young, poisson, K = case
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0
    supports[points[:, 2] == 5, 0] = 0  # held in part
    pattern = build_pattern(points, cells, read_supports(supports, len(points)))
    values = assemble_stiffness(pattern, geometry, Moduli.read(young, poisson, len(cells)))
    size = 3 * len(pattern.node)
    ours = bsr_array((values, pattern.indices, pattern.indptr), shape=(size, size)).toarray()
    dofs = (3 * pattern.node[:, None] + np.arange(3)).ravel()
    theirs = K[np.ix_(dofs, dofs)]
    free = pattern.free.ravel() == 1
    np.testing.assert_allclose(
        ours[np.ix_(free, free)], theirs[np.ix_(free, free)], atol=1e-12 * abs(K).max()
    )
    assert (ours[np.ix_(free, ~free)] == 0).all()
    np.testing.assert_allclose(np.diag(ours)[~free], np.diag(theirs)[~free])


def test_threads_do_not_change_a_bit(case, monkeypatch):
    points, cells, geometry, young, poisson, _ = case
    supports = np.where((points[:, 2] == 0)[:, None], 0.0, np.full(points.shape, np.nan))
    pattern = build_pattern(points, cells, read_supports(supports, len(points)))
    moduli = Moduli.read(young, poisson, len(cells))
    alone = assemble_stiffness(pattern, geometry, moduli)
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: 3)
    np.testing.assert_array_equal(assemble_stiffness(pattern, geometry, moduli), alone)


def test_internal_force_is_stiffness_times_displacement(case):
    points, cells, geometry, young, poisson, K = case
    displacement = np.random.default_rng(1).uniform(-1, 1, (2, *points.shape))
    select = np.arange(len(cells), dtype=np.int32)
    force = internal_force(select, cells, geometry, Moduli.read(young, poisson, len(cells)), displacement)
    expected = (displacement.reshape(2, -1) @ K).reshape(force.shape)
    np.testing.assert_allclose(force, expected, atol=1e-12 * abs(expected).max())
    np.testing.assert_allclose(force.sum(axis=1), 0, atol=1e-10)
