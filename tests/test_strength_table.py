"""Rows from a table that the user brings."""

import numpy as np
import pytest

from vertebra.checks.strength_table import COLUMNS, FILE, regress, table_rows


def write(folder, columns, rows):
    lines = [",".join(columns), *(",".join(str(x) for x in row) for row in rows)]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")


def test_strength_that_is_a_line_of_stiffness_is_found(tmp_path):
    stiffness, height = np.array([5e3, 1e4, 2e4, 3e4]), 30.0
    strength = 0.2934 * stiffness - 1000
    write(tmp_path, COLUMNS, zip(stiffness, [height] * 4, strength, strict=True))
    found = table_rows(tmp_path)
    assert found["I4"]["R2, n 4"] == pytest.approx(1)
    assert found["I3"]["R2, n 4"] == pytest.approx(1)  # one height: 0.0068 K H is a line of K, too
    assert found["I4_strain"][""] == pytest.approx(100 * np.mean(strength / (stiffness * height)))


def test_regression_of_scattered_points():
    x, y = np.array([0.0, 1, 2, 3]), np.array([0.0, 2, 1, 3])
    slope, intercept, share, error = regress(x, y)
    assert (slope, intercept) == pytest.approx((0.8, 0.3))
    assert share == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    assert error == pytest.approx(np.sqrt(((y - 0.8 * x - 0.3) ** 2).sum() / 2))


def test_missing_file_says_where_to_fetch_it(tmp_path):
    with pytest.raises(ValueError, match=r"found no walle2025\.csv, expected .*(?i:zenodo).*Fetch it"):
        table_rows(tmp_path)


def test_missing_column_is_named(tmp_path):
    write(tmp_path, COLUMNS[:2], [(1, 2)])
    with pytest.raises(ValueError, match=r"found no column nonlinear_N, expected stiffness_N_per_mm"):
        table_rows(tmp_path)


def test_words_among_the_numbers_are_refused(tmp_path):
    write(tmp_path, COLUMNS, [(1, 2, "many")])
    with pytest.raises(ValueError, match=r"many.*expected numbers"):
        table_rows(tmp_path)
