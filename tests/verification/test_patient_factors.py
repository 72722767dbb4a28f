"""Healing curves of single patients against the published ratios of their factors.

Times: Schenker 2013/14 (smoking), Chen 2016 (osteoporosis, rat), Waters 2000 and a study of 1967 (glucocorticoids,
rabbit). Quality: Skott 2006, Chakkalakal 2005, Chen 2016 (rats). The ratios are inputs, so these tests prove the wiring
from a patient to the modulus and the strength of the zone; early osteoporotic callus (Namkung-Matthai 2001) is a check.
"""

from functools import cache

import numpy as np
import pytest

from vertebra.materials.damage import damage
from vertebra.materials.density import QctDensity
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.laws.law import healing_times
from vertebra.materials.healing.patient.cohort import usual_perfusion
from vertebra.materials.healing.patient.cohort_rows import Comparison
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.mixture import HostBone, MixtureConstants, mix
from vertebra.materials.table import value
from vertebra.materials.tissue import TissueState

SOUND, DENSE = Patient(), Patient(t_score=-1.0)
WOVEN_DAY = 42.0
COMPACTION = np.array([1.4])
DAYS = np.concatenate([np.arange(0, 200, 2.0), np.geomspace(200, 3650, 40)])


@cache
def healing(patient):
    """Young's modulus and strength of a crushed element with vessels as they usually come, on all days."""
    effect = patient_effect(patient)
    law = KineticLaw(
        time_ratio=effect.time_ratio,
        inflammation=effect.inflammation,
        perfusion=usual_perfusion([1 / effect.vessel_speed]),
    )
    constants = MixtureConstants(
        modulus_quality=effect.modulus_quality, strength_quality=effect.strength_quality
    )
    host = HostBone(QctDensity(np.array([0.1])), np.zeros(1), np.zeros(1))
    state = TissueState.fresh(damage(COMPACTION, np.ones(1)))
    young, strength = [], []
    for step in np.diff(DAYS, prepend=0.0):
        state = law.advance(state, float(step))
        mixed = mix(host, compaction=COMPACTION, tissue=state, constants=constants)
        young.append(mixed.young[0])
        strength.append(mixed.strength_compression[0])
    return np.array(young), np.array(strength)


def load_bearing(patient):
    """Day on which 80 % of the gain in modulus is made."""
    return healing_times(DAYS, healing(patient)[0])[1]


def added(patient, measure, day):
    """What repair has added to modulus (0) or strength (1) by a day."""
    course = healing(patient)[measure]
    return np.interp(day, DAYS, course) - course[0]


@pytest.mark.parametrize(
    ("name", "patient", "other"),
    [
        ("P1", Patient(smoker=True), SOUND),
        ("P4_time", Patient(osteoporosis=True), DENSE),
        ("P6", Patient(glucocorticoids=True), SOUND),
        ("P7", Patient(vitamin_d_deficiency=True, calcium_deficiency=True), SOUND),
    ],
)
def test_time_to_load_bearing_is_longer_by_the_published_ratio(name, patient, other):
    ratio = load_bearing(patient) / load_bearing(other)
    assert Comparison.of(name, ratio).verdict == "within"
    longer = patient_effect(patient).time_ratio / patient_effect(other).time_ratio
    assert ratio == pytest.approx(longer, rel=1e-3)  # vessels keep step


def test_smokers_vessels_and_tissue_are_late_by_one_ratio_not_by_two():
    assert load_bearing(Patient(smoker=True)) / load_bearing(SOUND) == pytest.approx(1.25, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "patient", "measure"),
    [
        ("P3_alcohol_modulus", Patient(heavy_alcohol=True), 0),
        ("P3_alcohol_strength", Patient(heavy_alcohol=True), 1),
    ],
)
def test_callus_of_poor_quality_adds_less_by_the_published_ratio(name, patient, measure):
    ratio = added(patient, measure, WOVEN_DAY) / added(SOUND, measure, WOVEN_DAY)
    quality = (patient_effect(patient).modulus_quality, patient_effect(patient).strength_quality)[measure]
    assert Comparison.of(name, ratio).verdict == "within"
    assert ratio == pytest.approx(quality, rel=0.06)  # little is remodelled


@pytest.mark.parametrize("risk", ["smoker", "heavy_alcohol", "osteoporosis", "diabetes", "glucocorticoids"])
@pytest.mark.parametrize("measure", [0, 1], ids=["modulus", "strength"])
def test_no_risk_leaves_remodelled_bone_weaker(risk, measure):
    sick = healing(Patient(**{risk: True}))[measure][-1]
    assert sick == pytest.approx(healing(DENSE)[measure][-1], rel=1e-3)  # what is lost stands in the density


@pytest.mark.parametrize("risk", ["smoker", "heavy_alcohol", "diabetes", "glucocorticoids"])
@pytest.mark.parametrize("measure", [0, 1], ids=["modulus", "strength"])
def test_every_risk_lowers_the_curve_while_it_rises(risk, measure):
    sick, sound = healing(Patient(**{risk: True}))[measure], healing(SOUND)[measure]
    gain = sound.max() - sound[0]
    rising = (sound > sound[0] + 0.01 * gain) & (
        np.arange(len(sound)) <= np.argmax(sound > sound[0] + 0.99 * gain)
    )
    assert sick[0] == pytest.approx(sound[0], rel=2e-3)  # haematoma is not quite nothing
    assert rising.sum() >= 5  # strength reaches its cap, that of intact bone, early
    assert (sick[rising] < sound[rising]).all()


def test_early_osteoporotic_callus_lies_between_sound_and_published():
    patient = Patient(osteoporosis=True, calcium_deficiency=True)
    stiffness, strength = (added(patient, i, 21) / added(DENSE, i, 21) for i in (0, 1))
    assert 1 / 2 < stiffness < 0.75  # half in rats
    assert 1 / 3 < strength < 0.75  # a third in rats


@pytest.mark.parametrize("age", [60, 75, 90])
def test_age_stretches_the_curve_by_decade(age):
    ratio = load_bearing(Patient(age_years=age)) / load_bearing(SOUND)
    assert ratio == pytest.approx(1.07 ** ((age - 77) / 10), rel=1e-3)


def test_drugs_against_inflammation_delay_healing_by_days_early_and_not_at_all_later():
    early, late = load_bearing(Patient(nsaid_days=(0, 14))), load_bearing(Patient(nsaid_days=(30, 60)))
    longest = (value("factors", "nsaid.inflammation") - 1) * value("inflammation", "duration")
    assert 0 < early - load_bearing(SOUND) <= longest
    assert late == pytest.approx(load_bearing(SOUND), abs=0.01)


def test_odds_do_not_move_the_curve():
    silent = Patient(osteoporosis=True, sex="female", brace_adherence=0.5)
    np.testing.assert_array_equal(healing(silent)[0], healing(SOUND)[0])
