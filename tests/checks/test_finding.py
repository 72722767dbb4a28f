"""A row: verdict from limits and use, text of what was found."""

import numpy as np
import pytest

from vertebra.checks.finding import AGREES, DIFFERS, MET, MISSED, NOT_YET, SHOWN, Finding, judge, text_of


def row(**changes):
    known = {
        "name": "X1",
        "what": "a ratio",
        "reference": "0.47",
        "tolerance": "+- 0.08",
        "source": "somebody",
        "certainty": "A",
        "use": "check",
        "verdict": MET,
    }
    return Finding(**(known | changes))


@pytest.mark.parametrize(
    ("numbers", "use", "verdict"),
    [
        ((0.4,), "check", MET),
        ((0.39, 0.55), "check", MET),
        ((0.4, 0.6), "check", MISSED),
        ((0.4,), "sign", AGREES),
        ((0.6,), "sign", DIFFERS),
        ((np.nan,), "check", MISSED),
    ],
)
def test_every_number_must_lie_within_the_limits(numbers, use, verdict):
    assert judge(dict(enumerate(numbers)), 0.39, 0.55, use) == verdict


def test_without_limits_there_is_no_verdict():
    assert judge({"": 3.0}, -np.inf, np.inf, "check") == SHOWN


@pytest.mark.parametrize(
    ("use", "must"),
    [("theory", True), ("input", True), ("calibrate", True), ("check", False), ("sign", False)],
)
def test_what_went_in_must_come_out(use, must):
    assert row(use=use).must_hold is must


def test_numbers_are_told_with_what_distinguishes_them():
    assert row(computed={"": 0.471234}).computed_text == "0.4712"
    assert row(computed={"60": 0.45, "100": 12345.6}).computed_text == "60: 0.45, 100: 12346"
    assert row(verdict=NOT_YET).computed_text == ""
    assert text_of(-5.3794) == "-5.379"
