"""A cohort of patients against histology and clinical series.

Diamond 2007, Bone (doi 10.1016/j.bone.2006.10.009): stages overlap in 72 biopsies. Tsujio 2011, Inose 2020: how many
do not unite. Odds and ratios of factors are inputs: those rows prove the wiring, not the model. Rows that the model
does not meet are marked as failing, with the reason; a row that starts to be met must lose its mark.
"""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.healing.patient.cohort import sample_cohort, stage_shares, tissue_on
from vertebra.materials.healing.patient.cohort_rows import Comparison, cohort_rows
from vertebra.materials.table import row, rows, value

pytestmark = pytest.mark.slow

OUT_OF_REACH = {
    "H4_III": "remodelling lasts months and biopsies end at 24 weeks, so woven bone holds what stage IV lacks",
    "H4_IV": "remodelling lasts months and biopsies end at 24 weeks",
    "H5": "every patient heals along the same chain, so time explains more than in biopsies",
    "P3_smoker": "a delay by a quarter costs more at half way than the rats lost",
    "H7": "a fracture without union counts with its whole zone; the series counts necrotic bone",
}


@pytest.fixture(scope="module")
def computed():
    return {each.name: each for each in cohort_rows(seed=2026, n=2000)}


def marked(name):
    reason = OUT_OF_REACH.get(name)
    return pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=reason)) if reason else name


@pytest.mark.parametrize("name", [marked(each.name) for each in rows("cohort_rows")])
def test_row_lies_within_what_its_source_tolerates(computed, name):
    found = computed[name]
    assert found.low <= found.computed <= found.high
    assert found.verdict == "within"


def test_overlap_of_stages_does_not_hang_on_the_seed(computed):
    other = sample_cohort(2000, np.random.default_rng(7))
    stages = stage_shares(tissue_on(other, other.biopsy_day))
    overlap = np.mean((stages > 0.1).sum(axis=1) >= 2)
    four_errors = 4 * np.sqrt(2 * 0.8 * 0.2 / 2000)
    assert overlap == pytest.approx(computed["H3_stages"].computed, abs=four_errors)


@pytest.mark.parametrize("spread", row("cohort", "tempo").limits)
def test_overlap_of_stages_does_not_hang_on_the_spread_of_tempo(spread):
    usual = sample_cohort(2000, np.random.default_rng(2026))
    cohort = replace(usual, tempo=usual.tempo ** (spread / value("cohort", "tempo")))
    stages = stage_shares(tissue_on(cohort, cohort.biopsy_day))
    assert Comparison.of("H3_stages", np.mean((stages > 0.1).sum(axis=1) >= 2)).verdict == "within"


def test_stages_are_mixed_and_time_alone_does_not_decide(computed):
    assert computed["H5"].computed < 0.85  # a single deterministic curve gives about 1
    assert sum(computed[f"H4_{stage}"].computed for stage in ("I", "II", "III", "IV")) == pytest.approx(1)


def test_early_osteoporotic_callus_is_weaker_than_late(computed):
    assert computed["P4_day_21_strength"].computed < computed["P4_strength"].computed
    assert computed["P4_day_21_stiffness"].computed < 1


def test_verdict_follows_from_the_limits():
    met, missed = Comparison.of("H5", 0.32), Comparison.of("H5", 0.9)
    assert (met.verdict, missed.verdict) == ("within", "outside")
    assert (met.use, met.published, met.certainty) == ("check", "0.32", "A / B")
