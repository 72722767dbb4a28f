"""Mineral that is formed and resorbed."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.processes.turnover import turn_over
from vertebra.materials.table import value
from vertebra.materials.tissue import SHARES, TissueState

HOST = 0.17  # g/cm3
Q = value("mixture", "remodelled_density_per_host")


def state(day, woven, remodelled, mineralisation=0.8):
    shares = np.zeros((len(SHARES), len(woven)))
    shares[SHARES.index("woven")], shares[SHARES.index("remodelled")] = woven, remodelled
    shares[SHARES.index("fibrous")] = 1 - np.add(woven, remodelled)
    fresh = TissueState.fresh(np.full(len(woven), 0.8), np.zeros(len(woven)))
    return fresh.healed_to(day, shares, np.full(len(woven), mineralisation))


def stepped(before, after, energy=1.0, scaffold=1.0):
    """The step with mass 1 mg in every element; `energy` over that at which bone is at rest."""
    n = len(before.territory)
    usual = np.full(n, 1e-3)
    host = np.full(n, HOST)
    return turn_over(before, after, energy * usual, np.ones(n), host, scaffold, usual)


def test_mineral_is_balanced_whatever_forms_and_goes():
    rng = np.random.default_rng(5)
    n = 300
    before = state(30.0, rng.uniform(0, 0.5, n), rng.uniform(0, 0.5, n))
    before = replace(before, remodelled_density=rng.uniform(0.6, 1.3, n))
    after = replace(
        state(120.0, rng.uniform(0, 0.5, n), rng.uniform(0, 0.5, n)),
        remodelled_density=before.remodelled_density,
    )
    mass, usual = rng.uniform(0.1, 2, n), np.full(n, 1e-3)
    energy, host = rng.uniform(0, 3, n) * usual, rng.uniform(0.05, 0.3, n)
    found, balance = turn_over(before, after, energy, mass, host, rng.uniform(0, 1.5, n), usual)
    parts = (
        balance.callus,
        balance.lamellar,
        balance.turned_over,
        balance.torn,
        balance.gained,
        balance.lost,
    )
    assert min(parts) > 0
    assert balance.after - balance.before == pytest.approx(balance.formed - balance.resorbed, rel=1e-12)
    np.testing.assert_array_equal(found.shares, after.shares)


def test_overcompacted_bone_and_callus_are_resorbed_to_the_density_of_the_host():
    before, after = state(0.0, np.ones(1), np.zeros(1), 1.0), state(90.0, np.zeros(1), np.ones(1))
    _, balance = stepped(before, after, scaffold=1.4)
    assert balance.before == pytest.approx(1.4 + 1)
    assert balance.after == pytest.approx(Q)
    assert (balance.turned_over, balance.lamellar) == pytest.approx((2.4, Q))


def test_a_healing_fracture_resorbs_what_it_has_formed_beyond_the_host():
    law, state, sums = KineticLaw(), TissueState.fresh(np.ones(1)), np.zeros(2)
    for _ in range(80):
        ahead = law.advance(state, 14.0)
        state, balance = stepped(state, ahead, scaffold=1.3)
        sums += balance.formed, balance.resorbed
    assert sums[0] - sums[1] == pytest.approx(Q - 1.3, rel=0.02)  # from the crushed to the remodelled bone
    assert sums[1] > 1.3  # all of the crushed bone has been turned over
    assert sums[0] > 1


@pytest.mark.parametrize(
    ("energy", "formed", "resorbed"), [(0.1, False, True), (1.0, False, False), (3.0, True, False)]
)
def test_remodelled_bone_loses_in_disuse_and_gains_under_overload_only(energy, formed, resorbed):
    done = replace(state(300.0, np.zeros(1), np.ones(1)), remodelled_density=np.array([Q]))
    found, balance = stepped(done, replace(done, day=400.0), energy)
    assert (balance.gained > 0, balance.lost > 0) == (formed, resorbed)
    assert (found.remodelled_density[0] > Q, found.remodelled_density[0] < Q) == (formed, resorbed)


def test_adaptation_does_not_hang_on_the_number_of_steps():
    law, fresh = KineticLaw(), TissueState.fresh(np.ones(1))
    ends = []
    for steps in (20, 40):
        now = fresh
        for _ in range(steps):
            now, _ = stepped(now, law.advance(now, 600.0 / steps), energy=0.3)
        ends.append(now.remodelled_density[0])
    assert ends[0] < Q
    assert ends[1] == pytest.approx(ends[0], rel=0.01)
