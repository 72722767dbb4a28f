import numpy as np
import pytest

from vertebra.meshes.shapes import box, hollow_cylinder, sphere


def volumes(points, cells):
    corner = points[cells[:, :4]]
    return np.linalg.det(corner[:, 1:] - corner[:, :1]) / 6


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("make", [box, hollow_cylinder, sphere])
def test_cells_are_positive_and_nodes_are_used_once(make, order):
    points, cells = make(order=order)
    assert cells.shape[1] == (4 if order == 1 else 10)
    assert (volumes(points, cells) > 0).all()
    assert len(np.unique(cells)) == len(points) == len(np.unique(points.round(9), axis=0))


def test_box_fills_its_size():
    points, cells = box((2.0, 3.0, 4.0), (2, 1, 3))
    assert volumes(points, cells).sum() == pytest.approx(24)


def test_ring_is_closed():
    points, cells = hollow_cylinder(divisions=(1, 8, 1), angle=2 * np.pi)
    assert len(points) == 2 * 8 * 2
    assert volumes(points, cells).sum() == pytest.approx(8 * np.sin(np.pi / 8) * np.cos(np.pi / 8) * 300 * 5)


@pytest.mark.parametrize("order", [1, 2])
def test_boundary_lies_on_the_sphere(order):
    points, _ = sphere(3.0, 4, order)
    radius = np.linalg.norm(points, axis=1)
    assert radius.max() == pytest.approx(3)
    assert np.isclose(radius, 3).sum() == 6 * (4 * order) ** 2 + 2


@pytest.mark.parametrize(("divisions", "order"), [((0, 1, 1), 1), ((1, 1, 1), 3)])
def test_nonsense_is_refused(divisions, order):
    with pytest.raises(ValueError, match="expected"):
        box((1, 1, 1), divisions, order)
