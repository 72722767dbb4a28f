import numpy as np
import pytest

from vertebra.fem.series.residuals import measure_residuals


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
    square, size = measure_residuals((x * weight).reshape(p, -1), weight, lambda r: inverse * r, w)
    r = np.tensordot(w, x, 1)
    np.testing.assert_allclose(square, np.einsum("tri,ri,tri->t", r, inverse, r), rtol=1e-3)
    np.testing.assert_allclose(size, np.sqrt((r**2).sum(axis=(1, 2))), rtol=1e-3)
