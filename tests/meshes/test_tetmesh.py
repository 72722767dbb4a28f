import dataclasses

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.tetmesh import REGIONS


@pytest.fixture(scope="module", params=[1, 2])
def mesh(request):
    return add_caps(parametric_body("L1", 4.0, request.param), 10.0)


def test_counts_and_order(mesh):
    assert (mesh.n_points, 3) == mesh.points.shape
    assert mesh.cells.shape == (mesh.n_cells, {1: 4, 2: 10}[mesh.order])
    assert np.array_equal(np.unique(mesh.cells), np.arange(mesh.n_points)), "no point is unused"


def test_regions_share_the_cells_between_them(mesh):
    each = np.array([mesh.in_region(name) for name in REGIONS])
    assert (each.sum(axis=0) == 1).all()
    assert each.any(axis=1).all()
    np.testing.assert_array_equal(mesh.in_region(*REGIONS[-2:]), ~mesh.is_bone)


def test_regions_of_a_conforming_body_are_its_fractions(mesh):
    np.testing.assert_array_equal(mesh.shell_fraction, mesh.in_region("shell"))
    endplates = mesh.in_region("superior_endplate", "inferior_endplate")
    np.testing.assert_array_equal(mesh.endplate_fraction, endplates)


def test_layers_fill_the_body_between_the_endplates(mesh):
    between = mesh.in_region("trabecular", "shell") & (mesh.layer >= 0)
    np.testing.assert_array_equal(mesh.layer >= 0, between)
    assert np.array_equal(np.unique(mesh.layer[between]), np.arange(mesh.layer.max() + 1))
    middle = mesh.points[mesh.cells[:, :4], 2].mean(axis=1)
    height = [np.median(middle[mesh.layer == layer]) for layer in range(mesh.layer.max() + 1)]
    assert (np.diff(height) > 0).all()


def test_relative_height_rises_from_endplate_to_endplate(mesh):
    assert mesh.zeta.min() == 0
    assert mesh.zeta.max() == 1
    np.testing.assert_allclose(mesh.zeta[mesh.node_sets["inferior_endplate"]], 0, atol=1e-12)
    np.testing.assert_allclose(mesh.zeta[mesh.node_sets["superior_endplate"]], 1, atol=1e-12)


def test_cells_have_positive_volume(mesh):
    assert (cell_volumes(mesh.points, mesh.cells) > 0).all()


def test_a_mesh_cannot_be_edited(mesh):
    with pytest.raises(dataclasses.FrozenInstanceError):
        mesh.points = mesh.points + 1
