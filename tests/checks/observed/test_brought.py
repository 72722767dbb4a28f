"""Rows from tables that the user brings."""

import pytest

from vertebra.checks.observed.brought import brought_rows
from vertebra.checks.observed.code_table import FILE
from vertebra.checks.observed.rows import beside

HEAD = "engine,fixture,loads,stiffness_n_per_mm\n"
PAROSOL = 'parosol-py,vertebra_l4_mini,"[{""z"": 1.0}]",23358.63915762964\n'
OGO = "ogo,vertebra_l4_mini,,23296.853625171\n"
FEMUR = "ogo,femur_left_mini,,1602.6\n"


def test_two_codes_differ_by_what_is_published(tmp_path):
    (tmp_path / FILE).write_text(HEAD + PAROSOL + FEMUR + OGO, encoding="utf-8")
    found = brought_rows(tmp_path)
    assert found["I9_codes"][""] == pytest.approx(100 * (23358.63915762964 / 23296.853625171 - 1))
    assert beside("I9_codes", found["I9_codes"]).verdict == "met"


def test_table_without_one_of_the_codes_is_refused(tmp_path):
    (tmp_path / FILE).write_text(HEAD + PAROSOL + FEMUR, encoding="utf-8")
    with pytest.raises(
        ValueError, match="found vertebra_l4_mini by parosol-py, expected it by parosol-py and ogo"
    ):
        brought_rows(tmp_path)


def test_empty_folder_says_where_both_tables_come_from(tmp_path):
    with pytest.raises(
        ValueError, match=r"found neither walle2025\.csv nor .*(?i:zenodo).*parosol-py.*Fetch"
    ):
        brought_rows(tmp_path)
