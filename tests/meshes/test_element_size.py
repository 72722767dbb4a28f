"""The size of elements as it is measured."""

import dataclasses

import numpy as np
import pytest

from vertebra.meshes.element_size import element_size
from vertebra.meshes.parametric.body import parametric_body


def test_a_scaled_mesh_has_scaled_elements():
    mesh = parametric_body("T11", 4.0, 1)
    double = dataclasses.replace(mesh, points=2 * mesh.points)
    assert element_size(double) == pytest.approx(2 * element_size(mesh))


def test_regular_tetrahedron_has_its_edge():
    mesh = parametric_body("T11", 4.0, 1)
    core = int(np.flatnonzero(mesh.in_region("trabecular"))[0])
    points = mesh.points.copy()
    points[mesh.cells[core]] = [[0, 0, 0], [3, 0, 0], [1.5, 1.5 * 3**0.5, 0], [1.5, 0.5 * 3**0.5, 6**0.5]]
    alone = dataclasses.replace(mesh, points=points, cells=mesh.cells[[core]], region=mesh.region[[core]])
    assert element_size(alone) == pytest.approx(3)


def test_both_orders_have_elements_of_one_size():
    linear, quadratic = (element_size(parametric_body("T11", 4.0, order)) for order in (1, 2))
    assert quadratic == pytest.approx(linear, rel=5e-3)  # curved sides change the volume a little


def test_a_mesh_without_core_is_refused():
    mesh = parametric_body("T11", 4.0, 1)
    shell = dataclasses.replace(mesh, region=np.ones_like(mesh.region))
    with pytest.raises(ValueError, match="no trabecular cell"):
        element_size(shell)
