"""HU taken for density and the reverse: told by fat and muscle, by air, or left open."""

import numpy as np
import pytest

from vertebra.images.density import doubts_of_density, doubts_of_hu, require_density, require_hu
from vertebra.images.image import Image, ImageError
from vertebra.images.mask import Mask
from vertebra.images.reading import read_image, read_labels
from vertebra.images.soft_tissue import soft_tissue

FAT_HU, MUSCLE_HU, BONE_HU = -105.0, 48.0, 160.0


def scan(noise=25.0, edge=1.5, air=False, fat=FAT_HU, muscle=MUSCLE_HU):
    """A body of bone between muscle behind and fat in front, whole HU; air at the far left where asked."""
    shape = (56, 60, 40)
    x, y, z = np.indices(shape)
    values = np.where(y > 36, fat, muscle)
    inside = (((x - 28) / 14) ** 2 + ((y - 26) / 10) ** 2 < 1) & (np.abs(z - 20) < 9)
    values = np.where(inside, BONE_HU, values)
    if air:
        values = np.where(x < 6, -1000.0, values)
    noisy = np.rint(values + np.random.default_rng(7).normal(0, noise, shape))
    image = Image(np.maximum(noisy, -1024), np.diag([edge, edge, edge, 1.0]), "scan")
    return image, Mask(inside, image)


def calibrated(image, slope, intercept=0.0, whole=False):
    values = slope * image.values + intercept
    return Image(np.rint(values) if whole else values, image.affine, "calibrated")


@pytest.mark.parametrize(("edge", "noise"), [(0.75, 40.0), (1.5, 25.0), (1.5, 90.0), (2.5, 25.0)])
def test_fat_and_muscle_are_found_through_noise(edge, noise):
    found = soft_tissue(*scan(noise, edge))
    assert found is not None
    assert found.fat == pytest.approx(FAT_HU, abs=6)
    assert found.muscle == pytest.approx(MUSCLE_HU, abs=6)


@pytest.mark.parametrize("air", [False, True])
@pytest.mark.parametrize("noise", [15.0, 60.0])
def test_hu_taken_for_density_are_refused(air, noise):
    with pytest.raises(ImageError, match=r"these look like HU\. State a calibration"):
        doubts_of_density(*scan(noise, air=air))


def test_a_ct_cropped_to_soft_tissue_is_refused():
    image, mask = scan(noise=5.0)
    assert -130 < image.values.min() < -110
    with pytest.raises(ImageError, match=r"fat at -10\d and muscle at 4\d"):
        doubts_of_density(image, mask)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("air", [False, True])
@pytest.mark.parametrize(("slope", "intercept"), [(0.58, 5.0), (0.75, -8.0), (0.82, 3.0)])
def test_calibrated_images_are_taken_with_their_air(slope, intercept, air, whole):
    image, mask = scan(air=air)
    assert doubts_of_density(calibrated(image, slope, intercept, whole), mask) == ()


def test_a_masked_density_image_is_taken():
    image, mask = scan()
    masked = Image(np.where(mask.inside, 0.8 * image.values, 0.0), image.affine, "masked")
    assert doubts_of_density(masked, mask) == ()


def test_what_is_left_open_is_said():
    image, mask = scan(fat=MUSCLE_HU - 40)
    (said,) = doubts_of_density(image, mask)
    assert "whole numbers" in said
    assert "25 % too dense" in said


def test_a_clipped_image_is_left_open():
    image, mask = scan(noise=60.0)
    clipped = Image(np.maximum(image.values, -120), image.affine, "clipped")
    assert soft_tissue(clipped, mask) is None
    assert len(doubts_of_density(clipped, mask)) == 1


def test_values_that_no_tissue_has_are_refused_where_nothing_else_is_known():
    image, mask = scan(fat=MUSCLE_HU)
    values = image.values.copy()
    values[:2] = -700
    with pytest.raises(ImageError, match="values down to -700"):
        doubts_of_density(Image(values, image.affine, "lung"), mask)


def test_densities_taken_for_hu_are_named():
    image, mask = scan()
    (said,) = doubts_of_hu(calibrated(image, 0.75), mask)
    assert "may hold densities already" in said
    (said,) = doubts_of_hu(Image(np.where(mask.inside, image.values, 0), image.affine, "masked"), mask)
    assert "exactly 0" in said
    assert doubts_of_hu(image, mask) == ()


def test_raw_values_of_scanners_are_refused():
    image, mask = scan()
    raw = Image(image.values + 1024, image.affine, "raw")
    for refuse in (lambda: require_hu(raw, mask), lambda: require_density(raw, mask, "mg/cm3")):
        with pytest.raises(ImageError, match=r"median of 10\d\d.*HU \+ 1024"):
            refuse()
    require_hu(image, mask)


def test_a_clinical_ct_is_told_from_its_calibrated_copy(shared_data):
    folder = shared_data / "tptbox-L3-ct"
    image = read_image(folder / "sub-ct_label-22_ct.nii.gz")
    labels = read_labels(folder / "sub-ct_seg-vert_label-22_msk.nii.gz")
    mask = Mask(labels.values == 22, labels)
    assert doubts_of_hu(image, mask) == ()
    with pytest.raises(ImageError, match="these look like HU"):
        doubts_of_density(image, mask)
    for slope in (0.6, 0.8, 0.9):
        assert doubts_of_density(calibrated(image, slope, whole=True), mask) == ()
    assert len(doubts_of_hu(calibrated(image, 0.8), mask)) == 1
