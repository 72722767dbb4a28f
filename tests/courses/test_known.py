"""Times of healing under a law that is known in advance."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.courses.known import KnownCourse
from vertebra.courses.plan import plan


def times(name, *changes):
    """t50, t80 and t95 of the first untreated state."""
    vertebra = bench(name, *changes)
    return KnownCourse(vertebra).state(plan(vertebra.scenario)[0]).healing_times


def test_times_do_not_hang_on_the_listed_days():
    assert times("crush", "healing.days=[0,7]") == pytest.approx(times("crush", "healing.days=[0,50,400]"))


def test_median_patients_have_regained_most_stiffness_at_12_to_16_weeks():
    t50, t80, t95 = times("crush", "healing.days=[0,7]")
    assert 12 * 7 <= t80 <= 16 * 7
    assert t50 < t80 < t95


def test_pace_stretches_all_times():
    usual, smoker = (
        times("crush", "healing.days=[0,7]"),
        times("crush", "healing.days=[0,7]", "patient.smoker=true"),
    )
    assert smoker == pytest.approx([1.25 * each for each in usual], rel=0.01)


def test_drugs_that_change_the_host_alone_leave_the_times():
    usual = times("crush", "healing.days=[0,7]")
    assert times("crush", "healing.days=[0,7]", "treatment.drug=denosumab") == pytest.approx(usual)
    assert times("crush", "healing.days=[0,7]", "treatment.drug=teriparatide")[1] < 0.75 * usual[1]


def test_a_fracture_that_never_unites_has_no_times():
    assert np.isnan(times("crush", "healing.days=[0,7]", "uncertainty.unites=false")).all()
