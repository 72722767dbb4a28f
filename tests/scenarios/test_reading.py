"""Scenario files: what is accepted, and what a person reads when something is wrong."""

import hashlib
import json
from pathlib import Path

import pytest

from vertebra.materials.table import value
from vertebra.scenarios.catalogue import bundled_file, bundled_names
from vertebra.scenarios.reading import ScenarioError, read_scenario

MAIN = bundled_file("main").read_text(encoding="utf-8")


def refusal(*overrides, source="main"):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(source, overrides)
    return str(caught.value)


def written(folder, text):
    file = folder / "mine.toml"
    if isinstance(text, bytes):
        file.write_bytes(text)
    else:
        file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_scenarios_are_valid_by_name_and_by_path(name, tmp_path):
    by_name = read_scenario(name)
    assert by_name.file == bundled_file(name)
    by_path = read_scenario(by_name.file)
    assert by_name == by_path
    assert by_name.name


def test_a_file_in_the_way_wins_over_a_bundled_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("main").write_text(MAIN.replace('name = "L1 wedge', 'name = "mine'), encoding="utf-8")
    scenario = read_scenario("main")
    assert scenario.name.startswith("mine")
    assert scenario.file == Path("main")


def test_set_replaces_values_of_tables_and_of_arms_by_name():
    scenario = read_scenario(
        "main",
        (
            "bone.density_qct_mg_cm3=80",
            "mesh.parametric.level=L3",  # words need no quotes
            "arms.vertebroplasty.cement.volume_ml=5",
            "healing.days=[0, 14]",
            "patient.smoker=true",
        ),
    )
    assert scenario.bone.density_qct_mg_cm3 == 80
    assert scenario.mesh.parametric.level == "L3"
    assert scenario.arms[1].cement.volume_ml == 5
    assert scenario.arms[0].cement is None
    assert scenario.healing.days == (0, 14)
    assert scenario.patient.smoker


def test_set_makes_tables_that_the_file_does_not_have():
    scenario = read_scenario("main", ("solver.tolerance=1e-6", "output.pictures=false"))
    assert scenario.solver.tolerance == 1e-6
    assert not scenario.output.pictures


def test_the_last_of_equal_overrides_holds():
    scenario = read_scenario("main", ("mesh.order=1", "mesh.order=2"))
    assert scenario.mesh.order == 2


