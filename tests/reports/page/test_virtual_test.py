"""The chapter of the report about the elastic-plastic test."""

import pytest

from vertebra.reports.figures.capacity import save_figure
from vertebra.reports.figures.virtual_test import virtual_test_figure
from vertebra.reports.page.virtual_test import virtual_test_chapter

SUMMARY = {
    "n_tests": 1,
    "n_failed": 0,
    "increments": 10,
    "solves": 40,
    "iterations": 700,
    "wall_s": 12.4,
    "largest_strain": 0.05,
    "clinical_strain": 0.019,
    "tolerance": 0.02,
    "softening": None,
}
SURFACE = {"capacity": {"rule": "surface"}}
UNTESTED = {"arm": "a", "day": 0.0, "capacity_N": 1700.0, "ultimate_N": "", "force_1p9_percent_N": ""}
TESTED = {"arm": "a", "day": 7.0, "capacity_N": 1800.0, "ultimate_N": 2000.0, "force_1p9_percent_N": 1950.0}


@pytest.fixture
def page(tmp_path):
    curve = [{"arm": "a", "day": 7.0, "strain_percent": x, "force_N": 400 * x} for x in (0.0, 5.0)]
    save_figure(virtual_test_figure(curve, [TESTED]), tmp_path / "virtual_test.svg")
    return "".join(
        virtual_test_chapter(tmp_path, [UNTESTED, TESTED], {"virtual_test": SUMMARY, "scenario": SURFACE})
    )


def test_ultimate_stands_beside_the_capacity_with_their_ratio(page):
    row = "".join(f"<td>{text}</td>" for text in ("a", 7, 1800, 2000, f"{1800 / 2000:.2f}", 1950))
    assert row in page
    assert "<td>1700</td>" not in page


def test_what_the_test_assumes_and_costs_is_said(page):
    for part in (
        "box of principal stresses",
        "flow is associated",
        "no softening",
        "falls with smaller elements",
    ):
        assert part in page
    assert "Tests: 1, of which failed: 0; 10 increments, 40 linear systems, 700 iterations, 12 s." in page
    assert "<svg" in page


def test_without_a_test_there_is_no_chapter(tmp_path):
    assert virtual_test_chapter(tmp_path, [UNTESTED], {"virtual_test": None}) == []


def test_a_test_that_failed_has_a_chapter_without_numbers(tmp_path):
    manifest = {"virtual_test": SUMMARY | {"n_failed": 1}}
    page = "".join(virtual_test_chapter(tmp_path, [UNTESTED], manifest))
    assert "warnings above" in page
    assert "<table" not in page


def test_loss_of_strength_is_described(tmp_path):
    (tmp_path / "virtual_test.svg").write_text("<svg></svg>")
    softening = {"strain": 0.03, "residual": 0.2}
    manifest = {"virtual_test": SUMMARY | {"softening": softening}, "scenario": SURFACE}
    page = " ".join(virtual_test_chapter(tmp_path, [TESTED], manifest))
    assert "to 20 % of itself at 3 %" in page
    assert "no softening" not in page


@pytest.mark.parametrize(("rule", "other"), [("surface", "section"), ("section", "surface")])
def test_capacity_is_described_by_its_rule(tmp_path, rule, other):
    (tmp_path / "virtual_test.svg").write_text("<svg></svg>")
    manifest = {"virtual_test": SUMMARY, "scenario": {"capacity": {"rule": rule}}}
    page = " ".join(virtual_test_chapter(tmp_path, [TESTED], manifest))
    assert f"weakest {rule}" in page
    assert f"weakest {other}" not in page
    assert ("whatever the criterion" in page) == (rule == "section")
