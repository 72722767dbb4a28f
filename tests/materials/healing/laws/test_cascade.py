"""The cascade of tissues and its integrator."""

from dataclasses import replace
from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.sparse import csc_matrix

from vertebra.materials.healing.laws.cascade import PerfusionHistory, Rates, advance_tissue, perfusion_gate
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation
from vertebra.materials.table import value
from vertebra.materials.tissue import SHARES, TissueState, compartments

AT_ONCE = Inflammation(recruitment=0.0)
PATHS = (
    ("haematoma", "granulation"),
    ("granulation", "fibrous"),
    ("fibrous", "immature"),
    ("fibrous", "cartilage"),
    ("cartilage", "immature"),
    ("immature", "mature"),
    ("mature", "remodelled"),
    ("immature", "fibrous"),
    ("cartilage", "fibrous"),
    ("immature", "granulation"),
)
COMPARTMENTS = ("haematoma", "granulation", "fibrous", "cartilage", "immature", "mature", "remodelled")


def random_state(n, rng, day=0.0, gap=None):
    state = TissueState.fresh(rng.uniform(0.1, 1, n), gap)
    return state.healed_to(day, rng.dirichlet(np.full(6, 0.5), n).T, rng.uniform(0.2, 1, n))


def random_rates(n, rng):
    return Rates(*(1 / rng.uniform(2, 40, n) for _ in range(10)))


def compartments_of(state):
    """All seven compartments, shape (7, m)."""
    split = compartments(state.share("woven"), state.mineralisation)
    return np.concatenate([state.shares[:4], split, state.shares[5:]])


def naive_matrices(table, activation, gate):
    """Matrices A of dx/dt = A x, shape (m, 7, 7), path by path."""
    matrices = np.zeros((table.shape[1], 7, 7))
    for cell in range(table.shape[1]):
        for path, (source, target) in enumerate(PATHS):
            rate = table[path, cell]
            rate *= activation if path == 0 else gate[cell] if path in (2, 4) else 1
            for origin in {"immature": ("immature", "mature")}.get(source if path > 6 else "", (source,)):
                i, j = COMPARTMENTS.index(target), COMPARTMENTS.index(origin)
                matrices[cell, i, j] += rate
                matrices[cell, j, j] -= rate
    return matrices


def test_a_hundred_random_elements_agree_with_radau():
    rng, n, last = np.random.default_rng(7), 100, 60.0
    state, rates = random_state(n, rng, day=1.5), random_rates(n, rng)
    clock = Inflammation(windows=(DrugWindow("nsaid", 3, 12, 1.5),))
    history = PerfusionHistory(np.array([0, 10, 25, 50.0]), np.sort(rng.random((4, n)), axis=0))
    found = advance_tissue(state, last - state.day, rates, inflammation=clock, perfusion=history)

    rows = (np.arange(7 * n).reshape(n, 7, 1) + np.zeros((1, 1, 7), int)).ravel()
    columns = (np.arange(7 * n).reshape(n, 1, 7) + np.zeros((1, 7, 1), int)).ravel()

    table, none, full = rates.table(), np.zeros(n), np.ones(n)
    still = naive_matrices(table, 0.0, none)
    inflamed = naive_matrices(table, 1.0, none) - still
    gated = naive_matrices(table, 0.0, full) - still

    def matrix(t):
        part = np.array([np.interp(t, history.days, column) for column in history.values.T])
        activation = float(clock.speed(t) * clock.recruited(t))
        entries = still + activation * inflamed + perfusion_gate(part)[:, None, None] * gated
        return csc_matrix((entries.ravel(), (rows, columns)), shape=(7 * n, 7 * n))

    x = compartments_of(state).T.ravel()
    knots = [state.day, 3, 10, 12, 25, 50, last]
    for start, end in pairwise(knots):
        inside = 1e-9 * (end - start)  # the speed of inflammation jumps on a knot

        def now(t, start=start, end=end, inside=inside):
            return matrix(min(max(t, start + inside), end - inside))

        solved = solve_ivp(
            lambda t, x, now=now: now(t) @ x,
            (start, end),
            x,
            method="Radau",
            jac=lambda t, x, now=now: now(t),
            rtol=1e-7,
            atol=1e-9,
        )
        x = solved.y[:, -1]
    np.testing.assert_allclose(compartments_of(found).T.ravel(), x, rtol=0, atol=1e-6)


