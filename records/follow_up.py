"""The follow-up of a finished course: what every arm bears at the weeks of the usual visits.

A visit that falls between two computed days is interpolated linearly, column by column, and says so. The days of
visits are not added to the computed ones: the usual weeks 2, 6, 12 and 26 are days that most scenarios hold, day 364
lies beside 365, and tables, fields and times of healing stay those of the days that were asked for.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from vertebra.courses.daily_load import daily_load, load_of
from vertebra.scenarios.schema import Scenario

from .columns import CAPACITY, FOLLOW_UP, HEALING, TISSUE
from .tables import Row, ratio_column

USUAL_WEEKS = (0, 2, 6, 12, 26, 52)
_OF_STATE = tuple(
    name
    for name in FOLLOW_UP.names
    if name not in ("arm", "day", "daily_load_N")
    and any(name in table.names for table in (CAPACITY, TISSUE, HEALING))
)
"""Columns that are read from the tables of computed days; the daily load is that of the visit."""
_COMPUTED_ONLY = ("ultimate_N",)

Key = tuple[str, float]


def follow_up_weeks(scenario: Scenario) -> tuple[int, ...]:
    """Weeks of the follow-up: those of the scenario, or the usual ones within the course.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of int
        Weeks after the fracture.
    """
    if scenario.output.follow_up_weeks is not None:
        return scenario.output.follow_up_weeks
    return tuple(week for week in USUAL_WEEKS if 7 * week <= scenario.healing.days[-1])


def follow_up_rows(scenario: Scenario, *tables: Sequence[Row]) -> list[Row]:
    """Rows of `follow_up.csv`: every arm but the intact one at every week.

    Parameters
    ----------
    scenario : Scenario
    *tables : sequence of dict
        Rows of `capacity.csv`, `tissue.csv` and `healing.csv`, by arm and day.

    Returns
    -------
    list of dict
        `basis` is "computed"; "interpolated" between `from_day` and `to_day`; or "held", where the next computed
        day follows an injection and no arm shows the time before it. Ratios are load over capacity.
    """
    states: dict[Key, Row] = {}
    for row in (row for table in tables for row in table):
        states.setdefault((str(row["arm"]), float(row["day"])), {}).update(row)
    rows: list[Row] = []
    for arm in scenario.arms:
        for week in follow_up_weeks(scenario):
            state = _state_on(scenario, states, arm.name, 7.0 * week)
            capacity = float(state["capacity_N"])
            load = daily_load(scenario, 7 * week)
            ratios: Row = {
                ratio_column(name): load_of(scenario, name) / capacity for name in scenario.loading.activities
            }
            daily: Row = {
                "daily_load_N": load,
                ratio_column("daily_load"): load / capacity,
                "daily_load_to_service": load / float(state["service_N"]),
            }
            rows.append({"arm": arm.name, "week": week} | state | daily | ratios)
    return rows


def _state_on(scenario: Scenario, states: Mapping[Key, Row], arm: str, day: float) -> Row:
    """Columns of one arm on any day of the course."""
    days = sorted(on for name, on in states if name == arm)
    place = bisect_left(days, day)
    after = days[place]  # the last computed day is not before the last week
    if after == day:
        return _named(states[arm, day], day, "computed", day, day)
    before = days[place - 1]
    twin = _twin(scenario, arm, after)
    if twin is None:
        return _named(states[arm, before], day, "held", before, before)
    share = (day - before) / (after - before)
    start, end = states[arm, before], states[twin, after]
    mixed: Row = {name: _between(start.get(name, ""), end.get(name, ""), share) for name in _OF_STATE}
    return _named(mixed | dict.fromkeys(_COMPUTED_ONLY, ""), day, "interpolated", before, after)


def _twin(scenario: Scenario, arm: str, day: float) -> str | None:
    """Arm whose state on a day continues the days before: the arm itself, unless it is injected on that day.

    Arms share their state until cement parts them, so any arm that is not yet injected shows the time before.
    """
    cement = {each.name: each.cement for each in scenario.arms}
    own = cement[arm]
    if own is None or own.day != day:
        return arm
    return next((name for name, given in cement.items() if given is None or given.day > day), None)


def _named(state: Mapping[str, float | str], day: float, basis: str, before: float, after: float) -> Row:
    visit: Row = {"day": int(day), "basis": basis, "from_day": int(before), "to_day": int(after)}
    return visit | {name: state.get(name, "") for name in _OF_STATE}


def _between(start: float | str, end: float | str, share: float) -> float | str:
    if isinstance(start, str) or isinstance(end, str):
        return ""
    return (1 - share) * start + share * end
