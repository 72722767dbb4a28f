import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import (
    body_force,
    boundary_faces,
    face_quadrature_points,
    initial_strain,
    pressure,
    quadrature_points,
    traction,
)
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


@pytest.mark.parametrize("order", [1, 2])
def test_traction_that_varies_over_a_face_has_the_right_resultant_and_moment(order):
    """t_z = x on the top of a box: int x dA and int x^2 dA."""
    points, cells = box((2.0, 3.0, 4.0), (1, 2, 2), order)
    faces = boundary_faces(cells)
    top = faces[(points[faces][:, :, 2] == 4).all(axis=1)]
    force = traction(points, top, face_quadrature_points(points, top)[..., :1] * [0, 0, 1])
    assert force[:, 2].sum() == pytest.approx(3 * 2**2 / 2)
    assert points[:, 0] @ force[:, 2] == pytest.approx(3 * 2**3 / 3)


@pytest.mark.parametrize("order", [1, 2])
def test_initial_strain_moves_a_free_body_by_itself(order):
    """K u = f for the linear field u that has this strain, whatever the moduli."""
    points, cells = box((2.0, 3.0, 4.0), (1, 2, 2), order)
    rng = np.random.default_rng(2)
    strain = rng.normal(size=6) * 1e-3
    xx, yy, zz, yz, xz, xy = strain
    gradient = np.array([[xx, xy, xz], [0, yy, yz], [0, 0, zz]])
    displacement = points @ gradient.T
    young = rng.uniform(100, 900, len(cells))
    loads = initial_strain(points, cells, young, 0.3, strain)
    supports = np.full(points.shape, np.nan)
    for axis, others in enumerate(((0, 1, 2), (1, 2), (2,))):
        on = (points[:, others] == 0).all(axis=1)
        supports[on, axis] = displacement[on, axis]
    found = Elasticity(points, cells, supports).solve(young, 0.3, loads)
    np.testing.assert_allclose(found.displacement, displacement, atol=1e-12)


def test_initial_strain_is_summed_over_points_as_over_cells():
    points, cells = box((1.0, 1.0, 1.0), (1, 1, 1), 2)
    by_cell = np.random.default_rng(4).normal(size=(len(cells), 6))
    by_point = np.repeat(by_cell[:, None], 4, axis=1)
    given = points, cells, 10.0, 0.2
    np.testing.assert_allclose(initial_strain(*given, by_point), initial_strain(*given, by_cell))
    np.testing.assert_allclose(initial_strain(*given, by_cell).sum(axis=0), 0, atol=1e-12)
