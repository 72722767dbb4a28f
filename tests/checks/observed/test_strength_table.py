"""Rows from the table of strengths that the user brings."""

import numpy as np
import pytest

from vertebra.checks.observed.strength_table import COLUMNS, FILE, regress, strength_rows

STIFFNESS = np.linspace(5e3, 3e4, 12)
HEIGHT = 30.0
STRENGTH = 0.2934 * STIFFNESS - 1000


def write(folder, columns, rows, mark=",", start=""):
    lines = [mark.join(columns), *(mark.join(str(x) for x in row) for row in rows)]
    (folder / FILE).write_text(start + "\n".join(lines), encoding="utf-8")


def rows(stiffness=STIFFNESS, strength=STRENGTH):
    return [(k, HEIGHT, force) for k, force in zip(stiffness, strength, strict=True)]


def test_strength_that_is_a_line_of_stiffness_is_found(tmp_path):
    write(tmp_path, COLUMNS, rows())
    found = strength_rows(tmp_path)
    assert found["I4"]["R2, n 12"] == pytest.approx(1)
    assert found["I3"]["R2, n 12"] == pytest.approx(1)  # one height: 0.0068 K H is a line of K, too
    assert found["I3_error"][""] == pytest.approx(0, abs=1e-9)
    assert found["I4_strain"][""] == pytest.approx(100 * np.mean(STRENGTH / (STIFFNESS * HEIGHT)))


def test_error_of_the_regression_is_in_kilonewtons(tmp_path):
    off = 500.0 * (-1.0) ** np.arange(12)
    write(tmp_path, COLUMNS, rows(strength=STRENGTH + off))
    expected = regress(0.0068 * STIFFNESS * HEIGHT, STRENGTH + off)[3]
    assert strength_rows(tmp_path)["I3_error"][""] == pytest.approx(expected / 1000)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_other_columns_separators_and_a_byte_order_mark_do_no_harm(tmp_path, mark):
    given = [("verse004", 18, *row) for row in rows()]
    write(tmp_path, ("subject", "level", *COLUMNS), given, mark, "\ufeff")
    assert strength_rows(tmp_path)["I4"]["R2, n 12"] == pytest.approx(1)


def test_regression_of_scattered_points():
    x, y = np.array([0.0, 1, 2, 3]), np.array([0.0, 2, 1, 3])
    slope, intercept, share, error = regress(x, y)
    assert (slope, intercept) == pytest.approx((0.8, 0.3))
    assert share == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    assert error == pytest.approx(np.sqrt(((y - 0.8 * x - 0.3) ** 2).sum() / 2))


def test_folder_without_the_table_has_no_rows(tmp_path):
    assert strength_rows(tmp_path) == {}


@pytest.mark.parametrize(
    ("columns", "given", "text"),
    [
        (COLUMNS[:2], [(1, 2)], r"found stiffness_N_per_mm, height_mm, expected .*\(nonlinear_N missing\)"),
        (COLUMNS, [], "found no row, expected the columns"),
        (COLUMNS, [(1, 2, "many")], r"line 2: found 'many' in nonlinear_N, expected a number above 0"),
        (COLUMNS, [(1, 2, "")], r"line 2: found '' in nonlinear_N"),
        (COLUMNS, [(1, 2)], "line 2: has another number of cells"),
        (COLUMNS, rows()[:4], "found 4 rows, expected at least 10"),
        (COLUMNS, rows(STIFFNESS / 1000), r"a median of 17\.5 in stiffness_N_per_mm, expected 500 to 100000"),
        (COLUMNS, rows(strength=STRENGTH / 1000), r"in nonlinear_N, expected 100 to 30000\. Convert"),
    ],
)
def test_table_that_is_not_as_expected_is_refused(tmp_path, columns, given, text):
    write(tmp_path, columns, given)
    with pytest.raises(ValueError, match=text):
        strength_rows(tmp_path)
