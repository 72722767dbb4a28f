"""A cleft between lying and standing: limits of its motion, and what it means for the tissue in it."""

import numpy as np
import pytest

from vertebra.materials.cleft import (
    bearing_area_mm2,
    cleft_strain,
    closing_mm,
    tilted_closing_mm,
    unbridged_mm,
    wedge_deg,
)
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


def test_parts_that_are_alike_close_as_one():
    place = np.array([-6.0, -2.0, 2.0, 6.0])
    area = np.full(4, 200.0)
    closing = tilted_closing_mm(4.0, np.full(4, 0.5), area, place, 400.0)
    assert closing == pytest.approx(np.full(4, closing_mm(4.0, 0.5, 800.0, 400.0)))
    assert np.all(tilted_closing_mm(4.0, np.full(4, 0.5), area, place, -1.0) == 0)


def test_under_a_fixed_platen_stiff_parts_keep_all_open():
    young, area = np.array([0.5, 0.5, 200.0, 200.0]), np.full(4, 200.0)
    closing = tilted_closing_mm(4.0, young, area, np.zeros(4), 400.0)
    assert closing == pytest.approx(np.full(4, closing_mm(4.0, young.mean(), 800.0, 400.0)))


def test_one_side_filled_tilts_the_platen_and_the_other_closes_as_before():
    """Two parts at -a and a bear half of the load each: stiff or not, each closes as if the other were like it."""
    young, area, place = np.array([0.5, 200.0]), np.full(2, 400.0), np.array([-7.0, 7.0])
    closing = tilted_closing_mm(4.0, young, area, place, 400.0)
    alone = [closing_mm(4.0, e, 800.0, 400.0) for e in young]
    assert closing == pytest.approx(alone)


def test_closing_is_in_balance_with_the_load_on_the_pivot():
    rng = np.random.default_rng(3)
    young, area = rng.uniform(5, 50, 20), rng.uniform(20, 60, 20)
    place = rng.uniform(-12, 12, 20)
    closing = tilted_closing_mm(4.0, young, area, place, 900.0)
    assert 0 < closing.min() < closing.max() < 4.0
    borne = closing / 4.0 * (young * area + 900.0 * area / area.sum())
    assert borne.sum() == pytest.approx(900.0)
    assert borne @ place == pytest.approx(0.0, abs=1e-6)
