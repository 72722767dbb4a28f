import numpy as np
import pytest

from vertebra.meshes.procedures.blocky.ellipsoid import Ellipsoid
from vertebra.meshes.procedures.height_field import HeightField
from vertebra.meshes.procedures.shape import CementShape


def level(z):
    corners = np.array([[-30.0, -30], [30, -30], [-30, 30], [30, 30]])
    return HeightField.through(np.column_stack([corners, np.full(4, z)]))


def shape(*centres, axes=(4.0, 5.0, 3.0), roof=20.0, floor=-20.0):
    return CementShape(tuple(Ellipsoid.upright((x, 0, 0), axes) for x in centres), level(roof), level(floor))


def test_volume_of_ellipsoids_counts_what_they_share_once():
    one = 4 / 3 * np.pi * 4 * 5 * 3 / 1000
    assert shape(0.0).volume_ml() == pytest.approx(one, rel=2e-3)
    assert shape(-10.0, 10.0).volume_ml() == pytest.approx(2 * one, rel=2e-3)
    assert shape(0.0, 0.0).volume_ml() == pytest.approx(one, rel=2e-3)


def test_roof_and_floor_cut_off_caps():
    # a slice |z| < c / 2 keeps 11/16 of an ellipsoid
    whole, cut = shape(0.0).volume_ml(), shape(0.0, roof=1.5, floor=-1.5).volume_ml()
    assert cut / whole == pytest.approx(11 / 16, rel=3e-3)


def test_the_surface_that_decides_gives_the_distance():
    cut = shape(-6.0, 6.0, roof=1.0)
    points = np.array([[6.0, 0, 2.0], [6.0, 0, 0.0], [12.0, 0, 0], [-6.0, 0, -4.0], [0.0, 0, 0]])
    distance, nearest, normal = cut.nearest(points)
    assert distance == pytest.approx([1.0, -1.0, 2.0, 1.0, 2.0])
    assert normal[:3] == pytest.approx(np.array([[0, 0, 1.0], [0, 0, 1], [1, 0, 0]]), abs=1e-8)
    assert nearest[3] == pytest.approx([-6.0, 0, -3.0], abs=1e-6)
    assert list(cut.contains(points)) == [False, True, False, False, False]
    assert cut.opened(("superior",)).nearest(points[:1])[0] == pytest.approx(-1.0)
