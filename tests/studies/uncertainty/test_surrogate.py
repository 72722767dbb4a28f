"""The polynomial through samples: what it reproduces, what error it states, and indices that are known."""

import numpy as np
import pytest

from vertebra.studies.sweep.design import unit_samples
from vertebra.studies.sweep.keys import Method
from vertebra.studies.uncertainty.surrogate import Surrogate


def places(samples, dimensions, seed=0):
    return unit_samples(Method(kind="latin_hypercube", samples=samples, seed=seed), dimensions)


def test_a_polynomial_of_its_terms_is_reproduced_with_hardly_an_error():
    x = places(200, 4)
    y = np.stack([2 + x[:, 0] ** 3 - x[:, 1] + 3 * x[:, 2] * x[:, 3], 5 * x[:, 0]], axis=1)
    fitted = Surrogate.fit(x, y)
    other = np.random.default_rng(1).uniform(size=(50, 4))
    expected = np.stack(
        [2 + other[:, 0] ** 3 - other[:, 1] + 3 * other[:, 2] * other[:, 3], 5 * other[:, 0]], axis=1
    )
    assert fitted(other) == pytest.approx(expected, abs=1e-3)
    assert (fitted.error < 1e-5).all()


def test_the_error_it_states_is_that_at_samples_it_has_not_seen():
    rough = np.random.default_rng(2)

    def noisy(x):
        return (x[:, 0] + 0.3 * rough.standard_normal(len(x)))[:, None]

    x, new = places(400, 3), places(4000, 3, seed=9)
    values = noisy(x)
    fitted = Surrogate.fit(x, values)
    seen = ((fitted(new) - noisy(new)) ** 2).mean() / values.var()
    assert fitted.error[0] == pytest.approx(seen, rel=0.15)


def test_indices_of_a_sum_and_a_product_are_those_of_their_formula():
    """y = a x0 + b x1 + c (x0 - 1/2)(x1 - 1/2), x uniform: variances a^2/12, b^2/12, c^2/144."""
    a, b, c = 2.0, 1.0, 6.0
    x = places(300, 3)
    y = a * x[:, 0] + b * x[:, 1] + c * (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    first, total = Surrogate.fit(x, y[:, None]).indices(3)
    parts = np.array([a**2 / 12, b**2 / 12, 0.0])
    both = c**2 / 144
    assert first[0] == pytest.approx(parts / (parts.sum() + both), abs=0.03)
    assert total[0] == pytest.approx((parts + both * np.array([1, 1, 0])) / (parts.sum() + both), abs=0.03)


def test_few_samples_of_many_inputs_are_fitted_by_fewer_terms():
    fitted = Surrogate.fit(places(32, 20), places(32, 20)[:, :1])
    assert len(fitted.terms) <= 32
