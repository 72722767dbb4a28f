import numpy as np
import pytest

from vertebra.fem.cells.elements import EDGES, shape_functions, tetrahedron
from vertebra.meshes.parametric.lattice import VTK_EDGES


@pytest.mark.parametrize("order", [1, 2])
def test_shape_functions_are_one_at_their_node(order):
    nodes = np.eye(4)
    if order == 2:
        nodes = np.concatenate([nodes, [(nodes[a] + nodes[b]) / 2 for a, b in EDGES]])
    np.testing.assert_allclose(shape_functions(order, nodes)[0], np.eye(len(nodes)), atol=1e-15)


@pytest.mark.parametrize("order", [1, 2])
def test_gradients_are_differences_of_shape_functions(order):
    r, h = np.array([0.2, 0.3, 0.1]), 1e-6
    for axis in range(3):
        ends = r + h * np.array([[-1], [1]]) * np.eye(3)[axis]
        barycentric = np.column_stack([1 - ends.sum(axis=1), ends])
        low, high = shape_functions(order, barycentric)[0]
        gradient = shape_functions(order, np.array([[1 - r.sum(), *r]]))[1][0, :, axis]
        np.testing.assert_allclose((high - low) / (2 * h), gradient, atol=1e-9)


def test_four_points_integrate_quadratics():
    element = tetrahedron(10)
    r, s = element.barycentric[:, 1], element.barycentric[:, 2]
    # int r^a s^b over the reference tetrahedron = a! b! / (a + b + 3)!
    assert element.weight.sum() == pytest.approx(1 / 6)
    assert element.weight @ r**2 == pytest.approx(2 / 120)
    assert element.weight @ (r * s) == pytest.approx(1 / 120)


def test_solver_and_meshes_number_the_edges_alike():
    assert EDGES == VTK_EDGES
