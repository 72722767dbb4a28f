"""The elastic-plastic test: ultimate load beside the capacity."""

from collections.abc import Mapping
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import ARM, CAPACITY, CAPACITY_N, DAY, HUNDREDTHS, LOAD_DISPLACEMENT, ULTIMATE_N
from vertebra.records.tables import Row

from ...charts.strength import pressing_panels
from ...page.blocks import Chapter, Text, draw, number_table
from ...page.quantity import quantity
from ..record import RunRecord

_SHOWN = (
    ARM,
    DAY,
    CAPACITY_N,
    ULTIMATE_N,
    Column("capacity_over_ultimate", "-", "Capacity over ultimate load.", "capacity / ultimate", HUNDREDTHS),
    CAPACITY["force_1p9_percent_N"],
)
_LIMITS = (
    "Small strain; bone yields in a box of principal stresses at its strength in compression and in tension, and flow "
    "is associated. {of_criterion}The ultimate load of a cemented body still falls with smaller elements. "
)
_CRITERION = {
    "surface": "",
    "section": "The box is used whatever the criterion of the capacity. ",
}
_RULES = {
    "surface": "strength of the weakest surface",
    "section": "strength that the force mobilises in the weakest section of constant relative height,",
}
_PERFECT = "No strength is lost on the way (no softening): a limit load, not a prediction of collapse."


def pressing_chapter(record: RunRecord) -> Chapter | None:
    """Curves and ultimate loads; None where nothing was tested.

    Parameters
    ----------
    record : RunRecord
    """
    summary = record.manifest["virtual_test"]
    if summary is None:
        return None
    title = "Elastic-plastic test beside the capacity"
    tested: list[Row] = [
        row | {"capacity_over_ultimate": float(row["capacity_N"]) / float(row["ultimate_N"])}
        for row in record.capacity
        if row["ultimate_N"] != ""
    ]
    if not tested:
        return Chapter("test", title, [Text("All tests failed; the warnings above say why.")])
    rule = record.manifest["scenario"]["capacity"]["rule"]
    panels = pressing_panels(record.tables[LOAD_DISPLACEMENT], record.capacity, record.arms)
    return Chapter(
        "test",
        title,
        [
            draw(panels),
            number_table(tested, _SHOWN),
            Text(_reading_help(summary, rule)),
            Text(_LIMITS.format(of_criterion=_CRITERION[rule]) + _of_strength(summary), "note"),
            Text(_cost(summary), "note"),
        ],
        "Pressing test",
    )


def _of_strength(summary: Mapping[str, Any]) -> str:
    softening = summary["softening"]
    if softening is None:
        return _PERFECT
    return (
        f"Strength falls with plastic strain to {quantity(100 * softening['residual'], '%')} % of itself at "
        f"{quantity(100 * softening['strain'], '%')} %; bone that softens gives way in one layer of elements, so this "
        "ultimate load and what follows it depend on the mesh."
    )


def _reading_help(summary: Mapping[str, Any], rule: str) -> str:
    return (
        "On key days the body is pressed on until its height has fallen by "
        f"{quantity(100 * summary['largest_strain'], '%')} %; the ultimate load is the largest force on the way. "
        f"Capacity is the {_RULES[rule]} times a factor that was fitted to such tests of a virtual cohort; where the "
        "two differ, the test is the better number. That is one code against another, no evidence about bone. Curves "
        "are in load_displacement.csv."
    )


def _cost(summary: Mapping[str, Any]) -> str:
    return (
        f"Tests: {summary['n_tests']}, of which failed: {summary['n_failed']}; {summary['increments']} increments, "
        f"{summary['solves']} linear systems, {summary['iterations']} iterations, {summary['wall_s']:.0f} s. The sum "
        f"of forces out of balance was allowed to reach {quantity(100 * summary['tolerance'], '%')} % of the load; the "
        "load itself has changed by less than 0.4 % in ten times tighter tests of six bodies."
    )
