import numpy as np
import pytest

from vertebra.images.image import Image, ImageError
from vertebra.images.mask import Mask
from vertebra.images.sampling import rim_filled, sample_cells, scattered

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
KUHN = np.array([[0, 4, 6, 7], [0, 2, 3, 7], [0, 1, 5, 7], [0, 4, 7, 5], [0, 2, 7, 6], [0, 1, 7, 3]])


def volumes(points, cells):
    a, b, c, d = points[cells[:, :4]].transpose(1, 0, 2)
    return np.abs(np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a))) / 6


@pytest.fixture
def block():
    """An image of random densities with edges of three lengths, and a cube of tetrahedra off its grid."""
    values = np.random.default_rng(2).uniform(50, 200, (9, 10, 8))
    affine = np.diag([1.0, 1.2, 0.8, 1.0])
    affine[:3, 3] = [-3.0, -4.0, -2.0]
    image = Image(values, affine, "image")
    inside = np.zeros(values.shape, bool)
    inside[1:-1, 1:-1, 1:-1] = True
    points = np.array([-1.3, -1.7, -0.4]) + CUBE * [3.9, 4.7, 3.1]
    return image, Mask(inside, image), points


def naive(image, mask, points, cells, n):
    """Each sample asked one by one which tetrahedron holds it."""
    filled, first = rim_filled(image, mask, points)
    total, count = np.zeros(len(cells)), np.zeros(len(cells))
    for index in np.ndindex(*filled.shape):
        for sub in np.ndindex(n, n, n):
            sample = scattered((n * np.array(index) + sub)[None])[0]
            at = first + (sample + 0.5) / n - 0.5
            place = image.places(at[None])[0]
            for c, cell in enumerate(cells):
                corner = points[cell]
                r = np.linalg.solve((corner[1:] - corner[0]).T, place - corner[0])
                if r.min() >= -1e-9 and r.sum() <= 1 + 1e-9:
                    total[c] += filled[index]
                    count[c] += 1
                    break
    return total, count


def naive_left_out(image, mask, points, cells, n):
    """Each voxel of the mask asked how many of its samples no tetrahedron holds, and which middle is nearest."""
    _, first = rim_filled(image, mask, points)
    total, count = np.zeros(len(cells)), np.zeros(len(cells))
    middles = points[cells].mean(axis=1)
    for voxel in np.argwhere(mask.inside):
        nearest = np.linalg.norm(middles - image.places(voxel[None]), axis=1).argmin()
        for sub in np.ndindex(n, n, n):
            sample = scattered((n * (voxel - first) + sub)[None])[0]
            place = image.places((first + (sample + 0.5) / n - 0.5)[None])[0]
            corners = points[cells]
            r = np.linalg.solve(
                (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1), (place - corners[:, 0])[..., None]
            )
            if not ((r[..., 0].min(axis=1) >= -1e-9) & (r[..., 0].sum(axis=1) <= 1 + 1e-9)).any():
                total[nearest] += image.values[tuple(voxel)]
                count[nearest] += 1
    return total, count


def test_samples_are_those_of_the_obvious_loop(block):
    image, mask, points = block
    found = sample_cells(image, mask, points, KUHN, volumes(points, KUHN), n=2)
    total, count = naive(image, mask, points, KUHN, 2)
    left_out, beside = naive_left_out(image, mask, points, KUHN, 2)
    np.testing.assert_array_equal(found.count, count)
    np.testing.assert_allclose(found.mean, (total + left_out) / (count + beside))
    assert found.sampled_sum == pytest.approx(total.sum() * image.voxel_mm3 / 2**3)


def test_every_sample_belongs_to_one_cell(block):
    image, mask, _ = block
    low = image.places(np.array([[2, 2, 2]]) - 0.5)[0]
    points = low + CUBE * image.spacing * 4  # 4 x 4 x 4 voxels
    found = sample_cells(image, mask, points, KUHN, volumes(points, KUHN), n=4)
    assert found.count.sum() == 4**3 * 4**3
    assert found.sampled_sum == pytest.approx(image.values[2:6, 2:6, 2:6].sum() * image.voxel_mm3)


def test_samples_stay_in_their_voxel_and_spread_over_it():
    index = np.stack(np.indices((8, 8, 8)), axis=-1).reshape(-1, 3)
    off = scattered(index) - index
    assert np.abs(off).max() <= 0.5
    assert np.abs(off.mean(axis=0)).max() < 0.02


def test_a_constant_image_is_constant_in_the_mesh_and_the_mineral_is_that_of_its_volume(block):
    image, mask, _ = block
    points = image.places(np.array([[2, 2, 2]]) - 0.5)[0] + CUBE * image.spacing * 4
    flat = Image(np.full(image.shape, 120.0), image.affine)
    volume = volumes(points, KUHN)
    found = sample_cells(flat, mask, points, KUHN, volume)
    assert found.mean == pytest.approx(120)
    assert found.mesh_sum == pytest.approx(120 * volume.sum())
    assert found.of_samples == pytest.approx(1)


def test_voxels_beyond_the_mask_have_the_value_of_its_nearest_one(block):
    image, mask, points = block
    values = image.values.copy()
    values[~mask.inside] = -1000
    filled, first = rim_filled(Image(values, image.affine), mask, points)
    assert filled.min() > 0
    at = tuple(np.array([1, 1, 1]) - first)
    assert filled[at] == image.values[1, 1, 1]


def test_a_mesh_beside_the_image_is_refused(block):
    image, mask, points = block
    with pytest.raises(ImageError, match="the mesh lies beside the mask"):
        sample_cells(image, mask, points + 500, KUHN, np.ones(6))
