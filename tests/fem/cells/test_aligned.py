import naive_stiffness
import numba
import numpy as np
import pytest
from scipy.sparse import bsr_array

import vertebra.fem.threads
from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along
from vertebra.fem.cells.geometry import compute_geometry
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.systems.assembly import assemble_stiffness, internal_force
from vertebra.fem.systems.constraints import read_mesh, read_supports
from vertebra.fem.systems.pattern import build_pattern
from vertebra.meshes.shapes import hollow_cylinder

MATERIAL = Orthotropy((0.3, 0.5), (0.2, 0.3, 0.25), (0.15, 0.2, 0.12))


@pytest.fixture(params=[(1, "each"), (2, "one"), (2, "each")], ids=str)
def case(request):
    order, axes = request.param
    points, cells = read_mesh(*hollow_cylinder(divisions=(1, 2, 1), order=order))
    rng = np.random.default_rng(0)
    young, poisson = rng.uniform(1, 9, len(cells)), rng.uniform(0.0, 0.45, len(cells))
    share = np.clip(rng.uniform(-0.5, 1.2, len(cells)), 0, 1)
    axes = axes_along(rng.normal(size=3) if axes == "one" else rng.normal(size=(len(cells), 3)))
    moduli = Moduli.read(young, poisson, len(cells), Anisotropy(MATERIAL, share, axes))
    C = [
        E * ((1 - s) * naive_stiffness.elasticity_matrix(1.0, nu) + s * turned)
        for E, nu, s, turned in zip(
            young, poisson, share, np.broadcast_to(MATERIAL.turned(axes), (len(cells), 6, 6)), strict=True
        )
    ]
    geometry = compute_geometry(points, cells)
    return points, cells, geometry, moduli, naive_stiffness.stiffness_of(points, cells, geometry, C)


def pattern_of(points, cells):
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0
    supports[points[:, 2] == 5, 0] = 0  # held in part
    return build_pattern(points, cells, read_supports(supports, len(points)))


def test_blocks_equal_the_textbook(case):
    points, cells, geometry, moduli, K = case
    pattern = pattern_of(points, cells)
    values = assemble_stiffness(pattern, geometry, moduli)
    size = 3 * len(pattern.node)
    ours = bsr_array((values, pattern.indices, pattern.indptr), shape=(size, size)).toarray()
    dofs = (3 * pattern.node[:, None] + np.arange(3)).ravel()
    theirs = K[np.ix_(dofs, dofs)]
    free = pattern.free.ravel() == 1
    np.testing.assert_allclose(
        ours[np.ix_(free, free)], theirs[np.ix_(free, free)], atol=1e-12 * abs(K).max()
    )
    assert (ours[np.ix_(free, ~free)] == 0).all()
    np.testing.assert_allclose(ours, ours.T, atol=1e-15 * abs(K).max())
    assert np.linalg.eigvalsh(ours)[0] > 0


def test_threads_do_not_change_a_bit(case, monkeypatch):
    points, cells, geometry, moduli, _ = case
    pattern = pattern_of(points, cells)
    alone = assemble_stiffness(pattern, geometry, moduli)
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: 3)
    np.testing.assert_array_equal(assemble_stiffness(pattern, geometry, moduli), alone)


def test_internal_force_is_stiffness_times_displacement(case):
    points, cells, geometry, moduli, K = case
    displacement = np.random.default_rng(1).uniform(-1, 1, (2, *points.shape))
    expected = (displacement.reshape(2, -1) @ K).reshape(displacement.shape)
    every = np.arange(len(cells), dtype=np.int32)
    force = internal_force(every, cells, geometry, moduli, displacement)
    np.testing.assert_allclose(force, expected, atol=1e-12 * abs(expected).max())
    parts = [
        internal_force(part, cells, geometry, moduli, displacement) for part in (every[::2], every[1::2])
    ]
    np.testing.assert_allclose(sum(parts), force, atol=1e-12 * abs(expected).max())
