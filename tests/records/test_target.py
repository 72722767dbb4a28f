"""Where a result goes, and what it may replace."""

import json

import pytest

from vertebra.records.manifest import file_hashes
from vertebra.records.target import check_inputs, inputs_of, safe_name, variant_name
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.replacing import key_and_value


def variant(*overrides, name="main"):
    return variant_name(name, map(key_and_value, overrides))


def inputs(*overrides, source="main"):
    scenario = read_scenario(source, overrides)
    return inputs_of(scenario, file_hashes(scenario.mesh.anatomy.files))


def kept(folder, manifest):
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"program": "vertebra", **manifest}))
    return folder


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("L1 wedge fracture, conservative", "L1-wedge-fracture-conservative"),
        ("../../etc/passwd", "etc-passwd"),
        ("a/b\\c:d", "a-b-c-d"),
        ("骨折", "scenario"),
        ("..", "scenario"),
        ("-x-", "x"),
    ],
)
def test_folder_name_is_safe(name, folder):
    assert safe_name(name) == folder


@pytest.mark.parametrize(
    ("overrides", "folder"),
    [
        ((), "main"),
        (("bone.density_qct_mg_cm3=80",), "main+bone.density_qct_mg_cm3=80"),
        (("mesh.order=1", "bone.law=keller1994"), "main+bone.law=keller1994+mesh.order=1"),
        (("healing.days=[0, 7]",), "main+healing.days=0,7"),
        (("patient.smoker=true",), "main+patient.smoker=true"),
        (("patient.t_score=-2.5",), "main+patient.t_score=-2.5"),
        (("solver.threads=2", "name=x"), "main"),
        (("mesh.order=1", "mesh.order=2"), "main+mesh.order=2"),
    ],
)
def test_a_variant_is_named_by_what_was_set(overrides, folder):
    assert variant(*overrides) == folder


def test_the_order_and_the_spelling_of_numbers_do_not_count():
    assert variant("mesh.order=1", "bone.law=x") == variant("bone.law=x", "mesh.order=1")
    assert variant("bone.density_qct_mg_cm3=80.0") == variant("bone.density_qct_mg_cm3=80")


def test_values_that_cannot_stand_in_a_name_are_told_apart_by_a_hash():
    names = {
        variant(f"mesh.surface.file={path}")
        for path in ("/a/b.stl", "/a-b.stl", "a b.stl", "a/b.stl", "ä.stl")
    }
    assert len(names) == 5
    lists = {variant(f"healing.days={[0, *range(1, last)]}") for last in (30, 31, 32)}
    assert len(lists) == 3
    for name in names | lists:
        assert safe_name(
            name.replace("+", "").replace("=", "").replace("~", "").replace(",", "")
        ) in name.replace("+", "").replace("=", "").replace("~", "").replace(",", "")
        assert len(name) < 80


def test_many_values_make_a_name_of_sane_length_that_still_differs():
    many = [f"arms.vertebroplasty_number_{number}.cement.volume_ml={number}" for number in range(12)]
    first, second = variant(*many), variant(*many[:-1], "arms.vertebroplasty_number_11.cement.volume_ml=3")
    assert first != second
    assert len(first) <= 130
    assert first == variant(*reversed(many))


def test_the_same_inputs_replace_their_own_result(tmp_path):
    out = kept(tmp_path / "r", inputs("bone.density_qct_mg_cm3=80"))
    check_inputs(out, inputs("bone.density_qct_mg_cm3=80.0"), force=False)
    check_inputs(out, inputs("bone.density_qct_mg_cm3=80", "solver.threads=1"), force=False)
    check_inputs(tmp_path / "new", inputs(), force=False)


def test_other_inputs_are_refused_by_key_unless_forced(tmp_path):
    out = kept(tmp_path / "r", inputs("bone.density_qct_mg_cm3=80"))
    asked = inputs("bone.density_qct_mg_cm3=120")
    with pytest.raises(ScenarioError) as caught:
        check_inputs(out, asked, force=False)
    message = str(caught.value)
    assert message.startswith(f"{out}: found a result of other inputs there")
    assert "bone.density_qct_mg_cm3 = 80, now 120" in message
    assert "--force" in message
    check_inputs(out, asked, force=True)


def test_arms_are_inputs_and_many_differences_are_counted(tmp_path):
    out = kept(tmp_path / "r", inputs())
    with pytest.raises(ScenarioError, match=r"arms\.vertebroplasty\.cement\.volume_ml = 4, now 5\)"):
        check_inputs(out, inputs("arms.vertebroplasty.cement.volume_ml=5"), force=False)
    with pytest.raises(ScenarioError, match=r"and \d+ more"):
        check_inputs(out, inputs(source="rehabilitation"), force=False)


def test_code_that_knows_more_keys_or_other_defaults_counts_as_the_same_inputs(tmp_path):
    before = inputs()
    before["scenario"]["solver"].pop("method")  # a key that came later
    before["scenario"]["capacity"]["factor"] = 0.9  # a constant that has moved
    check_inputs(kept(tmp_path / "r", before), inputs(), force=False)


def test_a_manifest_without_what_was_given_is_compared_by_all_values(tmp_path):
    before = inputs()
    before.pop("given")
    out = kept(tmp_path / "r", before)
    check_inputs(out, inputs(), force=False)
    with pytest.raises(ScenarioError, match=r"patient\.smoker = false, now true"):
        check_inputs(out, inputs("patient.smoker=true"), force=False)


def test_a_value_that_is_given_as_it_is_by_default_is_the_same_input(tmp_path):
    out = kept(tmp_path / "r", inputs())
    check_inputs(out, inputs("solver.method=auto"), force=False)


def test_a_surface_counts_by_its_content_wherever_it_lies(tmp_path):
    (tmp_path / "a.stl").write_bytes(b"one")
    (tmp_path / "b.stl").write_bytes(b"one")
    out = kept(tmp_path / "r", inputs(f"mesh.surface.file={tmp_path / 'a.stl'}", source="surface"))
    check_inputs(out, inputs(f"mesh.surface.file={tmp_path / 'b.stl'}", source="surface"), force=False)
    (tmp_path / "a.stl").write_bytes(b"two")
    with pytest.raises(ScenarioError, match=r"mesh\.surface\.file"):
        check_inputs(out, inputs(f"mesh.surface.file={tmp_path / 'a.stl'}", source="surface"), force=False)


def test_further_inputs_of_a_study_count(tmp_path):
    out = kept(tmp_path / "r", inputs() | {"edges_mm": [4.0, 3.0, 2.0]})
    check_inputs(out, inputs() | {"edges_mm": (4.0, 3.0, 2.0)}, force=False, also=("edges_mm",))
    with pytest.raises(ScenarioError, match="edges_mm"):
        check_inputs(out, inputs() | {"edges_mm": [4.0, 3.0, 2.5]}, force=False, also=("edges_mm",))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"program": "other"}'])
def test_a_folder_without_a_manifest_of_inputs_is_left_to_the_other_checks(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    check_inputs(tmp_path, inputs(), force=False)
