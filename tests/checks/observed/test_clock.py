"""Rows of the clock."""

import numpy as np
import pytest
from committed_rows import committed_numbers, committed_row

from vertebra.checks.observed.clock import Union, hazard_ratio
from vertebra.checks.observed.rows import beside, cohort_of, observed_rows

TIMES = [name for name in observed_rows() if name.startswith("T")]


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.9])
def test_proportional_hazards_are_found_again(ratio):
    days = np.arange(1, 400)
    reference = 1 - np.exp(-days / 120)
    treated = 1 - np.exp(-ratio * days / 120)
    assert hazard_ratio(reference, treated) == pytest.approx(ratio, rel=0.01)


def test_every_series_in_time_has_a_row_with_its_number():
    assert {name.partition("_")[0] for name in TIMES} == {f"T{i}" for i in range(1, 14)}
    for name in TIMES:
        row = observed_rows()[name]
        assert row.parameters["use"] in ("check", "calibrate", "input", "sign")
        assert row.parameters["published"]


def test_no_series_in_time_waits_to_be_computed():
    assert not [name for name in TIMES if "missing" in observed_rows()[name].parameters]


def test_patients_of_a_row_are_fixed_apart():
    assert cohort_of("T1")["patients"] == 139
    assert cohort_of("T6")["rest_days"] == 14


def test_union_in_months_is_as_in_people_and_beside_cement_it_is_not():
    """As committed: `vertebra validate` follows all patients, and `.ci/run` compares its table with this one."""
    names = ("T8", "T8_bisphosphonate", "T8_teriparatide", "T8_hazard", "T12", "T13")
    verdicts = {name: beside(name, committed_numbers(name)).verdict for name in names}
    assert verdicts == {name: committed_row(name)["verdict"] for name in names}
    assert verdicts.pop("T13") == "sign differs"  # bridged too early beside cement
    assert verdicts.pop("T12") == "sign agrees"
    assert set(verdicts.values()) == {"met"}
    assert committed_numbers("T8")["bridged"] > committed_numbers("T8")["stiffness"]


@pytest.mark.slow
def test_patients_without_a_drug_unite_as_committed():
    """The first of the four courses behind the rows."""
    usual = Union()
    stages = {
        "bridged": usual.stages.on(usual.median.bridging.day),
        "stiffness": usual.stages.on(usual.median.healing_times[1]),
    }
    for label, stage in stages.items():
        assert usual.share_by(180.0, stage)[0] == pytest.approx(committed_numbers("T8")[label], rel=2e-3)
