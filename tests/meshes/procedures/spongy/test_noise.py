import numpy as np
import pytest

from vertebra.meshes.procedures.spongy.noise import smooth_noise


def test_noise_has_mean_0_and_deviation_1_and_fades_over_its_length():
    points = np.random.default_rng(0).uniform(0, 400, (20000, 3))
    length = 5.0
    field = np.array([smooth_noise(points[:200], length, seed) for seed in range(300)])
    assert field.mean() == pytest.approx(0.0, abs=0.05)
    assert field.std() == pytest.approx(1.0, abs=0.05)
    for step in (2.0, 5.0, 10.0):
        other = np.array(
            [smooth_noise(points[:200] + np.array([step, 0, 0]), length, seed) for seed in range(300)]
        )
        assert (field * other).mean() == pytest.approx(np.exp(-0.5 * (step / length) ** 2), abs=0.05)


def test_noise_follows_its_seed_alone():
    points = np.random.default_rng(1).normal(size=(4, 5, 3))
    assert np.array_equal(smooth_noise(points, 3.0, 7), smooth_noise(points, 3.0, 7))
    assert not np.allclose(smooth_noise(points, 3.0, 7), smooth_noise(points, 3.0, 8))
    assert smooth_noise(points, 3.0, 7)[2, 3] == pytest.approx(smooth_noise(points[2, 3], 3.0, 7))
