"""Which cases are computed in full, and which follow from them."""

import numpy as np
import pytest

import vertebra
from vertebra.records.tables import read_csv
from vertebra.scenarios.error import ScenarioError
from vertebra.studies.sweep.anchors import choose_anchors, nearest
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
    assert nearest(place, [0, 4, 8])[:3] == [0, 0, 0]


def test_words_are_far_from_each_other():
    asked = tables(80, 100, full=2)
    asked["parameters"].append({"key": "loading.ends", "values": ["platens", "pmma_caps"]})
    study = read_study(asked)
    for case in study.cases:
        if case.follows is not None:
            assert case.follows.values["loading.ends"] == case.values["loading.ends"]


def test_a_case_that_follows_has_a_name_of_its_own():
    full = {case.values[DENSITY]: case.name for case in read_study(tables(80, 90, 100, full=None)).cases}
    some = {case.values[DENSITY]: case.name for case in read_study(tables(80, 90, 100, full=2)).cases}
    assert some[80] == full[80]
    assert some[90].startswith(full[90])
    assert some[90] != full[90]


def test_cases_by_ratios_are_near_those_in_full(tmp_path):
    vertebra.sweep(tables(80, 90, 100, full=2), tmp_path / "some", workers=1)
    vertebra.sweep(tables(90, full=None), tmp_path / "full", workers=1)
    (followed, *others), full = (read_csv(tmp_path / name / "cases.csv") for name in ("some", "full"))
    rows = [row for row in (followed, *others) if row[DENSITY] == 90]
    assert {row["capacity_basis"] for row in rows} == {"ratio"}
    for row, expected in zip(rows, full, strict=True):
        for column in ("capacity_N", "service_N", "stiffness_N_per_mm", "height_mm"):
            assert row[column] == pytest.approx(expected[column], rel=0.02)


def test_a_law_that_cannot_be_followed_so_is_refused():
    with pytest.raises(ScenarioError, match=r"method\.full: found a case without a fracture that heals by"):
        read_study(tables(80, 90, 100, full=2, **{"healing.law": "mechanoregulation"}))
