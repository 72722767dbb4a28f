"""The bundled phantom is what its formulas say."""

import numpy as np
import pytest

from vertebra.images.phantom import CORE_MG_CM3, HU_PER_MG_CM3, LABEL, NOISE_HU, main, phantom
from vertebra.images.reading import read_image, read_labels
from vertebra.scenarios.catalogue import FOLDER


def test_the_bundled_files_are_written_by_the_script(tmp_path):
    names = ("phantom_L1_ct.nii.gz", "phantom_L1_mask.nii.gz")
    main([str(tmp_path / name) for name in names])
    for name in names:
        made, kept = read_image(tmp_path / name), read_image(FOLDER / name)
        np.testing.assert_array_equal(made.values, kept.values)
        np.testing.assert_allclose(made.affine, kept.affine)


def test_core_and_noise_have_their_values():
    image = read_image(FOLDER / "phantom_L1_ct.nii.gz")
    mask = read_labels(FOLDER / "phantom_L1_mask.nii.gz")
    at = image.indices(np.zeros((1, 3)))[0]
    core = image.values[tuple(slice(int(i) - 5, int(i) + 6) for i in at)]
    assert core.mean() == pytest.approx(CORE_MG_CM3 * HU_PER_MG_CM3, rel=0.03)
    assert core.std() == pytest.approx(NOISE_HU, rel=0.15)
    assert set(np.unique(mask.values)) == {0, LABEL}
    assert phantom(noise_HU=0)[1].values.sum() == mask.values.sum()
