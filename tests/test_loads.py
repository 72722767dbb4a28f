import numpy as np
import pytest

from vertebra.fem.loads import body_force, boundary_faces, pressure, quadrature_points, traction
from vertebra.meshes.shapes import box, hollow_cylinder, sphere


@pytest.mark.parametrize("order", [1, 2])
def test_uniform_pressure_on_a_closed_surface_has_no_resultant(order):
    points, cells = sphere(2.0, 3, order)
    force = pressure(points, boundary_faces(cells), 1.5)
    np.testing.assert_allclose(force.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.cross(points, force).sum(axis=0), 0, atol=1e-12)
    assert (force * points).sum() < 0  # against the outward normal


@pytest.mark.parametrize("order", [1, 2])
def test_pressure_times_position_is_the_volume(order):
    points, cells = hollow_cylinder(divisions=(2, 4, 2), order=order)
    work = (pressure(points, boundary_faces(cells), -1.0) * points).sum()  # divergence theorem: 3 V
    if order == 1:
        corner = points[cells]
        edges = corner[:, 1:] - corner[:, :1]
        assert work == pytest.approx(3 * np.linalg.det(edges).sum() / 6)
    else:
        assert work == pytest.approx(3 * np.pi / 4 * (20**2 - 10**2) * 5, rel=1e-4)


@pytest.mark.parametrize("order", [1, 2])
def test_traction_and_body_force_have_the_right_resultant(order):
    points, cells = box((2.0, 3.0, 4.0), (1, 2, 2), order)
    faces = boundary_faces(cells)
    top = faces[(points[faces][:, :, 2] == 4).all(axis=1)]
    np.testing.assert_allclose(traction(points, top, [1, 2, 3]).sum(axis=0), 6 * np.array([1, 2, 3]))
    np.testing.assert_allclose(body_force(points, cells, [0, 0, -2]).sum(axis=0), [0, 0, -48], atol=1e-12)
    linear = body_force(points, cells, quadrature_points(points, cells))
    np.testing.assert_allclose(linear.sum(axis=0), 24 * np.array([1, 1.5, 2]))
