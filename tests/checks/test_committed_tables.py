"""The tables of the documentation: complete, in the words of the rows, and compared but for rounding."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from vertebra.checks.observed.rows import beside, observed_rows
from vertebra.checks.verification import CASES

DOCS = Path(__file__).resolve().parents[2] / "docs"
ADVICE = "Run: vertebra {0} --csv docs/tables/{0}.csv"


@pytest.fixture(scope="module")
def compare():
    spec = spec_from_file_location("compare_tables", DOCS / "compare_tables.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def committed(compare):
    return lambda verb: compare.rows_of(DOCS / "tables" / f"{verb}.csv")


def test_every_case_with_a_known_solution_stands_in_its_table_and_is_met(committed):
    table = committed("verify")
    assert list(table) == [case.name for case in CASES], ADVICE.format("verify")
    for case in CASES:
        row = table[case.name]
        assert (row["what"], row["source"], row["note"]) == (case.what, case.source, case.note)
        assert row["verdict"] == ("met" if case.compute else "not yet"), case.name


def test_every_observation_stands_in_its_table_in_its_own_words(committed):
    table = committed("validate")
    for name in observed_rows():
        assert name in table, ADVICE.format("validate")
        row = beside(name, {"": 0.0})
        assert table[name]["what"].startswith(row.what), ADVICE.format("validate")
        assert (table[name]["reference"], table[name]["source"]) == (row.reference, row.source)
    assert {name[0] for name in table.keys() - observed_rows().keys()} == {
        "P",
        "H",
    }  # of patients and cohorts


def cells(**computed):
    return {"computed": "0.47", "verdict": "met", "reference": "0.4"} | computed


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        (cells(), cells(), False),
        (cells(computed="60: 0.4623, 100: 1799"), cells(computed="60: 0.4631, 100: 1791"), False),
        (cells(computed="60: 0.4623, 100: 1799"), cells(computed="60: 0.4635, 100: 1799"), True),
        (cells(computed="60: 0.4623"), cells(computed="60: 0.4623, 100: 1799"), True),
        (cells(computed="strength: inf"), cells(computed="strength: inf"), False),
        (cells(computed="strength: inf"), cells(computed="strength: 12.3"), True),
        (cells(computed="0"), cells(computed="0.001"), True),
        (cells(), cells(verdict="missed"), True),
        (
            cells(computed="error: 1e-15", reference="exact"),
            cells(computed="error: 3e-16", reference="exact"),
            False,
        ),
    ],
)
def test_numbers_may_differ_in_their_last_digit_and_words_may_not(compare, old, new, differs):
    assert bool(compare.differences({"I1": old}, {"I1": new})) == differs


def test_rows_of_one_table_alone_are_named(compare):
    assert compare.differences({"I1": cells()}, {}) == ["I1: only in one of the tables"]