def test_surface_path_starts_at_the_scenario_and_at_the_current_folder_in_set(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    for file in (tmp_path / "body.stl", tmp_path / "here" / "other.stl"):
        file.touch()
    monkeypatch.chdir(tmp_path / "here")
    text = MAIN.replace('parametric = { level = "L1", edge_mm = 3.0 }', 'surface = { file = "body.stl" }')
    file = written(tmp_path, text)
    assert read_scenario(file).mesh.surface.file == str(tmp_path / "body.stl")
    other = read_scenario(file, ("mesh.surface.file=other.stl",))
    assert other.mesh.surface.file == str(tmp_path / "here" / "other.stl")


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    file = written(tmp_path, b"\xef\xbb\xbf" + MAIN.replace("\n", "\r\n").encode())
    assert read_scenario(file) == read_scenario("main")


# Every refusal names file (or --set), key, what was found, what is expected and what to do.
WRONG_VALUES = {
    "schema=2": ("schema", "found 2", "expected 1"),
    "schema=true": ("schema", "found true", "expected a whole number"),
    "mesh.order=3": ("mesh.order", "found 3", "expected 1 or 2"),
    "mesh.order=2.0": ("mesh.order", "found 2.0", "expected a whole number"),
    "mesh=3": ("mesh", "found 3", "expected a table"),
    "mesh.parametric.level=L6": ("mesh.parametric.level", "found 'L6'", "expected 'T11'"),
    "mesh.parametric.edge_mm=5": ("mesh.parametric.edge_mm", "found 5", "expected at most 4"),
    "mesh.parametric.edge_mm=0.3": ("mesh.parametric.edge_mm", "found 0.3", "expected at least 0.4"),
    "mesh.parametric.shell_mm=-1": ("mesh.parametric.shell_mm", "found -1", "expected at least 0.05"),
    "bone.density_qct_mg_cm3=0": ("bone.density_qct_mg_cm3", "found 0", "expected at least 20"),
    "bone.density_qct_mg_cm3=nan": ("bone.density_qct_mg_cm3", "found nan", "expected a finite number"),
    "bone.density_qct_mg_cm3=inf": ("bone.density_qct_mg_cm3", "found inf", "expected a finite number"),
    "bone.density_qct_mg_cm3=true": ("bone.density_qct_mg_cm3", "found true (boolean)", "expected a number"),
    'bone.density_qct_mg_cm3="100"': ("bone.density_qct_mg_cm3", "found '100' (text)", "expected a number"),
    "bone.density_qct_mg_cm3=": ("bone.density_qct_mg_cm3", "found '' (text)", "expected a number"),
    "bone.density_ash_mg_cm3=100": (
        "bone",
        "found density_qct_mg_cm3 and density_ash",
        "expected exactly one",
    ),
    "bone.law=kopperdal": ("bone.law", "found 'kopperdal'", "Did you mean 'kopperdahl2002'?"),
    "fracture.type=burst": (
        "fracture.type",
        "found 'burst'",
        "expected 'wedge', 'biconcave', 'crush' or 'existing'",
    ),
    "fracture.height_loss=17": ("fracture.height_loss", "found 17", "expected at most 0.5"),
    "fracture.height_loss=0": ("fracture.height_loss", "found 0", "expected a number above 0"),
    "patient.smoker=1": ("patient.smoker", "found 1 (number)", "expected true or false"),
    "patient.sex=woman": ("patient.sex", "found 'woman'", "expected 'female' or 'male'"),
    "healing.days=7": ("healing.days", "found 7", "expected a list"),
    "healing.days=[]": ("healing.days", "found no day", "expected 0"),
    "healing.days=[3, 7]": ("healing.days", "found first day 3", "expected 0"),
    "healing.days=[0, 7, 7]": ("healing.days", "found day 7 after day 7", "expected days that increase"),
    "healing.days=[0, 9, 7]": ("healing.days", "found day 7 after day 9", "expected days that increase"),
    "healing.days=[0, 7.5]": ("healing.days.1", "found 7.5", "expected a whole number"),
    'healing.days=["0"]': ("healing.days.0", "found '0' (text)", "expected a whole number"),
    "healing.days=[0, 4000]": ("healing.days", "found 4000", "expected at most 3650"),
    "healing.law=magic": ("healing.law", "found 'magic'", "expected 'kinetic'"),
    "arms=3": ("arms", "found 3", "expected a list"),
    "arms=[]": ("scenario", "found a fracture and no arm", "expected at least one"),
    "arms.vertebroplasty.name=conservative": ("arms", "'conservative' twice", "expected a name of its own"),
    "arms.vertebroplasty.name=intact": ("arms", "found an arm 'intact'", "expected another name"),
    "arms.vertebroplasty.name=../x": ("arms.../x.name", "found '../x'", "expected letters, digits"),
    "arms.vertebroplasty.cement.day=400": ("cement.day", "= 400", "expected at most 365"),
    "arms.vertebroplasty.cement.day=7.5": (
        "arms.vertebroplasty.cement.day",
        "7.5",
        "expected a whole number",
    ),
    "arms.vertebroplasty.cement.volume_ml=0": ("cement.volume_ml", "found 0", "expected a number above 0"),
    "arms.vertebroplasty.cement.product=pmna": ("cement.product", "found 'pmna'", "Did you mean 'pmma'?"),
    "arms.conservative.cement.volume_ml=3": (
        "arms.conservative.cement.day",
        "is missing",
        "expected a value",
    ),
    'loading.activities=["standng"]': ("loading.activities", "found 'standng'", "Did you mean 'standing'?"),
    "loading.ends=pma_caps": (
        "loading.ends",
        "found 'pma_caps'",
        "expected 'platens', 'pmma_caps' or 'discs'",
    ),
    'output.fields=["stres"]': ("output.fields", "found 'stres'", "Did you mean 'stress'?"),
    "solver.threads=0": ("solver.threads", "found 0", "expected at least 1"),
    "name=": ("name", "found ''", "expected at least 1 character"),
    "name=3": ("name", "found 3 (number)", "expected text in quotes"),
}


@pytest.mark.parametrize(("override", "parts"), WRONG_VALUES.items(), ids=list(WRONG_VALUES))
def test_wrong_value_names_file_key_found_and_expected(override, parts):
    message = refusal(override)
    assert message.startswith(f"{bundled_file('main')}: ")
    assert "\n" not in message
    assert message.endswith((".", "?"))
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("override", "key", "nearest"),
    [
        ("bone.density_qct=3", "bone.density_qct", "density_qct_mg_cm3"),
        ("bonne.law=x", "bonne", "bone"),
        ("mesh.surfce.file=x", "mesh.surfce", "surface"),
        ("mesh.parametric.edge=3", "mesh.parametric.edge", "edge_mm"),
        ("patient.age=70", "patient.age", "age_years"),
        ("arms.vertebroplasty.cement.volume=4", "arms.vertebroplasty.cement.volume", "volume_ml"),
        ("arms.vertebroplasty.cemnt.day=4", "arms.vertebroplasty.cemnt", "cement"),
    ],
)
def test_unknown_key_names_the_nearest_known_one(override, key, nearest):
    message = refusal(override)
    assert f"{key} (from --set): unknown key, expected one of " in message
    assert f"Did you mean {nearest!r}?" in message


