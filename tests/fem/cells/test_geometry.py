import numpy as np
import pytest

from vertebra.fem.cells.geometry import compute_geometry
from vertebra.meshes.shapes import box, hollow_cylinder


@pytest.mark.parametrize("order", [1, 2])
def test_volume_of_a_box(order):
    points, cells = box((2.0, 3.0, 4.0), (2, 2, 2), order)
    assert compute_geometry(points, cells).volume.sum() == pytest.approx(24.0)


def test_curved_cells_follow_the_cylinder():
    exact = np.pi * (20**2 - 10**2) * 5 / 4
    error = []
    for n in (4, 8):
        points, cells = hollow_cylinder(divisions=(2, n, 1), order=2)
        error.append(abs(compute_geometry(points, cells).volume.sum() / exact - 1))
    assert error[1] < error[0] / 8  # fourth order


def test_inverse_jacobian_against_numpy():
    points, cells = hollow_cylinder(divisions=(1, 2, 1), order=2)
    geometry = compute_geometry(points, cells)
    jacobian = np.einsum("mai,qaj->mqij", points[cells], geometry.element.gradient)
    np.testing.assert_allclose(geometry.inverse, np.swapaxes(np.linalg.inv(jacobian), 2, 3), atol=1e-12)
    np.testing.assert_allclose(geometry.volume, np.linalg.det(jacobian) * geometry.element.weight)


def test_inverted_cell_is_refused_by_number():
    points, cells = box(divisions=(1, 1, 1))
    cells[3, [0, 1]] = cells[3, [1, 0]]
    with pytest.raises(ValueError, match="cell 3 has volume -"):
        compute_geometry(points, cells)
