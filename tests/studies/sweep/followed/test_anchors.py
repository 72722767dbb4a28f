"""Which cases are computed in full, and which follow from them."""

import numpy as np
import pytest

import vertebra
from vertebra.records.tables import read_csv
from vertebra.scenarios.error import ScenarioError
from vertebra.studies.sweep.followed.anchors import Between, between, choose_anchors
from vertebra.studies.sweep.followed.following import BEGINNING, Rule
from vertebra.studies.sweep.reading import read_study

DENSITY = "bone.density_qct_mg_cm3"


def tables(*densities, full, **values):
    coarse = {
        "mesh.parametric.edge_mm": 4.0,
        "mesh.order": 1,
        "output.pictures": False,
        "uncertainty.bands": "off",
        "capacity.rule": "section",
        "capacity.virtual_test": "off",
        "healing.days": [0, 28],
    }
    return {
        "schema": 1,
        "name": "s",
        "base": "crush",
        "values": coarse | values,
        "method": {} if full is None else {"full": full},
        "parameters": [{"key": DENSITY, "values": list(densities)}],
    }


def test_anchors_are_spread_evenly_and_hold_the_ends():
    place = np.linspace(0, 1, 9)[:, None]
    assert choose_anchors(place, 3) == [0, 4, 8]
    assert choose_anchors(place, 5) == [0, 2, 4, 6, 8]
    assert choose_anchors(place, 20) == list(range(9))


def test_a_case_lies_between_the_nearest_anchors_on_both_sides_of_it():
    place, alike = np.linspace(0, 1, 9)[:, None], [""] * 9
    found = between(place, [0, 4, 8], alike)
    assert found[1] == Between(0, 4, 0.25)
    assert found[3] == Between(4, 0, 0.25)
    assert found[5] == Between(4, 8, 0.25)
    assert all(found[each].share == 0 for each in (0, 4, 8))


def test_cases_of_other_words_do_not_meet():
    place = np.array([[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 1.0]])
    found = between(place, [0, 2, 3], ["a", "a", "a", "b", "b"])
    assert found[1] == Between(0, 2, 0.5)
    assert found[4] == Between(3, 3, 0.5)  # the only one of its words


def test_large_studies_of_one_number_on_one_mesh_follow_by_themselves():
    densities = tuple(range(60, 71))
    assert read_study(tables(*densities, full="auto")).rule == Rule(BEGINNING, 0.02)
    assert read_study(tables(*densities, full=None)).rule == Rule(BEGINNING, 0.02)
    assert read_study(tables(*densities[:10], full=None)).rule is None
    assert read_study(tables(*densities, full="all")).rule is None
    assert read_study(tables(*densities, full=None, **{"healing.law": "mechanoregulation"})).rule is None
    losses = tables(full=None)
    losses["parameters"] = [{"key": "fracture.height_loss", "values": [0.01 * n for n in range(10, 21)]}]
    assert read_study(losses).rule is None  # meshes differ


def test_cases_by_ratios_are_near_those_in_full_and_say_how_near(tmp_path):
    study = vertebra.sweep(tables(80, 90, 100, full=2), tmp_path / "some", workers=1)
    vertebra.sweep(tables(90, full=None), tmp_path / "full", workers=1)
    some, full = (read_csv(tmp_path / name / "cases.csv") for name in ("some", "full"))
    rows = [row for row in some if row[DENSITY] == 90]
    assert {row["capacity_basis"] for row in rows} == {"ratio"}
    assert {row["ratio_error"] for row in some if row[DENSITY] != 90} == {""}
    (stated,) = {row["ratio_error"] for row in rows}
    assert 0 < stated < 0.05
    for row, expected in zip(rows, full, strict=True):
        for column in ("capacity_N", "service_N", "stiffness_N_per_mm", "height_mm"):
            assert row[column] == pytest.approx(expected[column], rel=stated)
    names = {each["case"]: each["folder"] for each in study.manifest["cases"]}
    assert sorted(study.manifest["cases"][1]["follows_from"]) == [1, 3]
    assert set(names[2].split("-")) >= {names[1], names[3]}
    before = (tmp_path / "some" / "cases.csv").read_bytes()
    vertebra.sweep(tables(80, 90, 100, full=2), tmp_path / "some", workers=1)
    assert (tmp_path / "some" / "cases.csv").read_bytes() == before


def test_a_law_that_cannot_be_followed_so_is_refused():
    with pytest.raises(ScenarioError, match=r"method\.full: found a fracture that heals by the law mech"):
        read_study(tables(80, 90, 100, full=2, **{"healing.law": "mechanoregulation"}))
