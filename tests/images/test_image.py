import numpy as np
import pytest

from vertebra.images.image import Image, ImageError, require_same_grid


def test_canonical_axes_point_right_forwards_and_up_and_no_voxel_moves(oblique):
    turned = oblique.canonical()
    assert turned.axes == "RAS"
    assert np.linalg.det(turned.affine[:3, :3]) * np.linalg.det(oblique.affine[:3, :3]) != 0
    index = np.array([[1, 2, 3], [5, 0, 10]])
    places = oblique.places(index)
    back = np.rint(turned.indices(places)).astype(int)
    np.testing.assert_allclose(turned.places(back), places, atol=1e-9)
    np.testing.assert_array_equal(turned.values[tuple(back.T)], oblique.values[tuple(index.T)])


def test_a_crop_keeps_its_place(oblique):
    part = oblique.cropped(np.array([2, 3, 4]), np.array([6, 8, 90]))
    assert part.shape == (4, 5, 7)
    np.testing.assert_allclose(part.places(np.zeros((1, 3))), oblique.places(np.array([[2, 3, 4]])))
    assert part.values[0, 0, 0] == oblique.values[2, 3, 4]


def test_volume_and_obliqueness_of_a_voxel(oblique):
    assert oblique.voxel_mm3 == pytest.approx(0.9 * 1.3 * 2.0)
    assert 5 < oblique.obliqueness_deg < 15
    assert Image(oblique.values, np.diag([2.0, 1, 1, 1])).obliqueness_deg == pytest.approx(0, abs=1e-6)


def test_a_mask_of_another_grid_is_refused(oblique):
    require_same_grid(oblique, oblique)
    other = Image(oblique.values[1:], oblique.affine, "mask")
    with pytest.raises(ImageError, match=r"found a mask of 6 x 9 x 11 voxels for an image of 7 x 9 x 11"):
        require_same_grid(oblique, other)
    affine = oblique.affine.copy()
    affine[0, 3] += 0.5
    with pytest.raises(ImageError, match=r"lie up to 0.5 mm from those of oblique"):
        require_same_grid(oblique, Image(oblique.values, affine, "mask"))