def test_discs_are_refused_with_cells_that_lock():
    message = refusal("loading.ends=discs", "mesh.order=1")
    for part in ('loading.ends = "discs" with mesh.order = 1', "expected order 2", "Set mesh.order = 2"):
        assert part in message
    scenario = read_scenario("main", ("loading.ends=discs",))
    assert scenario.loading.disc_mm == value("ends", "disc_layer.height")


def test_between_discs_sections_decide_and_surfaces_are_refused():
    scenario = read_scenario("main", ("loading.ends=discs", "capacity.mu=2.5"))
    assert (scenario.capacity.rule, scenario.capacity.mu) == ("section", 2.5)
    assert scenario.capacity.factor == value("failure", "mobilised.factor")
    message = refusal("loading.ends=discs", "capacity.rule=surface")
    for part in ('capacity.rule = "surface"', 'expected "section"', "Take that rule or other ends"):
        assert part in message
    assert 'expected "sections" or "off"' in refusal("loading.ends=discs", "capacity.interaction=tested")


def test_unknown_key_without_a_near_one_is_to_be_removed():
    assert refusal("zzz=3").endswith("Remove it.")


def test_all_problems_are_told_at_once():
    message = refusal("schema=3", "bone.lw=x", "mesh.parametric.level=L6")
    assert "3 problems" in message
    assert all(key in message for key in ("schema", "bone.lw", "mesh.parametric.level"))


def test_only_keys_of_set_are_marked_as_such(tmp_path):
    file = written(tmp_path, MAIN.replace("height_loss = 0.17", "height_loss = 17"))
    message = refusal("bone.law=x", source=file)
    assert "fracture.height_loss: found 17" in message
    assert "bone.law (from --set): found 'x'" in message


@pytest.mark.parametrize(
    ("override", "parts"),
    [
        ("bone.law", ("--set bone.law", "expected key=value", "for example")),
        ("=3", ("--set =3", "expected key=value")),
        ("name.x=3", ("name holds a value", "expected a table")),
        ("arms.vertebroplasti.cement.day=3", ("no arm 'vertebroplasti'", "Did you mean 'vertebroplasty'?")),
        ("arms.9.cement.day=3", ("no arm '9'", "expected one of conservative, vertebroplasty")),
        ("arms.vertebroplasty=3", ("found no key of the arm", "expected for example arms.NAME.")),
    ],
)
def test_wrong_set_names_itself(override, parts):
    message = refusal(override)
    for part in parts:
        assert part in message


