"""The first screen: one sentence and four numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from vertebra.records.columns import LOAD_TO_STRENGTH
from vertebra.records.tables import Row

from ..charts.course import band_columns
from ..page.quantity import activity_name, quantity, signed, with_unit
from .effects import Gain, back_on, gains_of
from .record import INTACT, RunRecord

_MOST = 3
"""Arms that are named one by one."""


@dataclass(frozen=True)
class Headline:
    """One of the four numbers.

    Attributes
    ----------
    name : str
        For tests and for styles.
    label, value, unit : str
    details : sequence of str
        Lines below it.
    raw : float or None
        The number as the tables have it.
    """

    name: str
    label: str
    value: str
    unit: str
    details: Sequence[str]
    raw: float | None = None


def sentence(record: RunRecord) -> str:
    """The result in one sentence."""
    intact = float(record.intact["service_N"])
    if record.reference is None:
        capacity = float(record.intact["capacity_N"])
        borne = with_unit(intact, "N")
        return f"The intact vertebra bears {borne} in service and gives way at {with_unit(capacity, 'N')}."
    arm = record.reference
    before = [
        row for row in record.of_arm(arm) if float(row["day"]) < record.arms.injections.get(arm, float("inf"))
    ]
    rows = before or record.of_arm(arm)
    least = min(rows, key=lambda row: float(row["service_N"]))
    share = quantity(100 * float(least["service_N"]) / intact, "%")
    text = (
        f"After the fracture the vertebra bears least on day {quantity(float(least['day']), 'd')}: "
        f"{with_unit(float(least['service_N']), 'N')} in service, {share} % of the intact {with_unit(intact, 'N')}"
    )
    if not before or arm not in record.arms.injections:
        text += f"; {_return_words(record, arm)}"
    gains = gains_of(record, "service_N")
    if gains:
        best = max(gains, key=lambda gain: gain.added)
        percent = 100 * best.added / best.before
        verb = "adds" if percent > 0 else "takes"
        amount = f"{verb} {with_unit(abs(best.added), 'N')} ({signed(percent, '%')}) at once"
        if abs(percent) < 1:
            amount = "changes this by less than 1 %"
        which = f" in arm {best.arm}" if len(gains) > 1 else ""
        text += f"; cement on day {quantity(best.day, 'd')}{which} {amount}"
    return f"{text}."


def headlines(record: RunRecord) -> list[Headline]:
    """The four numbers."""
    if record.reference is None:
        return _of_intact(record)
    return [_lowest(record), _back(record), _gain(record), _heaviest(record)]


def _lowest(record: RunRecord) -> Headline:
    intact = float(record.intact["service_N"])
    rows = [row for row in record.capacity if row["arm"] != INTACT]
    least = min(rows, key=lambda row: float(row["service_N"]))
    value = float(least["service_N"])
    same = [
        row["arm"] for row in rows if row["day"] == least["day"] and row["service_N"] == least["service_N"]
    ]
    who = (
        "all arms"
        if len(same) == len(record.arms.names) and len(same) > 1
        else ", ".join(map(str, same[:_MOST]))
    )
    details = [
        f"day {quantity(float(least['day']), 'd')}, {who}",
        f"{quantity(100 * value / intact, '%')} % of intact ({with_unit(intact, 'N')})",
    ]
    pair = band_columns("service_N", (name for name, text in least.items() if text != ""))
    if pair is not None:
        kind = "8 of 10 patients" if "_p10_" in pair[0] else "bracket"
        low, high = (float(least[name]) for name in pair)
        details.append(f"{kind}: {quantity(low, 'N')} to {with_unit(high, 'N')}")
    return Headline("lowest", "Lowest service load", quantity(value, "N"), "N", details, value)


def _return_words(record: RunRecord, arm: str) -> str:
    day = back_on(record, arm)
    if day is None:
        return f"left alone it is not back at 90 % of intact by day {quantity(record.last_day, 'd')}"
    if day == float(record.of_arm(arm)[0]["day"]):
        return "never below 90 % of intact"
    return f"left alone it is back at 90 % of intact by day {quantity(day, 'd')}"


def _back(record: RunRecord) -> Headline:
    arm = record.reference
    assert arm is not None  # asked for by `headlines` only where there are arms
    days = {name: back_on(record, name) for name in record.arms.names}

    def words(name: str) -> str:
        day = days[name]
        if day is None:
            return "not reached"
        return "never below" if day == float(record.of_arm(name)[0]["day"]) else f"day {quantity(day, 'd')}"

    others = [f"{name}: {words(name)}" for name in record.arms.names if name != arm]
    details = [arm, *others[:_MOST]]
    if len(others) > _MOST:
        reached = sum(day is not None for day in days.values())
        details = [arm, f"{reached} of {len(days)} arms reach it"]
    details.append(
        f"first computed day that stays there; the course ends on day {quantity(record.last_day, 'd')}"
    )
    value = words(arm)
    return Headline("back", "Back at 90 % of intact service load", value, "", details, days[arm])


def _gain(record: RunRecord) -> Headline:
    gains = gains_of(record, "service_N")
    if not gains:
        rows = record.of_arm(str(record.reference))
        first, last = float(rows[0]["service_N"]), float(rows[-1]["service_N"])
        begin, end = (quantity(float(row["day"]), "d") for row in (rows[0], rows[-1]))
        details = [f"{record.reference}, day {begin} to {end}", "no arm has cement"]
        return Headline(
            "gain",
            "Gain by healing, service load",
            signed(last - first, "N").split("\u00a0")[0],
            "N",
            details,
            last - first,
        )
    best = max(gains, key=lambda gain: gain.added)
    capacity = next(gain for gain in gains_of(record, "capacity_N") if gain.arm == best.arm)
    percent, day = signed(100 * best.added / best.before, "%"), quantity(best.day, "d")
    details = [
        f"{percent} service load, {best.arm} against {best.reference}, day {day}",
        f"capacity: {signed(capacity.added, 'N')} ({signed(100 * capacity.added / capacity.before, '%')})",
        _resolution_words(best, capacity),
    ]
    others = [gain for gain in gains if gain is not best]
    if others:
        shown = ", ".join(f"{gain.arm} {signed(gain.added, 'N')}" for gain in others[:_MOST])
        details.insert(1, f"{shown}{f' and {len(others) - _MOST} more arms' if len(others) > _MOST else ''}")
    value = signed(best.added, "N").split("\u00a0")[0]
    return Headline("gain", "Gain by cement, at once", value, "N", details, best.added)


def _resolution_words(best: Gain, capacity: Gain) -> str:
    if best.resolution is None:
        return "resolution not estimated in this run: vertebra converge gives it"
    text = f"resolution of the mesh ±{with_unit(best.resolution, 'N')}"
    if abs(best.added) < best.resolution:
        return f"{text}: the gain is smaller than that"
    if capacity.resolution is not None and abs(capacity.added) < capacity.resolution:
        text += f", of the capacity ±{with_unit(capacity.resolution, 'N')}: its gain is smaller than that"
    return text


def _heaviest(record: RunRecord) -> Headline:
    limit = record.manifest["scenario"]["loading"]["load_to_strength_limit"]
    found = {arm: _heaviest_of(record, arm, limit) for arm in (INTACT, *record.arms.names)}
    arm = record.reference or INTACT
    best = found[arm]
    details = [f"{arm}, day {quantity(float(record.of_arm(arm)[-1]['day']), 'd')}"]
    if best is None:
        value = "none"
        details.append(f"no activity stays below load / capacity {quantity(limit, '-')}")
    else:
        value = _activity(best)
        details.append(
            f"{with_unit(float(best['load_N']), 'N')}, load / capacity {quantity(float(best['ratio']), '-')}, "
            f"limit\u00a0{quantity(limit, '-')}"
        )
        service = next(row for row in record.of_arm(arm) if row["day"] == best["day"])
        details.append(
            f"load / service load {quantity(float(best['load_N']) / float(service['service_N']), '-')}"
        )
    differ = [
        f"{name}: {'none' if row is None else _activity(row)}"
        for name, row in found.items()
        if (name not in (arm, INTACT) and (row is None) != (best is None))
        or (row and best and row["activity"] != best["activity"] and name != INTACT)
    ]
    details += differ[:2]
    ratio = None if best is None else float(best["ratio"])
    return Headline("heaviest", "Heaviest activity below the limit, last day", value, "", details, ratio)


def _heaviest_of(record: RunRecord, arm: str, limit: float) -> Row | None:
    last = max(float(row["day"]) for row in record.of_arm(arm))
    borne = [
        row
        for row in record.tables[LOAD_TO_STRENGTH]
        if row["arm"] == arm
        and float(row["day"]) == last
        and row["activity"] != "daily_load"
        and float(row["ratio"]) < limit
    ]
    return max(borne, key=lambda row: float(row["load_N"]), default=None)


def _activity(row: Row) -> str:
    return activity_name(str(row["activity"]))


def _of_intact(record: RunRecord) -> list[Headline]:
    row = record.intact
    service, capacity, stiffness = (
        float(row[name]) for name in ("service_N", "capacity_N", "stiffness_N_per_mm")
    )
    pair = band_columns("capacity_N", (name for name, value in row.items() if value != ""))
    bracket = (
        [f"bracket {quantity(float(row[pair[0]]), 'N')} to {with_unit(float(row[pair[1]]), 'N')}"]
        if pair
        else []
    )
    return [
        Headline(
            "service",
            "Service load",
            quantity(service, "N"),
            "N",
            ["0.68 % shortening, or capacity if that is less"],
            service,
        ),
        Headline(
            "capacity",
            "Capacity",
            quantity(capacity, "N"),
            "N",
            ["under this load it gives way", *bracket],
            capacity,
        ),
        Headline(
            "stiffness",
            "Stiffness",
            quantity(stiffness, "N/mm"),
            "N/mm",
            ["force over approach of the platens"],
            stiffness,
        ),
        _heaviest(record),
    ]
