"""The table of observations: every row can be judged or says why it is not."""

import pytest

from vertebra.checks.finding import AGREES, DIFFERS, MET, MISSED, NEEDS_DATA, NOT_YET, SHOWN
from vertebra.checks.observed.rows import beside, observed_rows, of_comparison
from vertebra.materials.healing.patient.cohort_rows import Comparison

USES = {"check", "calibrate", "input", "code", "sign", "none"}


@pytest.mark.parametrize("name", observed_rows())
def test_row_is_complete(name):
    known = observed_rows()[name].parameters
    assert known["use"] in USES
    assert known.get("low", -1e9) < known.get("high", 1e9)
    assert "order" not in known or (known["use"] == "sign" and known["order"] in ("rising", "falling"))
    without = beside(name, None) if {"data", "quoted", "missing"} & set(known) else None
    assert without is None or (without.note and without.verdict in (NEEDS_DATA, NOT_YET, SHOWN))


def test_all_letters_of_the_list_are_there():
    heads = {name.partition("_")[0] for name in observed_rows()}
    expected = {"I": 13, "F": 5, "C": 10, "L": 2}
    assert {f"{letter}{i}" for letter, last in expected.items() for i in range(1, last + 1)} <= heads
    assert {"H1", "H2", "H6", "H9", "H10"} <= heads


@pytest.mark.parametrize(
    ("name", "numbers", "verdict"),
    [
        ("F1", {"100": 0.47}, MET),
        ("F1", {"60": 0.47, "100": 0.38}, MISSED),
        ("F2_rule", {"": 0.39}, MET),
        ("F4", {"": -6.0}, AGREES),
        ("I8", {"T12": 1, "L2": 3, "L4": 9, "L5": 12}, AGREES),
        ("I8", {"T12": 1, "L2": 3, "L4": 9, "L5": 8}, DIFFERS),
        ("I8", {"T12": -13, "L2": 3, "L4": 9, "L5": 12}, DIFFERS),
        ("C6", {"": 8.4}, SHOWN),
        ("C2", {"0": 1.0, "1": 1.1, "2": 1.2}, AGREES),
        ("C2", {"0": 1.0, "1": 0.9, "2": 1.2}, DIFFERS),
        ("C2_void", {"0": 1.0, "1": 0.9, "2": 0.8}, AGREES),
    ],
)
def test_verdict_follows_limits_and_order(name, numbers, verdict):
    assert beside(name, numbers).verdict == verdict


def test_row_that_needs_data_says_from_where():
    found = beside("I3", None)
    assert found.verdict == NEEDS_DATA
    assert "--data" in found.note
    assert "zenodo" in found.note.lower()


@pytest.mark.parametrize(("number", "verdict"), [(0.32, MET), (0.9, MISSED)])
def test_row_of_a_cohort_keeps_its_limits(number, verdict):
    found = of_comparison(Comparison.of("H5", number))
    assert found.verdict == verdict
    assert (found.low, found.high) == (0.095, 0.514)
