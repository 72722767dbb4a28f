"""One style of numbers."""

import pytest

from vertebra.records.column import Column
from vertebra.reports.page.quantity import (
    MISSING,
    activity_name,
    quantity,
    shown,
    signed,
    three_digits,
    with_unit,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2748.2, "N", "2750"),
        (81.77, "N", "82"),
        (18743.0, "N/mm", "18700"),
        (0.8764, "-", "0.88"),
        (22.84, "mm", "22.8"),
        (7.31, "%", "7"),
        (1.26, "%", "1.3"),
        (-0.04, "%", "0"),
        (-12.0, "N", "\N{MINUS SIGN}12"),
        (42.4, "d", "42"),
        (float("nan"), "N", MISSING),
    ],
)
def test_digits_follow_the_quantity(value, unit, text):
    assert quantity(value, unit) == text


@pytest.mark.parametrize("value", [1.0, 9.996, 0.0456, 99950.0, 123.4, 1e-5])
def test_three_digits_are_three_and_within_half_of_the_last(value):
    text = three_digits(value)
    assert len(text.replace(".", "").strip("0")) <= 3
    assert float(text) == pytest.approx(value, rel=5.1e-3)


def test_number_and_unit_do_not_part():
    assert with_unit(5.0, "N") == "5\u00a0N"
    assert with_unit(0.5, "-") == "0.50"


def test_differences_have_a_sign_unless_they_are_nothing():
    assert signed(12.0, "N") == "+12\u00a0N"
    assert signed(-12.0, "N") == "\N{MINUS SIGN}12\u00a0N"
    assert signed(0.2, "N") == "0\u00a0N"


def test_a_column_decides_on_percent_words_and_gaps():
    share = Column("bridged_share", "-", "Share.", form=".1%")
    assert shown(0.425, share) == "42"
    assert shown("", share) == MISSING
    assert shown("4", Column("arm", "", "Arm.")) == "4"


def test_activities_are_words():
    assert activity_name("stooped_lift_20kg") == "stooped lift 20\u00a0kg"