def test_without_gates_the_cascade_is_a_matrix_exponential():
    rng, n = np.random.default_rng(3), 40
    state, rates = random_state(n, rng), random_rates(n, rng)
    found = advance_tissue(state, 90.0, rates, inflammation=AT_ONCE)
    matrices = naive_matrices(rates.table(), 1.0, np.ones(n))
    expected = [expm(90 * matrix) @ x for matrix, x in zip(matrices, compartments_of(state).T, strict=True)]
    np.testing.assert_allclose(compartments_of(found).T, expected, rtol=0, atol=1e-6)


def test_error_falls_with_the_tolerance():
    rng, n = np.random.default_rng(4), 40
    state, rates = random_state(n, rng), random_rates(n, rng)
    best = compartments_of(advance_tissue(state, 90.0, rates, inflammation=AT_ONCE, tolerance=1e-12))
    errors = [
        np.abs(
            compartments_of(advance_tissue(state, 90.0, rates, inflammation=AT_ONCE, tolerance=tolerance))
            - best
        ).max()
        for tolerance in (1e-5, 1e-7, 1e-9)
    ]
    assert errors[0] < 1e-6
    assert errors[1] < 0.05 * errors[0]
    assert errors[2] < 0.05 * errors[1]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.lists(st.floats(0, 120), min_size=1, max_size=4))
def test_fractions_stay_in_range_and_sum_to_one_over_random_steps(seed, steps):
    rng = np.random.default_rng(seed)
    state = random_state(5, rng, gap=rng.uniform(0, 1, 5))
    history = PerfusionHistory(np.array([0, 30.0]), rng.random((2, 5)))
    clock = Inflammation(recruitment=rng.uniform(0, 3), windows=(DrugWindow("steroid", 1, 9, 2.0),))
    before = state
    for days in steps:
        rates = Rates(*(rng.choice([0.0, 1.0], 5) / rng.uniform(0.2, 90, 5) for _ in range(10)))
        state = advance_tissue(state, days, rates, inflammation=clock, perfusion=history)
        fractions = np.array(list(state.volume_fractions().values()))
        np.testing.assert_allclose(fractions.sum(axis=0), 1, atol=1e-12)
        assert np.all((fractions >= 0) & (fractions <= 1))
        assert np.all((state.mineralisation >= 0.2) & (state.mineralisation <= 1))
    assert state.day == pytest.approx(sum(steps))
    np.testing.assert_array_equal(state.territory, before.territory)
    np.testing.assert_array_equal(state.gap, before.gap)


def test_two_steps_are_one_within_the_tolerance():
    rng, n = np.random.default_rng(5), 60
    state, rates = random_state(n, rng), random_rates(n, rng)
    history = PerfusionHistory(np.array([0, 20, 40.0]), np.sort(rng.random((3, n)), axis=0))
    law = {"inflammation": Inflammation(), "perfusion": history}
    once = advance_tissue(state, 80.0, rates, **law)
    twice = advance_tissue(advance_tissue(state, 31.0, rates, **law), 49.0, rates, **law)
    np.testing.assert_allclose(compartments_of(twice), compartments_of(once), rtol=0, atol=1e-6)


def test_the_number_of_threads_changes_nothing():
    rng, n = np.random.default_rng(6), 5000
    state, rates = random_state(n, rng), random_rates(n, rng)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = advance_tissue(state, 4.0, rates, inflammation=AT_ONCE)
        numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))
        together = advance_tissue(state, 4.0, rates, inflammation=AT_ONCE)
    finally:
        numba.set_num_threads(before)
    np.testing.assert_array_equal(together.shares, alone.shares)


def test_only_elements_with_something_to_repair_are_integrated():
    state = TissueState.fresh([0.0, 0.0, 0.7], [0.0, 0.4, 0.0])
    rates = Rates(*[0.1] * 7)
    healed = advance_tissue(state, 50.0, rates, inflammation=AT_ONCE)
    np.testing.assert_array_equal(healed.share("haematoma")[0], 1)
    np.testing.assert_allclose(healed.share("haematoma")[1:], np.exp(-5.0), atol=1e-6)


