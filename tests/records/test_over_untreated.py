"""What cement buys over waiting, day by day."""

import pytest

from vertebra.records.capacity.over_untreated import augmentation_rows
from vertebra.scenarios.reading import read_scenario

SCENARIO = read_scenario("main", ("healing.days=[0,7,14,28]",))


def capacity(arm, day, level, half=10.0):
    ends = {"capacity_low_N": level - half, "capacity_high_N": level + half}
    sizes = {"service_N": level - 100, "stiffness_N_per_mm": 10 * level, "height_mm": 20 + level / 1000}
    return {"arm": arm, "day": day, "capacity_N": level, **ends, **sizes}


def healing(arm, day, wedge):
    return {"arm": arm, "day": day, "height_anterior_mm": 30 - wedge, "wedge_angle_deg": wedge}


def of_days(bare, filled, half=10.0):
    rows = [capacity("conservative", day, level) for day, level in bare.items()]
    rows += [capacity("vertebroplasty", day, level, half) for day, level in filled.items()]
    shapes = [healing("conservative", day, 6.0) for day in bare] + [
        healing("vertebroplasty", day, 4.0) for day in filled
    ]
    beside = [
        {"arm": "vertebroplasty", "day": day, "rim_utilisation": 0.4, "rim_modulus_ratio": 9.0}
        for day in filled
    ]
    return augmentation_rows(SCENARIO, rows, shapes, beside)


def test_gains_and_ratios_are_those_of_the_same_day_from_the_injection_on():
    rows = of_days({0: 1000, 7: 1100, 14: 1200}, {0: 1000, 7: 1650, 14: 1500}, half=20.0)
    assert [row["day"] for row in rows] == [7, 14]
    first = rows[0]
    assert (first["arm"], first["without"]) == ("vertebroplasty", "conservative")
    assert first["gain_capacity_N"] == 550
    assert first["capacity_over_untreated"] == pytest.approx(1.5)
    assert first["service_over_untreated"] == pytest.approx(1550 / 1000)
    assert first["gain_stiffness_N_per_mm"] == 5500
    assert first["gain_capacity_open_N"] == pytest.approx(30)  # half of 20 and of 40
    assert first["gain_height_mm"] == pytest.approx(0.55)
    assert first["gain_height_anterior_mm"] == pytest.approx(2.0)
    assert first["gain_wedge_angle_deg"] == pytest.approx(2.0)  # straighter with cement
    assert first["rim_utilisation"] == 0.4


def test_between_bracketed_days_nothing_is_said_to_be_open():
    bare, filled = capacity("conservative", 7, 1000.0), capacity("vertebroplasty", 7, 1100.0)
    filled |= {"capacity_low_N": "", "capacity_high_N": ""}
    (row,) = augmentation_rows(SCENARIO, [bare, filled], [], [])
    assert row["gain_capacity_open_N"] == ""
    assert row["gain_height_anterior_mm"] == row["rim_utilisation"] == ""


def test_nothing_is_compared_without_an_arm_that_is_left_to_heal():
    scenario = SCENARIO.with_values({"arms": [arm.model_dump() for arm in SCENARIO.arms if arm.cement]})
    assert augmentation_rows(scenario, [capacity("vertebroplasty", 7, 1.0)], [], []) == []
