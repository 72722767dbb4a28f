import numpy as np
import pytest

from vertebra.fem.series.affine import ModuliSpan, find_span

N_CELLS = 40


def items(n_times, n_fields, seed=0):
    """Lamé's constants that combine a base and fields on the first half of the cells."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(1, 2, (2, N_CELLS))
    fields = np.zeros((n_fields, 2, N_CELLS))
    fields[:, :, : N_CELLS // 2] = rng.uniform(0, 1, (n_fields, 2, N_CELLS // 2))
    weights = rng.uniform(0, 1, (n_times, n_fields)) * 10 ** rng.uniform(-2, 4, (n_times, 1))
    weights[0] = 0
    return [(lam, mu) for lam, mu in base + np.tensordot(weights, fields, 1)]


@pytest.mark.parametrize("n_fields", [1, 3])
def test_few_fields_are_found(n_fields):
    history = items(30, n_fields)
    found = find_span(history, 1e-9, 5)
    assert found is not None
    assert len(found.span) == n_fields
    np.testing.assert_array_equal(found.span.cells, np.arange(N_CELLS // 2))
    for (lam, mu), theta, misfit in zip(history, found.coordinates, found.misfits, strict=True):
        own_lam, own_mu = found.span.moduli(theta)
        np.testing.assert_allclose(own_mu, mu, rtol=1e-9)
        np.testing.assert_allclose(own_lam + 2 / 3 * own_mu, lam + 2 / 3 * mu, rtol=1e-9)
        assert misfit <= 1e-9


def test_misfit_is_the_largest_relative_difference():
    history = items(12, 2)
    found = find_span(history, 1e-9, 5)
    rng = np.random.default_rng(1)
    lam, mu = (values * rng.uniform(0.9, 1.1, N_CELLS) for values in history[7])
    theta, misfit = found.span.locate(lam, mu)
    own_lam, own_mu = found.span.moduli(theta)
    bulk, own_bulk = lam + 2 / 3 * mu, own_lam + 2 / 3 * own_mu
    assert misfit == pytest.approx(max(abs(own_mu / mu - 1).max(), abs(own_bulk / bulk - 1).max()))


def test_extremes_are_those_of_the_moduli():
    history = items(12, 2)
    found = find_span(history, 1e-9, 5)
    (lam, mu), (lam_s, mu_s) = history[3], history[8]
    ratios = np.array([mu / mu_s, (lam + 2 / 3 * mu) / (lam_s + 2 / 3 * mu_s)])
    low, high = found.span.extremes(found.coordinates[3], found.coordinates[8])
    assert low == pytest.approx(ratios.min(), rel=1e-9)
    assert high == pytest.approx(ratios.max(), rel=1e-9)


def test_shear_of_a_sample_and_level_are_those_of_the_moduli():
    found = find_span(items(12, 2), 1e-9, 5)
    sample = np.arange(0, N_CELLS, 3)
    for theta in found.coordinates:
        lam, mu = found.span.moduli(theta)
        np.testing.assert_allclose(found.span.shear(theta, sample), mu[sample], rtol=1e-12)
        moduli = np.concatenate([mu, lam + 2 / 3 * mu])
        level = found.span.level(theta)
        assert np.log(moduli.min()) <= level <= np.log(moduli.max())
    stiffer = found.span.level(2 * found.coordinates[5]) - found.span.level(found.coordinates[5])
    assert 0 < stiffer < np.log(2)


def test_cells_that_change_later_join():
    lam, mu = np.ones((2, 4))
    span = ModuliSpan(lam, mu)
    first, second = np.array([1.0, 3, 1, 1]), np.array([2.0, 1, 1, 5])
    span.extend(lam, first)
    theta = span.extend(lam, second)
    np.testing.assert_array_equal(span.cells, [0, 1, 3])
    np.testing.assert_allclose(span.moduli(theta)[1], second)
    np.testing.assert_allclose(span.moduli(span.locate(lam, first)[0])[1], first)


def test_many_fields_are_given_up():
    taken = []
    history = items(30, 9)
    assert find_span((taken.append(item) or item for item in history), 1e-9, 4) is None
    assert len(taken) == 6  # base, four fields, and the one that is too many
