"""Milestones of healing, verdicts, and loads that the vertebra could not bear."""

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from vertebra.materials.healing.laws.law import healing_times

from .tables import Row
from .workspace import State

_TIMES = ("t50", "t80", "t95")


def milestones(states: Sequence[State], cemented: Container[str]) -> dict[str, dict[str, Any]]:
    """Milestones of healing by arm: gain of the zone's mean modulus (without cement), bridging, union.

    Times of the gain are those over two years of the same law; of a law that follows strain they are read from the
    listed days, up to the last.

    Parameters
    ----------
    states : sequence of State
        In the order of days.
    cemented : container of str
        Names of arms with cement: their modulus does not show healing.

    Returns
    -------
    dict of str to dict
        By arm with a zone: `t50`, `t80`, `t95`, `first_path_day`, `bridging_day` [days], None where not reached, and
        the verdict of the last state.
    """
    out = {}
    for arm in dict.fromkeys(state.arm for state in states if state.has_zone):
        mine = [state for state in states if state.arm == arm]
        times = tuple(mine[-1].healing.get(name, np.nan) for name in _TIMES)
        followed = "outcome" in mine[-1].verdict
        if followed and arm not in cemented and mine[-1].verdict["outcome"] != "non-union":
            times = healing_times([s.day for s in mine], [s.row["zone_young_MPa"] for s in mine])
        last = mine[-1].healing
        days = dict(zip(_TIMES, times, strict=True)) | {
            name: last[name] for name in ("first_path_day", "bridging_day")
        }
        out[arm] = {name: None if np.isnan(day) else day for name, day in days.items()} | mine[-1].verdict
        if mine[-1].events:
            out[arm]["events"] = mine[-1].events
    return out


def course_warnings(states: Sequence[State]) -> list[str]:
    """Warn of what has happened to arms whose body collapses; refractures by the first of them and their number.

    Parameters
    ----------
    states : sequence of State
        In the order of days.

    Returns
    -------
    list of str
    """
    out: list[str] = []
    for arm, events in _last_events(states).items():
        broken = [event for event in events if event["kind"] == "refracture"]
        if broken:
            more = f" ({len(broken)} such days by day {broken[-1]['day']:g})" if len(broken) > 1 else ""
            out.append(f"arm {arm}, day {broken[0]['day']:g}: refracture, {broken[0]['text']}{more}.")
        out += [
            f"arm {arm}, day {round(event['day'], 1):g}: {event['text']}."
            for event in events
            if event["kind"] in ("full band", "limit")
        ]
    return out


def _last_events(states: Sequence[State]) -> dict[str, list[dict[str, Any]]]:
    """Events of every arm up to its last state."""
    return {state.arm: state.events for state in states}


def overloads(rows: Sequence[Row], healing: Sequence[Row]) -> list[str]:
    """Warn of arms whose daily load exceeds their capacity: strain beyond that is not that of an elastic body.

    Parameters
    ----------
    rows, healing : sequence of dict
        Rows of `capacity.csv` and of `healing.csv`; each of the latter has its arm and day among the former.

    Returns
    -------
    list of str
        One warning for each such arm.
    """
    capacity = {(row["arm"], row["day"]): float(row["capacity_N"]) for row in rows}
    days: dict[str, list[float | str]] = {}
    for row in healing:
        if float(row["daily_load_N"]) > capacity[row["arm"], row["day"]]:
            days.setdefault(str(row["arm"]), []).append(row["day"])
    return [
        f"arm {arm}: the daily load of loading.phases exceeds the capacity on {len(on)} of the computed days, first "
        f"on day {on[0]}: the vertebra would give way, which an elastic solve does not show. Lower the load."
        for arm, on in days.items()
    ]
