"""Dissipation of axial velocities against the corners of the yield set."""

import naive_limit as naive
import numpy as np
import pytest

from vertebra.fem.limit.axial_strength import AxialStrength, even_out

Z = np.array([[0.0, 0.0, 1.0]])


@pytest.mark.parametrize(
    ("compression", "tension", "shear"),
    [(2.0, 1.8, np.inf), (2.0, 1.8, 1.0), (2.0, 1.8, 1.4), (40.0, 20.0, 20.0), (1.0, 3.0, 1.5)],
)
def test_dissipation_is_the_support_function_of_the_yield_set(compression, tension, shear):
    corners = naive.vertices(compression, tension, shear)
    strength = AxialStrength.of(np.array([compression]), np.array([tension]), shear)
    for gradient in np.random.default_rng(1).normal(size=(200, 3)):
        expected = naive.dissipation(gradient, corners)
        assert strength.dissipation(gradient[None], Z)[0] == pytest.approx(expected, rel=1e-12)


def test_no_stress_within_the_strength_does_more_work():
    """Random rotations of random points of the yield set, not aligned with the strain rate."""
    compression, tension, shear = 2.0, 1.8, 1.0
    corners = naive.vertices(compression, tension, shear)
    strength = AxialStrength.of(np.array([compression]), np.array([tension]), shear)
    rng = np.random.default_rng(2)
    for _ in range(300):
        gradient = rng.normal(size=3)
        rate = -(np.outer(gradient, Z[0]) + np.outer(Z[0], gradient)) / 2
        turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        stress = (turn * (rng.dirichlet(np.full(len(corners), 0.1)) @ corners)) @ turn.T
        assert np.vdot(stress, rate) <= strength.dissipation(gradient[None], Z)[0] + 1e-12


def test_surfaces_across_cost_the_compressive_and_along_the_shear_strength():
    strength = AxialStrength.of(np.array([2.0]), np.array([1.8]), 1.1)
    for normal, cost in (([0, 0, 1], 2.0), ([0, 0, -1], 1.8), ([1, 0, 0], 1.1), ([0, -1, 0], 1.1)):
        assert strength.dissipation(np.array([normal], float), Z)[0] == pytest.approx(cost)


def test_a_shear_strength_that_would_lower_the_uniaxial_ones_is_refused():
    with pytest.raises(ValueError, match=r"cell 1 has the shear strength 0\.8 MPa, expected at least half"):
        AxialStrength.of(np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([0.8, 0.8]))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_a_strength_that_is_not_positive_and_finite_is_refused(bad):
    with pytest.raises(ValueError, match="cell 1 has the strengths"):
        AxialStrength.of(np.array([1.0, bad]), np.array([1.0, 1.0]))


def test_groups_share_their_mean_by_volume():
    values, volume = np.array([1.0, 3.0, 5.0, 7.0]), np.array([1.0, 3.0, 1.0, 2.0])
    out = even_out(values, np.array([0, 0, -1, 1]), volume)
    np.testing.assert_allclose(out, [2.5, 2.5, 5.0, 7.0])
