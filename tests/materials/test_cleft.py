"""A cleft between lying and standing: limits of its motion, and what it means for the tissue in it."""

import pytest

from vertebra.materials.cleft import bearing_area_mm2, cleft_strain, closing_mm, unbridged_mm, wedge_deg
from vertebra.materials.table import value


def test_the_gap_moves_as_far_as_no_bone_spans_it():
    assert [unbridged_mm(4.0, share) for share in (0.0, 0.25, 1.0)] == [4.0, 3.0, 0.0]


def test_a_cleft_closes_onto_soft_tissue_and_not_onto_bone():
    assert closing_mm(4.0, 1e-9, 800.0, 400.0) == pytest.approx(4.0)
    assert closing_mm(4.0, 1000.0, 800.0, 400.0) == pytest.approx(
        4.0 * 400 / (1000 * 800), rel=1e-3
    )  # Hooke's law
    assert closing_mm(4.0, 0.5, 800.0, 400.0) == pytest.approx(2.0)
    assert closing_mm(4.0, 0.5, 800.0, 0.0) == closing_mm(4.0, 0.5, 800.0, -30.0) == 0


def test_strain_is_motion_over_the_tissue_that_shares_it():
    shared = value("cleft", "shared_tissue")
    assert cleft_strain(2.0, 4.0) == pytest.approx(2.0 / (4.0 + shared))
    thin, thick = (cleft_strain(closing_mm(c, 2.0, 800.0, 400.0), c) for c in (1.0, 4.0))
    assert thick > 2 * thin


def test_the_front_closes_about_the_back_wall():
    assert wedge_deg(2.0, 30.0) == pytest.approx(3.814, abs=1e-3)


def test_part_of_the_section_beside_the_cleft_helps():
    share = value("cleft", "section_beside")
    assert bearing_area_mm2(400.0, 1200.0) == pytest.approx(400 + share * 800)
