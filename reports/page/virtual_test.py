"""The chapter of the report about the elastic-plastic test: ultimate load beside the capacity."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import ARM, CAPACITY, CAPACITY_N, DAY, HUNDREDTHS, ULTIMATE_N
from vertebra.records.result_files import VIRTUAL_TEST_FIGURE
from vertebra.records.tables import Row

from .html import inline_svg, number_table, short

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


def virtual_test_chapter(folder: Path, rows: Sequence[Row], manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none where nothing was tested.

    Parameters
    ----------
    folder : Path
        With `virtual_test.svg` where a test succeeded.
    rows : sequence of dict
        Rows of `capacity.csv`.
    manifest : mapping
        `virtual_test` is summed up; `scenario` says by which rule capacity was found.

    Returns
    -------
    list of str
        HTML.
    """
    summary = manifest["virtual_test"]
    if summary is None:
        return []
    tested: list[Row] = [
        row | {"capacity_over_ultimate": float(row["capacity_N"]) / float(row["ultimate_N"])}
        for row in rows
        if row["ultimate_N"] != ""
    ]
    heading = "<h2>Elastic-plastic test beside the capacity</h2>"
    if not tested:
        return [heading, "<p>All tests failed; the warnings above say why.</p>"]
    rule = manifest["scenario"]["capacity"]["rule"]
    limits = _LIMITS.format(of_criterion=_CRITERION[rule]) + _of_strength(summary)
    return [
        heading,
        inline_svg(folder / VIRTUAL_TEST_FIGURE.name),
        number_table(tested, _SHOWN),
        f"<p>{escape(_reading_help(summary, rule))}</p>",
        f'<p class="limits">{escape(limits)}</p>',
        f'<p class="muted">{escape(_cost(summary))}</p>',
    ]


def _of_strength(summary: Mapping[str, Any]) -> str:
    softening = summary["softening"]
    if softening is None:
        return _PERFECT
    return (
        f"Strength falls with plastic strain to {short(100 * softening['residual'])} % of itself at "
        f"{short(100 * softening['strain'])} %; bone that softens gives way in one layer of elements, so this ultimate "
        "load and what follows it depend on the mesh."
    )


def _reading_help(summary: Mapping[str, Any], rule: str) -> str:
    return (
        "On key days the body is pressed on until its height has fallen by "
        f"{short(100 * summary['largest_strain'])} %; the ultimate load is the largest force on the way. "
        f"Capacity is the {_RULES[rule]} times a factor that was fitted to such tests of a virtual cohort; where the "
        "two differ, the test is the better number. Curves are in load_displacement.csv."
    )


def _cost(summary: Mapping[str, Any]) -> str:
    return (
        f"Tests: {summary['n_tests']}, of which failed: {summary['n_failed']}; {summary['increments']} increments, "
        f"{summary['solves']} linear systems, {summary['iterations']} iterations, {summary['wall_s']:.0f} s. The sum "
        f"of forces out of balance was allowed to reach {short(100 * summary['tolerance'])} % of the load; the load "
        "itself has changed by less than 0.4 % in ten times tighter tests of six bodies."
    )