def test_no_time_changes_nothing_and_the_given_state_stays():
    state = random_state(3, np.random.default_rng(8))
    shares = state.shares.copy()
    same = advance_tissue(state, 0, Rates(*[0.1] * 7), inflammation=AT_ONCE)
    np.testing.assert_array_equal(same.shares, shares)
    advance_tissue(state, 30, Rates(*[0.1] * 7), inflammation=AT_ONCE)
    np.testing.assert_array_equal(state.shares, shares)


def test_bone_forms_at_half_its_rate_at_the_stated_perfusion():
    half = value("cascade", "gate.half")
    np.testing.assert_allclose(perfusion_gate([0, half, 1]), [0, 0.5, 1])
    slope = (perfusion_gate(1e-6) - perfusion_gate(0)) / 1e-6
    assert slope < 1e-5
    fibrous = np.eye(6)[:, [SHARES.index("fibrous")]]
    state = replace(TissueState.fresh([1.0]), shares=fibrous)
    rates = Rates(0, 0, 0.1, 0, 0, 0, 0)
    for perfusion in (0.0, half, 0.8):
        history = PerfusionHistory(np.zeros(1), np.array([[perfusion]]))
        healed = advance_tissue(state, 12.0, rates, inflammation=AT_ONCE, perfusion=history)
        expected = np.exp(-0.1 * 12 * perfusion_gate(perfusion))
        np.testing.assert_allclose(healed.share("fibrous"), expected, atol=1e-6)


def test_no_bone_and_lasting_cartilage_without_vessels():
    history = PerfusionHistory(np.zeros(1), np.zeros((1, 1)))
    rates = Rates(0.2, 0.2, 0.1, 0.1, 0.2, 0.05, 0.01)
    healed = advance_tissue(TissueState.fresh([1.0]), 400.0, rates, inflammation=AT_ONCE, perfusion=history)
    assert healed.maturity[0] == 0
    assert healed.share("cartilage")[0] == pytest.approx(1, abs=1e-6)


def test_overload_and_disuse_take_bone_back():
    bone = TissueState.fresh([1.0]).healed_to(0, np.eye(6)[:, [SHARES.index("woven")]], np.array([0.6]))
    torn = advance_tissue(bone, 10.0, Rates(*[0.0] * 7, woven_to_fibrous=0.1), inflammation=AT_ONCE)
    lost = advance_tissue(bone, 10.0, Rates(*[0.0] * 7, woven_to_granulation=0.1), inflammation=AT_ONCE)
    for state, tissue in ((torn, "fibrous"), (lost, "granulation")):
        np.testing.assert_allclose(state.share("woven"), np.exp(-1), atol=1e-6)
        np.testing.assert_allclose(state.share(tissue), 1 - np.exp(-1), atol=1e-6)
        np.testing.assert_allclose(state.mineralisation, 0.6, atol=1e-6)


def test_history_is_linear_between_days_and_constant_outside():
    history = PerfusionHistory(np.array([2, 6.0]), np.array([[0.0, 0.2], [1.0, 0.4]]))
    for day, expected in ((0, [0, 0.2]), (3, [0.25, 0.25]), (6, [1, 0.4]), (99, [1, 0.4])):
        np.testing.assert_allclose(history.on_day(day), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("days", "values", "message"),
    [
        ([0, 0.0], np.ones((2, 1)), "expected at least one, increasing"),
        ([0.0], np.ones((2, 1)), "expected 1 rows"),
        ([0.0], np.full((1, 2), 1.1), "spans 1.1 to 1.1"),
        ([0.0], np.full((1, 2), np.nan), "expected 0 to 1"),
    ],
)
def test_histories_that_are_none_are_refused(days, values, message):
    with pytest.raises(ValueError, match=message):
        PerfusionHistory(np.array(days), values)


def test_rates_and_days_that_are_none_are_refused():
    state, rates = TissueState.fresh([1.0, 1.0]), Rates(*[0.1] * 7)
    with pytest.raises(ValueError, match=r"granulation_to_fibrous spans -0\.1"):
        Rates(0.1, -0.1, *[0.1] * 5).table()
    with pytest.raises(ValueError, match="days must increase"):
        advance_tissue(state, -1.0, rates, inflammation=AT_ONCE)
    history = PerfusionHistory(np.zeros(1), np.ones((1, 3)))
    with pytest.raises(ValueError, match="perfusion are given for 3 elements, expected 2"):
        advance_tissue(state, 1.0, rates, inflammation=AT_ONCE, perfusion=history)
