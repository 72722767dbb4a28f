import numpy as np
import pytest

from vertebra.images.core import CORE_MM, core_mean, enclosed_mean
from vertebra.images.image import Image
from vertebra.images.mask import Mask


def block(edges, rim):
    """A cube of 24 mm whose density rises upwards by 2 mg/cm3 a mm, within 2 mm of its surface by `rim` more."""
    shape = tuple(np.rint(np.array([32.0, 32.0, 32.0]) / edges).astype(int))
    affine = np.diag([*edges, 1.0])
    affine[:3, 3] = (np.array(edges) - 32.0) / 2
    places = np.stack(np.indices(shape), axis=-1) * edges + affine[:3, 3]
    depth = 12.0 - np.abs(places).max(axis=-1)
    image = Image(100 + 2 * places[..., 2] + np.where(depth < 2, rim, 0.0), affine)
    return image, Mask(depth > 0, image)


@pytest.mark.parametrize("edges", [(1.0, 1.0, 1.0), (0.5, 1.0, 2.0)])
def test_what_a_shell_encloses_does_not_depend_on_what_its_voxels_hold(edges):
    points = np.array([[12.0, 0, 0], [0, -12.0, 3.0], [5.0, 5.0, 12.0]])
    thin, thick = (enclosed_mean(*block(edges, rim), points) for rim in (0.0, 400.0))
    np.testing.assert_allclose(thin, thick)
    assert core_mean(*block(edges, 400.0)) == pytest.approx(100)


def test_it_is_the_core_nearby():
    image, mask = block((1.0, 1.0, 1.0), 0.0)
    low, middle, high = enclosed_mean(image, mask, np.array([[12.0, 0, z] for z in (-8.0, 0.0, 8.0)]))
    assert middle == pytest.approx(100)
    deepest = 2 * (12.0 - CORE_MM)
    assert 100 - deepest < low < 95
    assert low + high == pytest.approx(200)


def test_far_from_any_core_it_is_that_of_all_of_it():
    image, mask = block((1.0, 1.0, 1.0), 0.0)
    assert enclosed_mean(image, mask, np.array([[300.0, 0, 0]])) == pytest.approx(core_mean(image, mask))
