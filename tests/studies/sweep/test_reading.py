"""Study files: what is refused, by file, case and key, and what makes a case the same."""

import json
from pathlib import Path

import pytest

from vertebra.scenarios.catalogue import bundled_file
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.sweep.reading import NAMES, read_study

DENSITY = "bone.density_qct_mg_cm3"


def tables(**keys):
    return {"schema": 1, "name": "s", "base": "crush", **keys}


def of_density(*values):
    return {"key": DENSITY, "values": list(values)}


def test_bundled_studies_are_read_and_the_density_study_has_five_densities_of_crush():
    for name in NAMES:
        assert read_study(name).cases
    study = read_study("density")
    assert [case.values[DENSITY] for case in study.cases] == [60, 80, 100, 120, 140]
    assert study.base.file == bundled_file("crush")


def test_the_dose_study_varies_volume_approach_density_and_cement_beside_healing_alone():
    study = read_study("dose")
    assert len(study.cases) == 5 * 2 * 3 * 2
    assert all([arm.cement is None for arm in case.scenario.arms] == [True, False] for case in study.cases)
    given = {
        (cement.volume_ml, cement.approach, cement.product, case.scenario.bone.density_qct_mg_cm3)
        for case in study.cases
        for cement in [case.scenario.arms[1].cement]
    }
    assert len(given) == 60
    assert {volume for volume, *_ in given} >= {1, 8}


def test_cases_are_named_by_their_resolved_inputs():
    explicit = read_study(tables(parameters=[of_density(80, 100)]))
    listed = read_study(
        tables(name="another title", cases=[{DENSITY: 100}, {"bone": {"density_qct_mg_cm3": 80.0}}])
    )
    assert {case.name for case in explicit.cases} == {case.name for case in listed.cases}
    by_all = read_study(tables(values={"healing.law": "kinetic"}, parameters=[of_density(80, 100)]))
    assert [case.name for case in by_all.cases] == [case.name for case in explicit.cases]
    other = read_study(tables(values={"solver.tolerance": 1e-5}, parameters=[of_density(80, 100)]))
    assert {case.name for case in other.cases}.isdisjoint(case.name for case in explicit.cases)
    threads = read_study(tables(values={"solver.threads": 1}, parameters=[of_density(80, 100)]))
    assert [case.name for case in threads.cases] == [case.name for case in explicit.cases]


def test_a_case_that_repeats_another_is_computed_once():
    study = read_study(tables(parameters=[of_density(80, 100, 80.0)]))
    assert len(study.cases) == 2
    assert study.repeated == (f"case 3 ({DENSITY} = 80) equals case 1",)


