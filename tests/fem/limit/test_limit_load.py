"""The bracket of the limit load: certificates, coarse cases, splits and warm starts."""

import naive_limit as naive
import numpy as np
import pytest
from scipy.sparse.linalg import splu

from vertebra.fem.limit import least_power
from vertebra.fem.limit.axial_strength import AxialStrength
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.limit.least_power import GAP
from vertebra.fem.limit.limit_load import limit_load, upper_bound
from vertebra.meshes.shapes import box

SIZE = (4.0, 3.0, 6.0)
AREA = SIZE[0] * SIZE[1]


def block(divisions=(4, 3, 6), order=1):
    points, cells = box(SIZE, divisions, order)
    ends = [np.flatnonzero(points[:, 2] == z) for z in (0.0, SIZE[2])]
    return LimitBody.of(points, cells, *ends), points[cells[:, :4]].mean(axis=1)


def strengths(compression, body, tension=0.9, shear=np.inf):
    compression = np.broadcast_to(np.asarray(compression, float), len(body.cells))
    return AxialStrength.of(compression, tension * compression, shear * compression)


@pytest.fixture(scope="module")
def random_state():
    """Strengths without order, cut in shear."""
    body, _ = block((3, 2, 4))
    compression = np.random.default_rng(7).uniform(1, 3, len(body.cells))
    return body, compression, strengths(compression, body, shear=0.5)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("shear", [0.5, 0.7, np.inf])
def test_an_even_block_bears_its_compressive_strength(order, shear):
    body, _ = block((2, 2, 3), order)
    found = limit_load(body, strengths(2.0, body, shear=shear))
    assert 2 * AREA * (1 - GAP) <= found.low <= 2 * AREA * (1 + 1e-9)
    assert 2 * AREA * (1 - 1e-9) <= found.high <= 2 * AREA * (1 + GAP)


def test_the_lower_end_is_certified_by_its_flux(random_state):
    body, compression, strength = random_state
    below = limit_load(body, strength).below
    lower, upper = (np.flatnonzero(body.at_nodes == value) for value in (0.0, 1.0))
    expected = naive.flux_bound(body.points, body.cells, below.flux, lower, upper)
    assert below.force == pytest.approx(expected, rel=1e-12)
    assert np.all(np.hypot(below.flux[:, 0], below.flux[:, 1]) <= compression / 2 + 1e-12)
    axial = below.flux[:, 2]
    assert np.all((axial <= compression + 1e-12) & (axial >= -0.9 * compression - 1e-12))


def test_flux_within_strength_never_does_more_work_than_is_dissipated(random_state):
    """Fenchel's inequality cell by cell, which the certificate rests on."""
    body, _, strength = random_state
    flux = limit_load(body, strength).below.flux
    z = np.tile([0.0, 0.0, 1.0], (len(flux), 1))
    rng = np.random.default_rng(3)
    for _ in range(50):
        gradient = rng.normal(size=flux.shape)
        work = np.einsum("ci,ci->c", flux, gradient)
        assert np.all(work <= strength.dissipation(gradient, z) + 1e-10)


def test_velocities_at_nodes_cost_their_power_by_principal_rates(random_state):
    body, compression, strength = random_state
    found = upper_bound(body, strength)
    power = naive.power(
        body.points, body.cells, found.velocity[body.nodes], compression, 0.9 * compression, compression / 2
    )
    assert found.force <= power * (1 + 1e-12)
    free = np.isnan(body.at_nodes)
    rng = np.random.default_rng(8)
    for size in (0.3, 0.03):
        for _ in range(5):
            other = found.velocity[body.nodes] + size * free * rng.normal(size=free.size)
            assert naive.power(
                body.points, body.cells, other, compression, 0.9 * compression, compression / 2
            ) > power * (1 - GAP)


def test_the_bracket_narrows_with_splits_and_never_crosses(random_state):
    body, _, strength = random_state
    heights = [upper_bound(body, strength, splits=n).force for n in (0, 1, 2)]
    found = limit_load(body, strength)
    assert heights[0] > heights[1] > heights[2] > found.low


def test_the_surface_lies_in_the_weak_layer_and_spans_the_section():
    body, middle = block()
    weak = np.abs(middle[:, 2] - 2.5) < 0.5
    found = limit_load(body, strengths(np.where(weak, 1.0, 3.0), body))
    assert found.low * (1 - 1e-9) <= AREA <= found.high * (1 + 1e-9)
    assert found.width < 0.01
    assert found.above.area[~weak].sum() < 0.01 * AREA
    assert found.above.area.sum() == pytest.approx(AREA, rel=0.01)


def test_an_earlier_state_is_a_start_and_changes_no_bound_beyond_the_gap(random_state):
    body, compression, strength = random_state
    rng = np.random.default_rng(9)
    other = strengths(compression * rng.uniform(0.95, 1.05, len(compression)), body, shear=0.5)
    cold, warm = limit_load(body, other), limit_load(body, other, start=limit_load(body, strength))
    assert warm.low == pytest.approx(cold.low, rel=2 * GAP)
    assert warm.high == pytest.approx(cold.high, rel=5 * GAP)
    assert warm.low < warm.high


@pytest.mark.parametrize("contrast", [1.0, 1e4])
def test_systems_that_are_iterated_bear_the_same_as_factorised_ones(contrast, monkeypatch):
    body, centres = block((6, 5, 8))
    grown = np.random.default_rng(5).uniform(1, 3, len(body.cells))
    strength = strengths(np.where(centres[:, 0] < 2.0, contrast, 1.0) * grown, body, shear=0.5)
    found = limit_load(body, strength, splits=0)
    monkeypatch.setattr(least_power, "iterated", factorised)
    exact = limit_load(body, strength, splits=0)
    assert found.low == pytest.approx(exact.low, rel=GAP)
    assert found.high == pytest.approx(exact.high, rel=GAP)


def factorised(matrix, coarse):
    solve = splu(matrix.tocsc()).solve
    return lambda load, start: solve(load)


def test_strengths_times_a_factor_give_loads_times_the_factor(random_state):
    body, _, strength = random_state
    once = limit_load(body, strength)
    twice = limit_load(body, strength.moving(*np.full((2, len(body.cells)), 2.0)))
    assert twice.low == pytest.approx(2 * once.low, rel=1e-9)
    assert twice.high == pytest.approx(2 * once.high, rel=1e-9)


def test_ends_that_hold_no_face_are_refused():
    points, cells = box(SIZE, (1, 1, 2))
    ends = [np.flatnonzero(points[:, 2] == z) for z in (0.0, SIZE[2])]
    with pytest.raises(ValueError, match="0 upper faces"):
        LimitBody.of(points, cells, ends[0], ends[1][:2])
    with pytest.raises(ValueError, match="4 nodes in both"):
        LimitBody.of(points, cells, ends[0], np.concatenate(ends))
