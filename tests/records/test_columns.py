"""Declarations of columns: complete, unambiguous, and the only list there is."""

import numpy as np
import pytest

from vertebra.materials.tissue import TissueState
from vertebra.models.strength.linear_criteria import (
    PERCENTILE_VOLUME,
    PISTOIA_STRAIN,
    PISTOIA_VOLUME,
)
from vertebra.records.column import REPORT, TERMINAL, Column, TableLayout
from vertebra.records.columns import CAPACITY, CONVERGENCE_TABLES, FOLLOW_UP, RUN_TABLES, TISSUES

ALL = {
    f"{table.file}-{column.name}": column
    for table in (*RUN_TABLES, *CONVERGENCE_TABLES)
    for column in table.columns
}
UNITS = {
    "_N": "N",
    "_mm": "mm",
    "_N_per_mm": "N/mm",
    "_MPa": "MPa",
    "_Nm": "N m",
    "_percent": "%",
    "_deg": "degree",
    "_day": "d",
    "_ratio": "-",
    "_to_strength": "-",
}


def test_capacity_columns_keep_their_order():
    """Programs of others read them by place."""
    assert ",".join(CAPACITY.names).startswith(
        "arm,day,capacity_N,stiffness_N_per_mm,crawford_N,pistoia_N,capacity_ratio,stiffness_ratio,service_N,"
        "service_ratio,height_mm"
    )


@pytest.mark.parametrize("column", [pytest.param(each, id=key) for key, each in ALL.items()])
def test_every_column_states_its_meaning_in_one_sentence_and_the_unit_of_its_name(column):
    assert column.meaning[0].isupper() or column.meaning[0] == "`"
    assert column.meaning.endswith(".")
    assert ". " not in column.meaning
    ending = max((end for end in UNITS if column.name.endswith(end)), key=len, default=None)
    if ending == "_percent" and column.name.startswith("tissues_above"):
        ending = None  # a number of tissues
    if ending is not None:
        assert column.unit == UNITS[ending]


@pytest.mark.parametrize("table", [*RUN_TABLES, *CONVERGENCE_TABLES], ids=lambda table: table.file)
def test_no_table_has_a_column_twice(table):
    assert len(set(table.names)) == len(table.names)


def test_one_name_has_one_meaning_everywhere():
    meanings = {}
    for column in ALL.values():
        meanings.setdefault(column.name, set()).add((column.unit, column.meaning))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_meanings_state_the_constants_of_the_criteria():
    pistoia, percentile = CAPACITY["pistoia_N"].meaning, CAPACITY["percentile_N"].meaning
    assert f"{100 * PISTOIA_VOLUME:g} % of the bone" in pistoia
    assert f"effective strain of {100 * PISTOIA_STRAIN:g} %" in pistoia
    assert f"{100 * PERCENTILE_VOLUME:g} % of the bone" in percentile


def test_tissues_are_those_that_a_state_of_tissue_holds():
    assert list(TISSUES) == list(TissueState.fresh(np.ones(1)).volume_fractions())


TABLE = TableLayout(
    "t.csv",
    "One row a thing.",
    (
        Column("thing", "", "Name.", shown=frozenset({REPORT, TERMINAL})),
        Column("a_ratio", "-", "Ratio of a.", "a / intact", ".2f", frozenset({REPORT}), ratio_of="a_N"),
        Column("hidden_N", "N", "Another load."),
        Column("a_N", "N", "Load.", "a", ".0f", frozenset({REPORT})),
        Column("share", "-", "Share.", form=".1%", shown=frozenset({REPORT})),
    ),
    per_activity=Column("{activity}_over_a", "-", "Load over a."),
)


def test_a_ratio_is_shown_behind_its_quantity_and_hidden_columns_are_not_shown():
    assert [column.name for column in TABLE.shown(REPORT)] == ["thing", "a_N", "a_ratio", "share"]
    assert [column.name for column in TABLE.shown(TERMINAL)] == ["thing"]
    assert TABLE["a_N"].hidden().shown == frozenset()


def test_titles_and_numbers_follow_from_the_declaration():
    assert [TABLE[name].title for name in ("thing", "a_N", "a_ratio", "hidden_N", "share")] == [
        *("thing", "a [N]", "a / intact", "hidden N [N]", "share [%]")
    ]
    assert TABLE["a_N"].text(1234.5678) == "1235"
    assert TABLE["a_ratio"].text(0.5) == "0.50"
    assert TABLE["share"].text(0.1234) == "12.3"
    assert TABLE["share"].text("") == ""
    assert TABLE["thing"].text("1e3") == "1e3"


def test_columns_of_activities_follow_those_of_the_table():
    assert TABLE.names_with(["x", "y"]) == (*TABLE.names, "x_over_a", "y_over_a")
    assert FOLLOW_UP.names_with(["standing"])[-1] == "standing_to_strength"
    assert CAPACITY.names_with(["standing"]) == CAPACITY.names


def test_an_unknown_column_is_named_with_those_there_are():
    with pytest.raises(
        KeyError, match=r"capacity.csv has no column 'capasity_N', expected one of arm, day, "
    ):
        CAPACITY["capasity_N"]
