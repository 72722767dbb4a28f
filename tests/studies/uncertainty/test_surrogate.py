"""Sparse polynomials through samples: what they reproduce, what error they state, and indices that are known."""

import numpy as np
import pytest
from scipy.special import ndtri

from vertebra.studies.sweep.design import unit_samples
from vertebra.studies.sweep.keys import Method
from vertebra.studies.uncertainty.indices import Borne
from vertebra.studies.uncertainty.inputs import Uncertain
from vertebra.studies.uncertainty.orthonormal import Orthonormal
from vertebra.studies.uncertainty.surrogate import Surrogate, choose_terms, missed


def places(samples, dimensions, seed=0):
    return unit_samples(Method(kind="latin_hypercube", samples=samples, seed=seed), dimensions)


def indices_of(places, values, d):
    return Borne.fit(places, np.exp(values), [(0,)]).indices(d)


@pytest.mark.parametrize(
    "variable",
    [lambda u: u, ndtri, Uncertain("x", "-", 1.0, 2.0, 8.0).variable],
    ids=["uniform", "normal", "triangle"],
)
def test_polynomials_are_orthonormal_in_their_distribution(variable):
    u = (np.arange(400000) + 0.5) / 400000
    found = Orthonormal.of(variable, 3)(u)
    assert found.T @ found / len(u) == pytest.approx(np.eye(4), abs=0.02)
    assert (found[-1] > 0).all()


def test_polynomials_of_a_uniform_input_are_those_of_legendre():
    u = np.linspace(0, 1, 7)
    x = 2 * u - 1
    expected = np.stack(
        [x**0, 3**0.5 * x, 5**0.5 * (3 * x**2 - 1) / 2, 7**0.5 * (5 * x**3 - 3 * x) / 2], axis=1
    )
    assert Orthonormal.of(lambda u: u, 3)(u) == pytest.approx(expected)


def test_a_polynomial_of_its_terms_is_reproduced_with_hardly_an_error():
    x = places(200, 4)
    y = np.stack([2 + x[:, 0] ** 3 - x[:, 1] + 3 * x[:, 2] * x[:, 3], 5 * x[:, 0]], axis=1)
    fitted = Surrogate.fit(x, y)
    other = np.random.default_rng(1).uniform(size=(50, 4))
    expected = np.stack(
        [2 + other[:, 0] ** 3 - other[:, 1] + 3 * other[:, 2] * other[:, 3], 5 * other[:, 0]], axis=1
    )
    assert fitted(other) == pytest.approx(expected, abs=1e-9)
    assert (fitted.error < 1e-18).all()


def test_terms_are_those_that_matter_in_the_order_of_what_they_explain():
    rough = np.random.default_rng(3)
    candidates = np.column_stack([np.ones(300), rough.standard_normal((300, 40))])
    values = 1.0 + 2.0 * candidates[:, 7] + 5.0 * candidates[:, 30] + 0.01 * rough.standard_normal(300)
    assert choose_terms(candidates, values)[:3] == [0, 30, 7]
    assert len(choose_terms(candidates, values)) < 30


def test_the_error_it_states_is_that_at_samples_it_has_not_seen():
    """Also where twenty inputs that do nothing tempt it to take up terms of noise; on the mean of six designs."""
    stated, seen, known = [], [], []
    for seed in range(6):
        rough = np.random.default_rng(seed)

        def noisy(x, rough=rough):
            return (x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * rough.standard_normal(len(x)))[:, None]

        x, new = places(256, 23, seed), places(4000, 23, seed=90 + seed)
        values, others = noisy(x), noisy(new)
        fitted = Surrogate.fit(x, values)
        stated.append(fitted.error[0])
        seen.append(missed(fitted(new), others)[0])
        known.append(missed(fitted(x), values)[0])
    assert np.mean(stated) == pytest.approx(np.mean(seen), rel=0.1)
    assert np.mean(known) < np.mean(seen)  # samples of the fit would say too little


def test_an_input_is_followed_in_its_own_variable():
    """A triangle in the logarithm: the output is linear in that, and needs one term."""
    wide = Uncertain("x", "-", 1.0, 3.0, 20.0)
    x = places(60, 3)
    y = 2 + 5 * np.log(wide.quantiles(x[:, 1]))
    fitted = Surrogate.fit(x, y[:, None], [ndtri, wide.variable, lambda u: u])
    assert fitted.terms == ((), ((1, 1),))
    assert fitted.error[0] < 1e-18


def test_indices_of_a_sum_and_a_product_are_those_of_their_formula():
    """log y = a x0 + b x1 + c (x0 - 1/2)(x1 - 1/2), x uniform and small: variances a^2/12, b^2/12, c^2/144."""
    a, b, c = 2e-3, 1e-3, 6e-3
    x = places(300, 3)
    y = a * x[:, 0] + b * x[:, 1] + c * (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    first, total = indices_of(x, y[:, None], 3)
    parts = np.array([a**2 / 12, b**2 / 12, 0.0])
    both = c**2 / 144
    assert first[0] == pytest.approx(parts / (parts.sum() + both), abs=0.03)
    assert total[0] == pytest.approx((parts + both * np.array([1, 1, 0])) / (parts.sum() + both), abs=0.03)


def test_the_least_of_two_loads_is_followed_over_its_kink():
    """A single polynomial misses the kink."""
    x = places(256, 4)
    loads = np.exp(np.stack([x[:, 0] + 0.1 * x[:, 2], 1 - x[:, 1] + 0.1 * x[:, 3]], axis=1))
    least = loads.min(axis=1)
    pieces = Borne.fit(x, loads, [(0, 1)])
    assert pieces.error[0] < 1e-12
    assert pieces(x)[:, 0] == pytest.approx(least)
    assert Borne.fit(x, least[:, None], [(0,)]).error[0] > 1e-3


def test_few_samples_of_many_inputs_are_fitted_by_fewer_terms():
    fitted = Surrogate.fit(places(32, 20), places(32, 20)[:, :1])
    assert len(fitted.terms) <= 32 // 3
