"""The section of the report about the elastic-plastic test: ultimate load beside the capacity."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.tables import Row

from .html import inline_svg, number_table, short

_HEADINGS = {
    "arm": "arm",
    "day": "day",
    "capacity_N": "capacity [N]",
    "ultimate_N": "ultimate load [N]",
    "capacity_over_ultimate": "capacity / ultimate",
    "force_1p9_percent_N": "force at 1.9 % [N]",
}
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


def virtual_test_section(folder: Path, rows: Sequence[Row], manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none where nothing was tested.

    Parameters
    ----------
    folder : Path
        With `virtual_test.svg` where a test came to its end.
    rows : sequence of dict
        Rows of `capacity.csv`.
    manifest : mapping
        Its `virtual_test` is told; `scenario` says by which rule capacity was found.

    Returns
    -------
    list of str
        HTML.
    """
    told = manifest["virtual_test"]
    if told is None:
        return []
    tested: list[Row] = [
        row | {"capacity_over_ultimate": float(row["capacity_N"]) / float(row["ultimate_N"])}
        for row in rows
        if row["ultimate_N"] != ""
    ]
    heading = "<h2>Elastic-plastic test beside the capacity</h2>"
    if not tested:
        return [heading, "<p>No test came to its end; the warnings above say why.</p>"]
    rule = manifest["scenario"]["capacity"]["rule"]
    limits = _LIMITS.format(of_criterion=_CRITERION[rule]) + _of_strength(told)
    return [
        heading,
        inline_svg(folder / "virtual_test.svg"),
        number_table(tested, _HEADINGS),
        f"<p>{escape(_reading_help(told, rule))}</p>",
        f'<p class="limits">{escape(limits)}</p>',
        f'<p class="muted">{escape(_cost(told))}</p>',
    ]


def _of_strength(told: Mapping[str, Any]) -> str:
    law = told["softening"]
    if law is None:
        return _PERFECT
    return (
        f"Strength falls with plastic strain to {short(100 * law['residual'])} % of itself at "
        f"{short(100 * law['strain'])} %; bone that softens gives way in one layer of elements, so this ultimate load "
        "and what follows it depend on the mesh."
    )


def _reading_help(told: Mapping[str, Any], rule: str) -> str:
    return (
        "On key days the body is pressed on until its height has fallen by "
        f"{short(100 * told['largest_strain'])} %; the ultimate load is the largest force on the way. "
        f"Capacity is the {_RULES[rule]} times a factor that was fitted to such tests of a virtual cohort; where the "
        "two differ, the test is the better number. Curves are in load_displacement.csv."
    )


def _cost(told: Mapping[str, Any]) -> str:
    return (
        f"Tests: {told['n_tests']}, of which failed: {told['n_failed']}; {told['increments']} increments, "
        f"{told['solves']} linear systems, {told['iterations']} iterations, {told['wall_s']:.0f} s. The sum of forces "
        f"out of balance was allowed to reach {short(100 * told['tolerance'])} % of the load; the load itself has "
        "changed by less than 0.4 % in ten times tighter tests of six bodies."
    )
