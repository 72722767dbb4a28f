import numpy as np
import pytest

from vertebra.images.image import Image, ImageError
from vertebra.images.labels import body_labels, label_of, marked, neighbours_of, presets


def test_the_same_number_is_another_vertebra_in_another_preset():
    assert label_of("totalsegmentator_v1", "L1") == label_of("verse", "L3") == label_of("tptbox", "L3") == 22
    assert label_of("totalsegmentator", "L1") == 31


@pytest.mark.parametrize("preset", presets())
def test_lumbar_labels_follow_each_other(preset):
    numbers = [label_of(preset, f"L{i}") for i in range(1, 6)]
    step = numbers[1] - numbers[0]
    assert abs(step) == 1
    assert numbers == list(range(numbers[0], numbers[0] + 5 * step, step))
    assert set(neighbours_of(preset, "L3")) == {label_of(preset, "L2"), label_of(preset, "L4")}


def test_only_tptbox_has_labels_of_the_body():
    assert body_labels("tptbox") == (49, 50)
    assert body_labels("verse") == ()


def test_a_label_that_is_not_there_is_refused_with_what_is_there():
    mask = Image(np.array([[[0, 22]]]), np.eye(4), "mask.nii")
    with pytest.raises(
        ImageError, match=r"found no voxel of L3.*22 \(totalsegmentator_v1: L1; verse: L3; tptbox: L3\)"
    ):
        marked(mask, (29,), "L3")
