import numpy as np
import pytest

from vertebra.fem.series.residuals import Sketch, measure_residuals


@pytest.mark.parametrize("scale", [1.0, 1e-6])
def test_sizes_are_those_of_the_residuals(scale):
    """Residuals that are small against their terms: x_i cancel but for `scale`."""
    rng = np.random.default_rng(0)
    n_rows, p, n_times = 400, 12, 50
    smooth = rng.uniform(-1, 1, (4, n_rows, 3))
    common = rng.uniform(-1, 1, (n_rows, 3))
    mixing = rng.uniform(-1, 1, (p, 4))
    x = common + scale * np.tensordot(mixing, smooth, 1)
    weight = rng.uniform(0.5, 2, (n_rows, 3))
    inverse = rng.uniform(0.5, 2, (n_rows, 3)) * weight**2
    w = rng.uniform(-1, 1, (n_times, p))
    w -= w.mean(axis=1, keepdims=True)  # `common` cancels
    sketches = Sketch.of(weight, p)(x)
    square, size = measure_residuals(sketches, lambda v: np.tensordot(v, x, 1), lambda r: inverse * r, w)
    r = np.tensordot(w, x, 1)
    np.testing.assert_allclose(square, np.einsum("tri,ri,tri->t", r, inverse, r), rtol=1e-3)
    np.testing.assert_allclose(size, np.sqrt((r**2).sum(axis=(1, 2))), rtol=1e-3)


def test_sketch_adds_each_weighted_entry_once_and_about_keeps_norms():
    rng = np.random.default_rng(1)
    p, n_rows = 10, 300
    weight = rng.uniform(0.5, 2, (n_rows, 3))
    fields = rng.uniform(-1, 1, (p, n_rows, 3))
    sketch = Sketch.of(weight, p)
    expected = np.zeros((sketch.count, p))
    for row in range(n_rows):
        for a in range(3):
            place = sketch.place[row, a]
            expected[abs(place) - 1] += np.sign(place) * weight[row, a] * fields[:, row, a]
    sums = sketch(fields)
    np.testing.assert_allclose(sums, expected, atol=1e-12)
    mixed = rng.uniform(-1, 1, (100, p))
    ratio = np.linalg.norm(mixed @ sums.T, axis=1)
    ratio /= np.linalg.norm(np.tensordot(mixed, fields * weight, 1).reshape(100, -1), axis=1)
    assert 0.5 < ratio.min() < ratio.max() < 2

    rows = np.arange(50, 120)
    part = np.zeros_like(fields)
    part[:, rows] = fields[:, rows]
    np.testing.assert_allclose(sketch.on(rows)(fields[:, rows]), sketch(part), atol=1e-12)