@pytest.mark.parametrize("missing", ["schema", "name", "mesh", "bone"])
def test_missing_table_or_key_is_named(tmp_path, missing):
    kept, skip = [], False
    for line in MAIN.splitlines():
        if line.startswith("["):
            skip = line == f"[{missing}]"
        if not skip and not line.startswith(f"{missing} ="):
            kept.append(line)
    assert f"{missing}: is missing" in refusal(source=written(tmp_path, "\n".join(kept)))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "found an empty file"),
        (b"\n  \n", "found an empty file"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not UTF-8 text"),
        (b"\xff\xfes\x00c\x00", "UTF-16"),  # of Windows
        (b"mesh = [", "not valid TOML"),
        (b"name = one\n", "line 1"),
        (b"schema = 1\nschema = 1\n", "not valid TOML"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(tmp_path, content, part):
    file = written(tmp_path, content)
    message = refusal(source=file)
    assert message.startswith(f"{file}: ")
    assert part in message
    assert "vertebra copy main" in message


def test_a_folder_is_refused(tmp_path):
    assert f"{tmp_path}: found a folder, expected a scenario file" in refusal(source=tmp_path)


def test_missing_file_names_the_bundled_scenarios_and_the_nearest():
    message = refusal(source="mian")
    assert "mian: no such file" in message
    assert "Did you mean 'main'?" in message
    assert all(name in message for name in bundled_names())


def test_missing_surface_file_is_told_before_anything_runs(tmp_path):
    message = refusal("mesh.surface.file=/nowhere/L1.obj", source="surface")
    assert "mesh.surface.file: found no such file at /nowhere/L1.obj, expected a closed surface" in message
    assert "found a folder" in refusal(f"mesh.surface.file={tmp_path}", source="surface")


@pytest.mark.parametrize("axes", ["XYZ", "RRS", "RA", ""])
def test_axes_that_are_no_directions_are_refused(axes):
    message = refusal(f"mesh.surface.axes={axes}", source="surface")
    assert "mesh.surface.axes (from --set): " in message
    assert 'such as "RAS" or "ALS"' in message


def test_both_or_no_anatomy_is_refused(tmp_path):
    assert "found parametric and surface, expected exactly one" in refusal("mesh.surface.file=x.stl")
    text = MAIN.replace('parametric = { level = "L1", edge_mm = 3.0 }', "")
    assert "found none of them, expected exactly one" in refusal(source=written(tmp_path, text))


def test_virtual_test_needs_computed_days_and_an_arm():
    scenario = read_scenario("main", ("capacity.virtual_test_days=[7, 42]", "capacity.virtual_test=all"))
    assert scenario.capacity.virtual_test_days == (7, 42)
    message = refusal("capacity.virtual_test_days=[7, 8]")
    assert (
        "capacity.virtual_test_days with day 8, expected days of healing.days or of an injection" in message
    )
    only_cemented = "capacity.virtual_test=cemented"
    message = refusal("capacity.virtual_test_days=[0]", only_cemented, source="crush")
    assert 'no arm with cement, expected one, or capacity.virtual_test = "all"' in message
    assert "'cemented', 'all' or 'off'" in refusal("capacity.virtual_test=some")


SURFACE = bundled_file("surface").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [r"C:\Users\me\body.stl", r"C:\data\body.stl"])
def test_a_path_of_windows_in_double_quotes_is_named(tmp_path, path):
    file = written(tmp_path, SURFACE.replace("synthetic_L1.stl", path))
    message = refusal(source=file)
    assert "In double quotes a backslash begins an escape: write the path in single quotes" in message


def test_a_path_of_windows_that_happens_to_be_valid_toml_is_named(tmp_path):
    file = written(tmp_path, SURFACE.replace("synthetic_L1.stl", r"C:\temp\new.stl"))  # a tab and a new line
    message = refusal(source=file)
    assert "mesh.surface.file: found" in message
    assert "in double quotes a backslash begins an escape" in message


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_path_of_windows_in_set_is_taken_as_it_stands(quote):
    path = r"C:\Users\me\body.stl"
    assert path in refusal(f"mesh.surface.file={quote}{path}{quote}", source="surface")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (MAIN.encode("utf-16"), ("UTF-16 text", "Save the file as UTF-8")),
        (MAIN.encode("utf-16-le"), ("zero bytes, as in UTF-16 text",)),
        (MAIN.replace("osteopenic", "Östlich").encode("latin-1"), ("line 12", "0xd6, 'Ö' in Latin-1")),
        (b"x = " + b"[" * 100_000, ("inside each other without end",)),
        (b"bone.law." + b"a." * 3000 + b"b = 1\n", ("more than 10 deep",)),
        (b"# filler\n" * 200_000, ("a file of 2 MB",)),
    ],
)
def test_text_in_another_encoding_and_endless_toml_are_named(tmp_path, content, parts):
    file = written(tmp_path, content)
    message = refusal(source=file)
    assert message.startswith(f"{file}: ")
    for part in parts:
        assert part in message


def test_tabs_and_a_byte_order_mark_are_read(tmp_path):
    file = written(tmp_path, "\ufeff" + MAIN.replace(" = ", "\t=\t"))
    assert read_scenario(file) == read_scenario("main")


def test_a_key_of_thousands_of_parts_is_refused():
    assert "found a key of 5002 parts" in refusal("bone." + "a." * 5000 + "b=1")


def manifest_of(folder, **changes):
    image = bundled_file("image").parent / "phantom_L1_mask.nii.gz"
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    given = read_scenario("image").model_dump(by_alias=True, mode="json", exclude_unset=True)
    content = {"program": "vertebra", "given": given, "inputs_sha256": {str(image): digest}} | changes
    file = folder / "manifest.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_manifest_gives_the_scenario_of_its_result(tmp_path):
    again = read_scenario(manifest_of(tmp_path), ["mesh.order=1"])
    assert again == read_scenario("image", ["mesh.order=1"])
    assert again.file is None


def test_a_manifest_whose_files_have_changed_or_that_is_none_is_refused(tmp_path):
    (tmp_path / "changed.nii.gz").write_bytes(b"other")
    for content, part in (
        ({"inputs_sha256": {str(tmp_path / "changed.nii.gz"): "0"}}, "has changed since"),
        ({"inputs_sha256": {str(tmp_path / "gone.nii.gz"): "0"}}, "found no file"),
        ({"program": "other"}, "found no scenario of a run"),
        ({"given": [1]}, "found no scenario of a run"),
    ):
        assert part in refusal(source=manifest_of(tmp_path, **content))
    for text in ("", "[", "[" * 100_000, "3", "{}"):
        (tmp_path / "manifest.json").write_text(text)
        assert "manifest.json of a result" in refusal(source=tmp_path / "manifest.json")
