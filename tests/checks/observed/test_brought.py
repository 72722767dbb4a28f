"""Rows from tables that the user brings."""

import numpy as np
import pytest

from vertebra.checks.observed import code_table
from vertebra.checks.observed.brought import brought_rows
from vertebra.checks.observed.code_table import FILE
from vertebra.checks.observed.rows import beside
from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image

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
        ValueError, match=r"found neither walle2025\.csv nor .*material.*(?i:zenodo).*parosol-py.*Fetch"
    ):
        brought_rows(tmp_path)


@pytest.mark.slow
def test_moduli_of_voxels_give_the_stiffness_on_voxels_and_on_a_fitted_mesh(tmp_path, monkeypatch):
    monkeypatch.setenv("VERTEBRA_CACHE_DIR", str(tmp_path / "cache"))
    young, radius, half_height = 1000.0, 14, 13
    at = np.stack(np.indices((36, 36, 30)), axis=-1) - [17.5, 17.5, 14.5]
    column = (np.hypot(at[..., 0], at[..., 1]) < radius) & (np.abs(at[..., 2]) < half_height)
    write_nifti(Image((young * column).astype(np.float32), np.eye(4)), tmp_path / code_table.MODULI)
    found = brought_rows(tmp_path)
    free = young * column[..., 15].sum() / (2 * half_height)  # E A / H
    assert set(found) == {"I9", "I10"}
    hindered = 0.7 / (1.3 * 0.4)  # (1 - nu) / ((1 + nu) (1 - 2 nu)), where no side can move
    for stiffness in found["I9"].values():
        assert 1.0 < stiffness / free < hindered
    assert found["I10"].popitem()[1] == pytest.approx(1, abs=0.03)


def test_moduli_in_another_unit_are_named(tmp_path):
    young = np.zeros((12, 12, 12), np.float32)
    young[2:-2, 2:-2, 2:-2] = 2.5
    write_nifti(Image(young, np.eye(4)), tmp_path / code_table.MODULI)
    with pytest.raises(ValueError, match=r"largest modulus is 2\.5, .* It looks like GPa"):
        brought_rows(tmp_path)
