"""Density of remodelled bone under load."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from vertebra.materials.healing.processes.remodelling import (
    diluted_density,
    equivalent_energy,
    osteoblast_rate,
    osteoclast_rate,
    remodel,
    stimulus,
)
from vertebra.materials.table import value

K, S, B = (value("remodelling", name) for name in ("reference_stimulus", "lazy_zone", "rate"))
LEAST, MOST = value("remodelling", "density.least"), value("remodelling", "density.most")
HOST = np.array([0.17])


def at(times_k, density=1.0):
    """Energy density that gives bone of this density `times_k` the reference stimulus."""
    return times_k * K * density * HOST


def test_units_standing_on_osteopenic_bone_gives_the_reference_stimulus():
    """0.6 MPa on bone of QCT 0.10 g/cm3, apparent 0.167: E = 2980 rho^1.05 = 266 MPa."""
    stress, young = 0.6, 2980 * 0.10**1.05
    assert stimulus(stress**2 / (2 * young), 0.10 / 0.6) == pytest.approx(K, rel=0.05)


def test_osteoblasts_and_osteoclasts_stop_at_the_lazy_zone():
    felt = K * np.array([0.0, 1 - S - 0.1, 1 - S, 1, 1 + S, 1 + S + 0.1])
    np.testing.assert_allclose(osteoblast_rate(felt), B * K * np.array([0, 0, 0, 0, 0, 0.1]), atol=1e-18)
    np.testing.assert_allclose(osteoclast_rate(felt), B * K * np.array([1 - S, 0.1, 0, 0, 0, 0]), atol=1e-18)


@pytest.mark.parametrize("times_k", [0.0, 0.2, 0.6, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("density", [0.7, 1.0, 1.2])
def test_agrees_with_an_integrator_of_the_two_rates(times_k, density):
    energy = at(times_k)

    def rate(_, rho):
        felt = stimulus(energy, rho)
        return osteoblast_rate(felt) - osteoclast_rate(felt)

    expected = solve_ivp(rate, (0, 300), density * HOST, method="Radau", rtol=1e-9, atol=1e-12).y[:, -1]
    found = remodel(np.array([density]), energy, HOST, 300.0)
    np.testing.assert_allclose(found.density * HOST, np.clip(expected, LEAST * HOST, MOST * HOST), atol=1e-8)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 50), st.floats(LEAST, MOST), st.floats(0, 1e4), st.floats(0, 1e4))
def test_two_stretches_are_one_and_stay_within_limits(times_k, density, first, second):
    start, energy = np.array([density]), at(times_k)
    once = remodel(start, energy, HOST, first + second).density
    twice = remodel(remodel(start, energy, HOST, first).density, energy, HOST, second).density
    np.testing.assert_allclose(twice, once, atol=1e-9)
    assert LEAST - 1e-12 <= once[0] <= MOST + 1e-12


@pytest.mark.parametrize("times_k", [1 - S, 1, 1 + S])
def test_nothing_happens_in_the_lazy_zone(times_k):
    found = remodel(np.ones(1), at(times_k), HOST, 1000.0)
    np.testing.assert_allclose(found.density, 1, atol=1e-12)


def test_long_load_ends_at_the_edge_of_the_lazy_zone():
    for times_k, edge in ((0.7, 1 - S), (1.4, 1 + S)):
        found = remodel(np.ones(1), at(times_k), HOST, 1e6).density
        assert found == pytest.approx(times_k / edge)


def test_more_load_gives_more_bone():
    n = 200
    energy = np.linspace(0, 4, n) * K * HOST
    found = remodel(np.ones(n), energy, np.full(n, HOST[0]), 365.0).density
    assert np.all(np.diff(found) >= -1e-12)
    assert found[0] < 1 < found[-1]


def test_bone_without_load_is_lost_as_in_spaceflight():
    osteopenic = np.array([0.167])
    loss = 1 - remodel(np.ones(1), np.zeros(1), osteopenic, 215.0).density
    assert loss == pytest.approx(0.098, rel=0.05)


def test_the_intact_vertebra_under_its_usual_load_keeps_its_density():
    rng = np.random.default_rng(4)
    host, reference = rng.uniform(0.05, 0.3, 50), rng.lognormal(-7, 0.5, 50)
    found = remodel(np.ones(50), equivalent_energy(reference, host, reference), host, 1000.0)
    np.testing.assert_array_equal(found.density, 1)
    idle = remodel(np.ones(50), equivalent_energy(0.3 * reference, host, reference), host, 100.0)
    assert np.all(idle.resorbed > 0)
    assert np.all(idle.formed == 0)


def test_a_reference_without_load_is_refused():
    with pytest.raises(ValueError, match="reference energy density is 0"):
        equivalent_energy(np.ones(3), np.ones(3), np.zeros(3))


def test_fresh_bone_dilutes_and_lost_bone_does_not():
    old, density = np.array([0.2, 0.0, 0.4, 0.0]), np.array([1.2, 0.9, 0.8, 0.7])
    found = diluted_density(old, density, np.array([0.5, 0.3, 0.1, 0.0]), 1.0)
    np.testing.assert_allclose(found, [(0.2 * 1.2 + 0.3 * 1.0) / 0.5, 1.0, 0.8, 0.7])


def test_days_may_not_decrease():
    with pytest.raises(ValueError, match="expected at least 0"):
        remodel(np.ones(1), np.ones(1), HOST, -1.0)
