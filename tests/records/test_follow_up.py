"""The weeks of follow-up: computed days are kept, days between are mixed, injections are not crossed."""

import pytest

from vertebra.courses.daily_load import daily_load, load_of
from vertebra.records.columns import FOLLOW_UP
from vertebra.records.follow_up import follow_up_rows, follow_up_weeks
from vertebra.scenarios.reading import ScenarioError, read_scenario

CEMENT = "cement = { day = 20, volume_ml = 3.0 }"
BOTH = f'arms=[{{name = "a"}}, {{name = "b", {CEMENT}}}]'
INJECTED = f'arms=[{{name = "b", {CEMENT}}}]'


def scenario_with(*settings):
    return read_scenario(
        "main", ["healing.days=[0, 14, 30, 84]", "output.follow_up_weeks=[0, 2, 3]", *settings]
    )


def row(arm, day, capacity, **more):
    return {
        "arm": arm,
        "day": day,
        "capacity_N": float(capacity),
        "service_N": 0.5 * capacity,
        "ultimate_N": "",
        **more,
    }


@pytest.mark.parametrize(
    ("last", "weeks"), [(0, (0,)), (83, (0, 2, 6)), (84, (0, 2, 6, 12)), (364, (0, 2, 6, 12, 26, 52))]
)
def test_the_usual_weeks_are_those_within_the_course(last, weeks):
    days = [0] if last == 0 else [0, last]
    scenario = read_scenario("main", [f"healing.days={days}", 'arms=[{name = "a"}]'])
    assert follow_up_weeks(scenario) == weeks


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        ("[2, 13]", r"week 13, day 91, expected at most day 84"),
        ("[6, 2]", "6, 2, expected weeks"),
        ("[-1]", "-1"),
    ],
)
def test_weeks_out_of_order_or_course_are_refused(weeks, found):
    with pytest.raises(ScenarioError, match=found):
        scenario_with(f"output.follow_up_weeks={weeks}")


def test_no_week_no_row():
    assert follow_up_rows(scenario_with("output.follow_up_weeks=[]", BOTH), [row("a", 0, 1000)]) == []


def test_a_computed_day_is_kept_and_a_day_between_is_mixed_linearly():
    rows = [row("a", day, c, ultimate_N=c) for day, c in ((0, 1000), (14, 1200), (30, 2000), (84, 2100))]
    found = follow_up_rows(scenario_with('arms=[{name = "a"}]'), rows)
    assert [r["basis"] for r in found] == ["computed", "computed", "interpolated"]
    assert [r["capacity_N"] for r in found[:2]] == [1000, 1200]
    assert found[2]["capacity_N"] == pytest.approx(1200 + (2000 - 1200) * (21 - 14) / (30 - 14))
    assert (found[2]["day"], found[2]["from_day"], found[2]["to_day"]) == (21, 14, 30)
    assert [r["ultimate_N"] for r in found] == [1000, 1200, ""]  # a test is a day of its own


def test_columns_of_all_tables_meet_and_gaps_stay_gaps():
    capacity = [row("a", day, 1000) for day in (0, 14, 30, 84)]
    tissue = [{"arm": "a", "day": day, "woven": day / 100} for day in (0, 14, 30, 84)]
    found = follow_up_rows(scenario_with('arms=[{name = "a"}]'), capacity, tissue)
    assert [r["woven"] for r in found] == pytest.approx([0, 0.14, 0.21])
    assert {r["bridged_share"] for r in found} == {""}
    assert set(found[0]) >= set(FOLLOW_UP.names)


def test_days_before_an_injection_follow_an_arm_that_is_not_injected():
    """Week 2, day 14, lies between day 10 and the injection on day 20."""
    scenario = scenario_with(BOTH, "healing.days=[0, 10, 84]", "output.follow_up_weeks=[2, 3]")
    free = [row("a", day, c) for day, c in ((0, 1000), (10, 1000), (20, 1500), (84, 2000))]
    filled = [row("b", day, c) for day, c in ((0, 1000), (10, 1000), (20, 3000), (84, 3640))]
    found = {(r["arm"], r["week"]): r for r in follow_up_rows(scenario, free, filled)}
    assert found["b", 2]["capacity_N"] == found["a", 2]["capacity_N"] == pytest.approx(1200)
    assert found["b", 2]["basis"] == "interpolated"
    assert found["b", 3]["capacity_N"] == pytest.approx(3010)  # after it: on the arm's own course


def test_without_such_an_arm_the_last_day_before_the_injection_is_held():
    scenario = scenario_with(INJECTED, "healing.days=[0, 10, 84]", "output.follow_up_weeks=[2]")
    rows = [row("b", day, c) for day, c in ((0, 1000), (10, 1100), (20, 3000), (84, 3000))]
    (found,) = follow_up_rows(scenario, rows)
    assert (found["basis"], found["from_day"], found["to_day"], found["capacity_N"]) == ("held", 10, 10, 1100)


def test_ratios_are_loads_over_the_capacity_of_the_day_and_the_daily_load_follows_its_phase():
    phases = 'loading.phases=[{from_day = 0, activity = "lying"}, {from_day = 14, activity = "walking", brace = true}]'
    scenario = scenario_with('arms=[{name = "a"}]', phases, "patient.brace_adherence=0.5")
    found = follow_up_rows(scenario, [row("a", day, 1000 + day) for day in (0, 14, 30, 84)])
    for each in found:
        capacity, day = 1000 + each["day"], each["day"]
        assert each["daily_load_N"] == daily_load(scenario, day)
        assert each["daily_load_to_strength"] == pytest.approx(daily_load(scenario, day) / capacity)
        assert each["daily_load_to_service"] == pytest.approx(2 * daily_load(scenario, day) / capacity)
        assert each["standing_to_strength"] == pytest.approx(load_of(scenario, "standing") / capacity)
    assert found[0]["daily_load_N"] == load_of(scenario, "lying")
    assert found[1]["daily_load_N"] == pytest.approx(load_of(scenario, "walking") * (1 - 0.5 * (1 - 0.91)))
