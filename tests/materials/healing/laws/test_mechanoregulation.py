"""The mechano-regulated law on elements whose strain follows from their stiffness: springs in series and parallel."""

from dataclasses import fields, replace

import numpy as np
import pytest

from vertebra.materials.density import QctDensity
from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.laws.differentiation import Differentiation
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.laws.law import DailyLoad
from vertebra.materials.healing.laws.mechanoregulation import (
    RULES,
    MechanoregulationLaw,
    relative_stiffness,
    stiffening,
)
from vertebra.materials.healing.laws.prendergast import stimulus
from vertebra.materials.healing.processes.union import Hindrance, hindrance, verdict
from vertebra.materials.mixture import HostBone, mix
from vertebra.materials.table import value
from vertebra.materials.tissue import TissueState

NU = 0.3
CRUSH = 1.3


def young(state, compaction=CRUSH):
    n = len(state.gap)
    host = HostBone(QctDensity(np.full(n, 0.1)), np.zeros(n), np.zeros(n))
    return mix(host, compaction=np.where(state.gap > 0, 1.0, compaction), tissue=state).young


def loaded(state, stress, parallel=0.0):
    """Constant stress on each element and on a spring beside it, of modulus `parallel`."""
    modulus = young(state)
    e = stress / (parallel + modulus)
    strain = np.outer(e, [NU, NU, -1.0, 0, 0, 0])
    return DailyLoad(strain, modulus * e**2 / 2, modulus)


def crushed(n=1):
    return TissueState.fresh(np.ones(n))


def cleft(n=1):
    return TissueState.fresh(np.zeros(n), np.ones(n))


def healed(law, state, stress, day, parallel=0.0, days=4.0):
    while state.day < day - 1e-9:
        state = law.advance(state, min(days, day - state.day), loaded(state, stress, parallel))
    return state


def stress_for(strain, state):
    """Stress that strains a fresh element this much."""
    return strain * young(state)


@pytest.mark.parametrize("rule", RULES)
def test_under_small_strain_tissue_heals_as_the_kinetic_law_has_it(rule):
    kinetics = KineticLaw(time_ratio=1.2, endochondral_share=0.3)
    law = MechanoregulationLaw(kinetics, rule)
    found = healed(law, crushed(), 0.3, 60.0)
    expected = kinetics.advance(crushed(), 60.0)
    np.testing.assert_allclose(found.shares, expected.shares, atol=2e-5)
    np.testing.assert_allclose(found.mineralisation, expected.mineralisation, atol=2e-5)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("fresh", [crushed, cleft])
def test_strain_above_all_limits_ends_in_non_union(rule, fresh):
    law = MechanoregulationLaw(rule=rule)
    parallel = 0.0 if fresh is crushed else 50.0
    stress = 0.3 * (young(fresh()) + parallel)
    state = healed(law, fresh(), stress, 200.0, parallel, days=10.0)
    assert state.share("woven") + state.share("remodelled") == pytest.approx(0, abs=1e-3)
    load = loaded(state, stress, parallel)
    found = hindrance(state, law.differentiate(state, load), np.ones(1))
    judged = verdict(0.0, found, state.repair, state.day)
    assert (judged.outcome, found[0]) == ("non-union", Hindrance.STRAIN)


@pytest.mark.parametrize("rule", ["prendergast", "fuzzy"])
def test_more_load_heals_slower_above_the_optimum_and_not_below(rule):
    strain = np.array([0.0005, *np.geomspace(0.003, 0.3, 60)])
    state = crushed(len(strain))
    state = healed(MechanoregulationLaw(rule=rule), state, stress_for(strain, state), 84.0)
    idle, maturity = state.maturity[0], state.maturity[1:]
    assert idle < maturity[0]
    assert np.all(np.diff(maturity) <= 1e-3)
    np.testing.assert_allclose(maturity[strain[1:] < 0.02], maturity[0], rtol=2e-3)
    np.testing.assert_allclose(maturity[strain[1:] > 0.2], 0, atol=1e-3)
    assert np.any((maturity < 0.9 * maturity[0]) & (maturity > 0.1 * maturity[0]))  # some are only delayed


def test_claes_and_heigele_pass_from_direct_bone_over_cartilage_to_nothing():
    strain = np.array([0.01, 0.08, 0.3])
    law = MechanoregulationLaw(rule="claes_heigele")
    state = crushed(3)
    stress = stress_for(strain, state)
    early = healed(law, state, stress, 28.0)
    late = healed(law, early, stress, 300.0)
    woven = early.share("woven") + early.share("remodelled")
    assert woven[0] > 1.2 * woven[1] > 0
    assert early.share("cartilage")[1] > 2 * early.share("cartilage")[0]
    np.testing.assert_allclose(late.maturity, [1, 1, 0], atol=0.05)


def test_what_may_not_become_bone_at_once_becomes_cartilage_also_without_endochondral_share():
    law = MechanoregulationLaw(KineticLaw(endochondral_share=0.0))
    state = crushed()
    stress = 2.0 * 0.0375 * young(state) / np.sqrt(8) * 3 / (1 + NU)  # octahedral shear for S = 2
    assert stimulus(loaded(state, stress).strain)[0] == pytest.approx(2.0)
    assert healed(law, state, stress, 60.0).share("cartilage")[0] > 0.9
    assert healed(law, state, 0.1 * stress, 60.0).share("cartilage")[0] == 0


def test_overload_tears_bone_and_leaves_remodelled_bone():
    law = MechanoregulationLaw()
    state = KineticLaw().advance(crushed(), 60.0)
    torn = law.advance(state, 30.0, loaded(state, 0.2 * young(state)))
    left = np.exp(-30.0 / value("mechanoregulation", "duration.rupture"))
    assert torn.share("woven")[0] == pytest.approx(left * state.share("woven")[0], rel=1e-3)
    assert torn.share("remodelled")[0] == pytest.approx(state.share("remodelled")[0], rel=1e-4)
    assert torn.share("fibrous")[0] > 0.5


