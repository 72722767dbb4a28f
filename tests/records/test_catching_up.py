"""When a fracture that is left to heal has caught up with cement."""

import pytest

from vertebra.records.capacity.catching_up import catching_up_rows
from vertebra.scenarios.reading import read_scenario

SCENARIO = read_scenario("main", ("healing.days=[0,7,14,28]",))
INJECTED = next(arm.cement.day for arm in SCENARIO.arms if arm.cement)


def rows(arm, curve):
    names = ("service_N", "capacity_N", "stiffness_N_per_mm")
    return [{"arm": arm, "day": day} | dict.fromkeys(names, value) for day, value in curve.items()]


def service(bare, filled):
    """Row of the service load for two curves by day."""
    found = catching_up_rows(SCENARIO, rows("conservative", bare) + rows("vertebroplasty", filled))
    return next(row for row in found if row["quantity"] == "service_N")


def test_the_day_is_that_on_which_the_line_between_computed_days_crosses():
    row = service({0: 900, 7: 1000, 14: 1200, 28: 1900}, {7: 1550, 14: 1600, 28: 1800})
    assert (row["arm"], row["without"], row["injected_on_day"], row["value_with_cement"]) == (
        "vertebroplasty",
        "conservative",
        INJECTED,
        1550,
    )
    assert row["reached_on_day"] == pytest.approx(14 + 14 * 350 / 700)
    assert row["level_on_day"] == pytest.approx(14 + 14 * 400 / 500)  # 400 below, then 100 above


def test_what_is_not_reached_or_lost_again_has_no_day():
    row = service({0: 900, 7: 1000, 14: 1700, 28: 1500}, {7: 1550, 14: 1600, 28: 1800})
    assert row["reached_on_day"] == row["level_on_day"] == ""


def test_a_fracture_that_cement_does_not_help_is_level_from_the_injection_on():
    row = service({0: 900, 7: 1000, 14: 1200, 28: 1900}, {7: 1000, 14: 1100, 28: 1800})
    assert row["reached_on_day"] == row["level_on_day"] == INJECTED


def test_nothing_is_compared_without_an_arm_that_is_left_to_heal():
    scenario = SCENARIO.with_values({"arms": [arm.model_dump() for arm in SCENARIO.arms if arm.cement]})
    assert catching_up_rows(scenario, rows("vertebroplasty", {7: 1.0})) == []
