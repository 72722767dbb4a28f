"""Principal values and directions of single tensors."""

import numpy as np
import pytest

from vertebra.fem.plasticity.principal import diagonalise

KINDS = {
    "apart": lambda rng: rng.normal(size=3),
    "two close": lambda rng: np.array([1.0, 1.0 + 10.0 ** rng.uniform(-16, -2), rng.normal()]),
    "all close": lambda rng: 1.0 + 10.0 ** rng.uniform(-15, -2) * rng.normal(size=3),
    "one alone": lambda rng: np.array([0.0, 0.0, rng.normal()]),
}


@pytest.mark.parametrize("turn", [1.0, 1e-3, 1e-9, 1e-17])
@pytest.mark.parametrize("kind", KINDS)
def test_values_and_directions_are_right_to_rounding(kind, turn):
    rng = np.random.default_rng(5)
    for _ in range(200):
        axes, _ = np.linalg.qr(np.eye(3) + turn * rng.normal(size=(3, 3)))
        size = 10.0 ** rng.uniform(-9, 3)
        tensor = size * (axes * KINDS[kind](rng)) @ axes.T
        tensor = 0.5 * (tensor + tensor.T)
        values, vectors = tensor.copy(), np.empty((3, 3))
        diagonalise(values, vectors)
        rounding = 1e-14 * np.abs(tensor).max()
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-14)
        np.testing.assert_allclose(vectors @ np.diag(np.diag(values)) @ vectors.T, tensor, atol=rounding)
        np.testing.assert_allclose(np.sort(np.diag(values)), np.linalg.eigvalsh(tensor), atol=rounding)


@pytest.mark.parametrize("value", [0.0, -2.0])
def test_a_tensor_that_is_diagonal_keeps_its_axes(value):
    values, vectors = value * np.eye(3), np.empty((3, 3))
    diagonalise(values, vectors)
    assert np.array_equal(vectors, np.eye(3))
    assert np.array_equal(np.diag(values), 3 * [value])