def test_disuse_resorbs_woven_bone_and_load_keeps_it():
    state = KineticLaw().advance(crushed(), 60.0)
    kept, idle = (MechanoregulationLaw().advance(state, 60.0, loaded(state, s)) for s in (0.5, 0.01))
    assert idle.maturity[0] < 0.95 * kept.maturity[0]
    assert kept.maturity[0] == pytest.approx(KineticLaw().advance(state, 60.0).maturity[0], rel=1e-4)


@pytest.mark.parametrize("rule", RULES)
def test_a_cleft_without_vessels_does_not_heal_under_any_strain(rule):
    dry = PerfusionHistory(np.zeros(1), np.zeros((1, 1)))
    law = MechanoregulationLaw(rule=rule).with_perfusion(dry)
    state = healed(law, cleft(), 0.2, 250.0, parallel=50.0, days=25.0)
    assert state.maturity[0] == pytest.approx(0, abs=1e-6)
    allowed = law.differentiate(state, loaded(state, 0.2, 50.0))
    found = hindrance(state, allowed, dry.on_day(250.0))
    assert found[0] == Hindrance.PERFUSION
    assert verdict(0.0, found, state.repair, state.day).outcome == "non-union"


def test_all_rates_of_the_kinetic_law_are_kept_or_lowered():
    law = MechanoregulationLaw(KineticLaw(endochondral_share=0.4))
    base = law.kinetics.rates()
    free = law.regulated(Differentiation.unhindered(2))
    for each in fields(base):
        np.testing.assert_allclose(getattr(free, each.name), getattr(base, each.name), err_msg=each.name)
    half = replace(Differentiation.unhindered(2), intramembranous=np.full(2, 0.5))
    found = law.regulated(half)
    np.testing.assert_allclose(
        found.fibrous_to_woven + found.fibrous_to_cartilage,
        base.fibrous_to_woven + base.fibrous_to_cartilage,
    )


def zone(n=60):
    """Crushed elements and a few of a cleft, under loads around the limits, some beside a spring."""
    rng = np.random.default_rng(7)
    gap = np.where(np.arange(n) < 6, 1.0, 0.0)
    state = TissueState.fresh(rng.uniform(0.6, 1, n), gap)
    parallel = np.where(gap > 0, 50.0, rng.uniform(0, 60, n))
    stress = rng.lognormal(np.log(0.03), 0.7, n) * (young(state) + parallel)
    return state, stress, parallel


def walk(law, state, stress, parallel, stops, step):
    """Mean stiffness on the given days, and how many states were solved."""
    found, solves = [], 0
    for stop in stops:
        while state.day < stop - 1e-9:
            state = step(law, state, loaded(state, stress, parallel), stop - state.day)
            solves += 1
        found.append(young(state).mean())
    return np.array(found), solves


@pytest.mark.parametrize("rule", RULES)
def test_a_year_in_few_steps_agrees_with_one_of_many(rule):
    law = MechanoregulationLaw(rule=rule)
    stops = (28.0, 56.0, 112.0, 365.0)
    case = zone()
    few, solves = walk(law, *case, stops, lambda law, *given: law.step(*given).state)
    many, _ = walk(law, *case, stops, lambda law, s, load, most: law.advance(s, min(2.0, most), load))
    np.testing.assert_allclose(few, many, rtol=0.03)
    assert solves <= 35


def test_an_unevenly_strained_zone_heals_later_and_less_under_more_load():
    state, stress, parallel = zone()
    law = MechanoregulationLaw()
    curves = [
        walk(
            law, state, factor * stress, parallel, (28.0, 56.0, 200.0), lambda law, *now: law.step(*now).state
        )[0]
        for factor in (0.1, 0.3, 1.0, 2.0, 4.0)
    ]
    np.testing.assert_allclose(curves[1], curves[0], rtol=0.02)  # below the optimum load does not matter
    assert np.all(np.diff(curves[1:], axis=0) < 0)


def test_a_step_is_the_advance_of_as_many_days_and_stays_within_its_limits():
    law = MechanoregulationLaw()
    state, stress, parallel = zone()
    most = value("mechanoregulation", "step.change")
    for _ in range(12):
        load = loaded(state, stress, parallel)
        step = law.step(state, load, 400.0)
        again = law.advance(state, step.days, load)
        np.testing.assert_allclose(step.state.shares, again.shares, atol=1e-4)
        assert step.state.day == pytest.approx(state.day + step.days)
        assert 0 < step.days <= law.longest_step
        assert step.change == pytest.approx(stiffening(state, step.state, state.repair))
        assert step.change <= 1.1 * most or step.days <= value("mechanoregulation", "step.shortest")
        state = step.state
    assert law.step(state, load, 0.25).days == 0.25


def test_stiffness_that_judges_steps_is_that_of_the_mixture():
    rng = np.random.default_rng(8)
    state = TissueState.fresh(rng.uniform(0, 1, 20), np.where(np.arange(20) < 10, 0.3, 0.0))
    state = KineticLaw().advance(state, 25.0)
    host = value("mechanoregulation", "step.host_young")
    np.testing.assert_allclose(relative_stiffness(state) * host, young(state, compaction=1.0), rtol=0.01)


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="rule 'perren' is not known"):
        MechanoregulationLaw(rule="perren")
    with pytest.raises(ValueError, match="has no daily load"):
        MechanoregulationLaw().advance(crushed(), 3.0)
