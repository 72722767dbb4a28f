import numpy as np
import pytest

from vertebra.images.arch_cut import cut_body, is_body_alone
from vertebra.images.image import Image, ImageError
from vertebra.images.mask import clean_mask
from vertebra.images.phantom import LABEL, body_depth, in_vertebra, phantom


def ball(radius=14, shape=(40, 40, 40), centre=(20, 20, 20)):
    away = np.linalg.norm(np.stack(np.indices(shape), axis=-1) - centre, axis=-1)
    return away < radius


def test_the_largest_piece_is_kept_and_its_holes_are_filled():
    inside = ball()
    inside[20, 20, 20] = False
    inside[1:3, 1:3, 1:3] = True
    mask = clean_mask(inside, Image(inside, np.eye(4)))
    assert mask.volume_mm3 == ball().sum()
    assert any("1 separate pieces" in note and "8 voxels" in note for note in mask.notes)
    assert any("holes of the mask filled (1 voxels" in note for note in mask.notes)


@pytest.mark.parametrize(
    ("inside", "affine", "reason"),
    [
        (ball(3), np.eye(4), "expected 300 or more"),
        (ball(), np.diag([0.1, 0.1, 0.1, 1]), "expected one vertebra"),
        (ball(centre=(20, 20, 33)), np.eye(4), "the top of the image cuts the vertebra"),
    ],
)
def test_what_is_no_whole_vertebra_is_refused(inside, affine, reason):
    with pytest.raises(ImageError, match=reason):
        clean_mask(inside, Image(inside, affine, "mask"))


@pytest.fixture(scope="module")
def whole():
    _, labels = phantom(noise_HU=0)
    labels = labels.canonical()
    return clean_mask(labels.values == LABEL, labels)


def test_a_plane_behind_the_body_cuts_the_arch_off(whole):
    assert not is_body_alone(whole)
    cut = cut_body(whole)
    assert is_body_alone(cut.mask)
    body = body_depth(in_vertebra(whole.grid.places(np.argwhere(whole.inside)))) > 0
    assert cut.mask.volume_mm3 == pytest.approx(body.sum() * whole.grid.voxel_mm3, rel=0.03)
    assert "by the plane through" in str(cut)
    assert cut.removed_mm3 + cut.mask.volume_mm3 == pytest.approx(whole.volume_mm3)


def test_the_cut_agrees_with_the_sub_regions_of_a_patient(shared_data):
    from vertebra.images.labels import marked
    from vertebra.images.reading import read_labels

    folder = shared_data / "tptbox-L3-ct"
    labels = read_labels(folder / "sub-ct_seg-vert_label-22_msk.nii.gz")
    parts = read_labels(folder / "sub-ct_seg-subreg_label-22_msk.nii.gz")
    inside = marked(labels, (22,), "L3")
    by_parts = clean_mask(inside & np.isin(parts.values, (49, 50)), labels).inside
    by_plane = cut_body(clean_mask(inside, labels)).mask.inside
    assert 2 * (by_parts & by_plane).sum() / (by_parts.sum() + by_plane.sum()) > 0.98


def test_without_a_canal_there_is_nothing_to_cut_by():
    inside = np.zeros((60, 80, 40), bool)
    inside[10:50, 20:60, 8:32] = True
    inside[28:32, 3:20, 15:25] = True
    mask = clean_mask(inside, Image(inside, np.eye(4), "mask"))
    with pytest.raises(ImageError, match="no spinal canal was found"):
        cut_body(mask)
