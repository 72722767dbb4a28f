"""Tables of a run."""

import pytest

from vertebra.records.tables import activity_rows, load_to_strength_rows, read_csv, with_ratios, write_csv


def row(arm, day, capacity, stiffness=1000.0, service=500.0):
    return {
        "arm": arm,
        "day": day,
        "capacity_N": capacity,
        "stiffness_N_per_mm": stiffness,
        "service_N": service,
    }


def test_ratios_are_to_the_intact_arm():
    rows = with_ratios([row("intact", 0, 2400.0, 17e3, 2000.0), row("crushed", 7, 1800.0, 9e3, 1000.0)])
    assert rows[0]["capacity_ratio"] == rows[0]["stiffness_ratio"] == rows[0]["service_ratio"] == 1
    assert rows[1]["capacity_ratio"] == pytest.approx(1800 / 2400)
    assert rows[1]["stiffness_ratio"] == pytest.approx(9 / 17)
    assert rows[1]["service_ratio"] == pytest.approx(1000 / 2000)


@pytest.mark.parametrize(
    ("capacities", "first"),
    [
        ((500, 900, 1200), 28),  # rises above the load
        ((1200, 1300, 1400), 0),  # always above
        ((500, 600, 700), ""),  # never
        ((1200, 800, 1200), 28),  # a dip counts: safe only from after it
        ((1200, 1300, 900), ""),  # lost again at the end
        ((500, 1000, 1200), 28),  # a ratio equal to the limit is not below it
    ],
)
def test_first_day_from_which_an_activity_stays_below_the_limit(capacities, first):
    rows = [row("a", day, float(capacity)) for day, capacity in zip((0, 7, 28), capacities, strict=True)]
    (found,) = activity_rows(rows, {"lifting": 1000.0}, 1.0)
    assert found["below_limit_from_day"] == first
    assert (found["arm"], found["activity"], found["load_N"]) == ("a", "lifting", 1000.0)
    assert found["below_limit_of_service_from_day"] == ""  # half a thousand throughout


def test_the_day_of_the_service_load_stands_beside_that_of_the_capacity():
    rows = [row("a", day, 2000.0, service=service) for day, service in ((0, 500.0), (7, 900.0), (28, 1100.0))]
    (found,) = activity_rows(rows, {"lifting": 1000.0}, 1.0)
    assert (found["below_limit_from_day"], found["below_limit_of_service_from_day"]) == (0, 28)


def test_a_lower_limit_asks_for_more_capacity():
    rows = [row("a", 0, 1500.0), row("a", 7, 2500.0)]
    assert [
        activity_rows(rows, {"x": 1000.0}, limit)[0]["below_limit_from_day"] for limit in (1.0, 0.5, 0.3)
    ] == [
        0,
        7,
        "",
    ]


def test_every_arm_meets_every_activity():
    rows = [row("intact", 0, 2000.0), row("b", 0, 500.0)]
    found = activity_rows(rows, {"x": 1000.0, "y": 100.0}, 1.0)
    assert [(r["arm"], r["activity"], r["below_limit_from_day"]) for r in found] == [
        ("intact", "x", 0),
        ("intact", "y", 0),
        ("b", "x", ""),
        ("b", "y", 0),
    ]


def test_load_to_strength_of_every_day_and_beside_an_ultimate_load():
    rows = [
        row("intact", 0, 2000.0) | {"ultimate_N": ""},
        row("a", 14, 1600.0) | {"ultimate_N": 1500.0},
    ]
    found = load_to_strength_rows(rows, {"x": 800.0}, {("a", 14.0): 400.0})
    assert [(r["arm"], r["week"], r["activity"], r["ratio"]) for r in found] == [
        ("intact", 0, "x", 800 / 2000),
        ("a", 2, "daily_load", 400 / 1600),
        ("a", 2, "x", 800 / 1600),
    ]
    assert [r["ratio_to_ultimate"] for r in found] == ["", 400 / 1500, 800 / 1500]
    assert [r["ratio_to_service"] for r in found] == [load / 500 for load in (800, 400, 800)]


def test_csv_keeps_columns_words_numbers_and_gaps(tmp_path):
    rows = [
        {"arm": "a,b", "day": 7, "capacity_N": 1 / 3, "extra": 1},
        {"arm": "4", "day": 0, "capacity_N": ""},
    ]
    file = tmp_path / "t.csv"
    write_csv(file, ("arm", "day", "capacity_N"), rows)
    assert file.read_text().splitlines()[0] == "arm,day,capacity_N"
    assert read_csv(file) == [
        {"arm": "a,b", "day": 7.0, "capacity_N": pytest.approx(1 / 3, rel=1e-6)},
        {"arm": "4", "day": 0.0, "capacity_N": ""},
    ]


@pytest.mark.parametrize("name", ["4", "1e3", "nan", "inf", "007"])
def test_an_arm_may_be_called_like_a_number(tmp_path, name):
    file = tmp_path / "t.csv"
    write_csv(file, ("arm", "activity"), [{"arm": name, "activity": name}])
    assert read_csv(file) == [{"arm": name, "activity": name}]