def test_paths_begin_at_the_folder_of_the_study(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    scenario = bundled_file("surface").read_text(encoding="utf-8")
    (tmp_path / "in" / "mine.toml").write_text(scenario)
    for name in ("synthetic_L1.stl", "other.stl"):
        (tmp_path / "in" / name).write_bytes(
            Path(bundled_file("surface").parent, "synthetic_L1.stl").read_bytes()
        )
    file = tmp_path / "in" / "study.toml"
    file.write_text(
        'schema = 1\nname = "s"\nbase = "mine.toml"\n[[parameters]]\nkey = "mesh.surface.file"\n'
        'values = ["synthetic_L1.stl", "other.stl"]\n'
    )
    monkeypatch.chdir(tmp_path)
    study = read_study("in/study.toml")
    found = [case.scenario.mesh.surface.file for case in study.cases]
    assert [Path(each).parent for each in found] == [tmp_path / "in"] * 2


def test_what_is_set_holds_for_all_cases_but_not_for_a_key_that_they_differ_in():
    study = read_study(tables(parameters=[of_density(80, 100)]), ["mesh.order=1"])
    assert {case.scenario.mesh.order for case in study.cases} == {1}
    with pytest.raises(ScenarioError, match=f"--set {DENSITY}: found a key in which the cases"):
        read_study(tables(parameters=[of_density(80, 100)]), [f"{DENSITY}=90"])


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        ({}, r"neither \[\[parameters\]\] nor \[\[cases\]\]"),
        ({"base": "crsh", "parameters": [of_density(80)]}, "Did you mean 'crush'"),
        ({"parameters": [of_density(80), of_density(90)]}, "twice"),
        ({"parameters": [{"key": DENSITY}]}, "neither values nor a distribution"),
        ({"parameters": [{"key": "bone.densty", "values": [1]}]}, "case 1 .*unknown key"),
        ({"parameters": [of_density(80, 0.1)]}, "case 2 .*0.1 looks like g/cm3"),
        ({"parameters": [of_density()]}, "parameters.0.values: .*at least 1"),
        ({"parameters": [of_density(80)], "cases": [{DENSITY: 1}]}, "expected one of them"),
        ({"paramters": []}, "Did you mean 'parameters'"),
        ({"cases": [3]}, "cases.0: found 3"),
        ({"parameters": [of_density(80)], "method": {"kind": "sobol", "samples": 60}}, "power of two"),
        ({"parameters": [of_density(80)], "method": {"kind": "sobol", "samples": 64}}, "no distribution"),
        (
            {"parameters": [of_density(80)], "method": {"kind": "grid", "samples": 64}},
            "samples = 64 with kind 'grid'",
        ),
        (
            {"parameters": [{"key": DENSITY, "distribution": {"kind": "normal", "mean": 1, "sd": 1}}]},
            "latin_hypercube",
        ),
        ({"parameters": [{"key": DENSITY, "distribution": {"kind": "normal", "mean": 1}}]}, "without sd"),
        (
            {"parameters": [{"key": DENSITY, "distribution": {"kind": "uniform", "low": 3, "high": 2}}]},
            "low 3 and high 2",
        ),
        (
            {
                "parameters": [
                    {"key": DENSITY, "distribution": {"kind": "uniform", "low": 1, "high": 2, "sd": 2}}
                ]
            },
            "sd with kind 'uniform'",
        ),
        (
            {"parameters": [of_density(80)], "method": {"full": 1}},
            "method.full: found 1, expected 'auto', 'all'",
        ),
        ({"parameters": [of_density(80)], "method": {"full": "some"}}, "method.full: found 'some'"),
        ({"parameters": [of_density(80)], "method": {"full": True}}, "method.full: found true"),
        ({"parameters": [of_density(80)], "method": {"error": 0}}, "method.error: found 0"),
        ({"values": {"mesh": 3}, "parameters": [of_density(80)]}, "mesh"),
        ({"values": {"arms.nobody.cement.volume_ml": 3}, "parameters": [of_density(80)]}, "no arm 'nobody'"),
    ],
)
def test_wrong_studies_are_refused_by_key(keys, part):
    with pytest.raises(ScenarioError, match=part):
        read_study(tables(**keys))


@pytest.mark.parametrize("source", ["desity", ".", "no/such.toml"])
def test_a_study_that_is_not_there_is_refused(source):
    with pytest.raises(ScenarioError, match="density" if source != "." else "folder"):
        read_study(source)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"kind": "run"}, "`vertebra run"),
        ({"kind": "mesh convergence"}, "`vertebra converge"),
        ({"study": [1]}, "found no study in it"),
        ({"folder": None}, "found no study in it"),
        ({"given": {"schema": 1}}, "name"),
        ({"study": {"schema": 1}}, "name"),
    ],
)
def test_a_manifest_that_is_not_that_of_a_study_is_refused(tmp_path, changes, part):
    given = read_scenario("intact").model_dump(by_alias=True, mode="json", exclude_unset=True)
    content = {"program": "vertebra", "kind": "study", "given": given, "folder": str(tmp_path)}
    content |= {"study": tables(parameters=[of_density(80, 90)])}
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(content))
    assert len(read_study(file).cases) == 2
    file.write_text(json.dumps(content | changes))
    with pytest.raises(ScenarioError, match=part):
        read_study(file)
