"""Days that pictures show, and days of the elastic-plastic test."""

import pytest

from vertebra.courses.key_days import bracketed, key_days, neighbour_days, virtual_test_days
from vertebra.scenarios.reading import read_scenario


@pytest.mark.parametrize(
    ("days", "first", "expected"),
    [
        ((0, 7, 42, 365), 0, [0, 42, 365]),
        ((0, 7, 42, 365), 7, [7, 42, 365]),
        ((0, 30, 50, 365), 0, [0, 50, 365]),
        ((0, 7), 0, [0, 7]),
        ((0,), 0, [0]),
        ((0, 60, 365), 60, [60, 365]),
    ],
)
def test_key_days_are_the_first_the_one_nearest_six_weeks_and_the_last(days, first, expected):
    assert key_days(days, first) == expected


def days_of(*overrides, source="main"):
    scenario = read_scenario(source, overrides)
    return {arm: sorted(days) for arm, days in virtual_test_days(scenario).items()}


def test_cemented_arms_are_tested_on_the_injection_and_at_the_end():
    chosen = "capacity.virtual_test=cemented"
    assert days_of(chosen) == {"intact": [], "conservative": [], "vertebroplasty": [7, 365]}
    assert days_of(chosen, "arms.vertebroplasty.cement.day=365")["vertebroplasty"] == [365]


def test_all_arms_or_none_are_tested_where_asked():
    expected = {"intact": [0], "conservative": [0, 365], "vertebroplasty": [7, 365]}
    assert days_of() == days_of("capacity.virtual_test=all") == expected
    assert days_of(source="intact") == {"intact": [0]}
    assert set(map(len, days_of("capacity.virtual_test=off").values())) == {0}


def test_chosen_days_replace_the_default_ones():
    chosen = "capacity.virtual_test_days=[0, 42]"
    cemented = days_of(chosen, "capacity.virtual_test=cemented")
    assert cemented == {"intact": [], "conservative": [], "vertebroplasty": [0, 42]}
    together = days_of(chosen)
    assert together == {"intact": [0], "conservative": [0, 42], "vertebroplasty": [0, 42]}


def test_brackets_stand_on_key_days_on_the_first_and_before_an_injection_for_all_arms_that_share_them():
    found = bracketed(read_scenario("main"))
    assert ("intact", 0) in found
    days = {arm: {day for each, day in found if each == arm} for arm in ("conservative", "vertebroplasty")}
    assert days == {"conservative": {0, 3, 42, 365}, "vertebroplasty": {0, 3, 7, 42, 365}}


def test_neighbours_stand_beside_every_arm_on_the_key_days_of_all():
    scenario = read_scenario("main", ())
    days = {arm: sorted(each) for arm, each in neighbour_days(scenario).items()}
    assert days == {
        "intact": [0],
        "conservative": [0, 7, 42, 365],
        "vertebroplasty": [0, 7, 42, 365],
    }
