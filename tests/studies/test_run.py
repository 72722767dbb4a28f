"""Whole runs of the bundled scenarios on a coarse mesh, through the command line."""

import hashlib
import io
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pytest
from coarse_runs import CEMENT_DAY, DAYS, by_arm_and_day, coarse, header, manifest, run_names

from vertebra.commands.cli import status
from vertebra.courses.key_days import key_days
from vertebra.fem.limit.least_power import GAP
from vertebra.loads.activity import activity_load
from vertebra.models.response import loaded
from vertebra.records.columns import CAPACITY, FOLLOW_UP, RUN_TABLES, TISSUE
from vertebra.records.tables import read_csv
from vertebra.records.workspace import check_target
from vertebra.reports.files import write_report_files
from vertebra.scenarios.catalogue import bundled_file
from vertebra.studies import run as studies_run

ALWAYS = {"report.html", "manifest.json"} | {table.file for table in RUN_TABLES}


@pytest.mark.parametrize("name", run_names())
def test_every_bundled_scenario_leaves_all_its_files(results, name):
    folder = results(name)
    arms = {row["arm"] for row in read_csv(folder / "capacity.csv")}
    assert {file.name for file in folder.iterdir()} >= ALWAYS | {f"fields-{arm}.vtkhdf" for arm in arms}
    for table in RUN_TABLES:
        found = header(folder / table.file)
        activities = [name.removesuffix("_to_strength") for name in found[len(table.names) :]]
        assert found == table.names_with(activities)
        assert (activities != []) == (table is FOLLOW_UP)
    check_target(folder)  # whatever a run leaves, the next one knows as its own


@pytest.mark.parametrize("name", run_names())
def test_rows_are_the_days_of_the_arms_and_one_of_the_intact_vertebra(results, name):
    rows = by_arm_and_day(results(name))
    assert [day for arm, day in rows if arm == "intact"] == [0]
    for arm in {arm for arm, _ in rows} - {"intact"}:
        days = [day for other, day in rows if other == arm]
        assert days == sorted({*DAYS[name], CEMENT_DAY.get(name, 0)})


@pytest.mark.parametrize("name", run_names())
def test_columns_agree_with_their_definitions(results, name):
    rows = by_arm_and_day(results(name))
    intact = rows["intact", 0]
    for row in rows.values():
        stiffness, height = row["stiffness_N_per_mm"], row["height_mm"]
        assert row["crawford_N"] == pytest.approx(0.0068 * stiffness * height, rel=1e-4)
        service = min(row["capacity_N"], 0.0068 * stiffness * intact["height_mm"])
        assert row["service_N"] == pytest.approx(service, rel=1e-4)
        for ratio, column in (
            ("capacity_ratio", "capacity_N"),
            ("stiffness_ratio", "stiffness_N_per_mm"),
            ("service_ratio", "service_N"),
        ):
            assert row[ratio] == pytest.approx(row[column] / intact[column], rel=1e-4)
        assert 0 < row["weakest_section"] < 1
        assert row["pistoia_N"] > 0
        assert row["percentile_N"] > 0


@pytest.mark.parametrize("name", run_names("main", "biconcave", "crush", "surface"))
def test_tissue_fractions_sum_to_one_and_only_cement_days_hold_cement(results, name):
    for (arm, day), row in by_arm_and_day(results(name), "tissue.csv").items():
        assert sum(row[tissue] for tissue in TISSUE.names[2:]) == pytest.approx(1, abs=1e-4)
        injected = arm == "vertebroplasty" and day >= CEMENT_DAY[name]
        assert (row["cement"] > 0) == injected
        if day == 0:
            assert row["granulation"] + row["host"] == pytest.approx(1, abs=1e-4)


@pytest.mark.slow
def test_a_row_on_the_cement_day_is_after_injection(results):
    rows = by_arm_and_day(results("main"))
    for column in CAPACITY.names[2:]:
        for day in (0, 3):
            assert rows["vertebroplasty", day][column] == rows["conservative", day][column]
    before, after = rows["conservative", 7], rows["vertebroplasty", 7]
    assert after["stiffness_N_per_mm"] >= 1.3 * before["stiffness_N_per_mm"]
    assert after["capacity_N"] >= before["capacity_N"]


@pytest.mark.slow
def test_all_arms_are_tested_beyond_their_strength_on_key_days(results):
    """Ultimate load beside the capacity; these coarse 4-node cells lock by up to a tenth beside cement."""
    folder = results("main")
    rows, curves = by_arm_and_day(folder), read_csv(folder / "load_displacement.csv")
    tested = [key for key, row in rows.items() if row["ultimate_N"] != ""]
    assert {("intact", 0), ("conservative", 0), ("conservative", 365)} < {*tested}
    assert {("vertebroplasty", 7), ("vertebroplasty", 365)} < {*tested}
    for arm, day in tested:
        row = rows[arm, day]
        mine = [curve for curve in curves if (curve["arm"], curve["day"]) == (arm, day)]
        assert row["ultimate_N"] == max(curve["force_N"] for curve in mine)
        assert row["force_1p9_percent_N"] in {curve["force_N"] for curve in mine}
        assert row["capacity_N"] == pytest.approx(row["ultimate_N"], rel=0.1)
        secant = mine[1]["force_N"] / mine[1]["displacement_mm"]
        assert secant == pytest.approx(
            row["stiffness_N_per_mm"], rel=0.01
        )  # the linear solve, nothing yields yet
        assert mine[-1]["strain_percent"] == pytest.approx(5, rel=1e-4)
    told = manifest(folder)["virtual_test"]
    assert told["n_tests"] == len(tested) - 1  # arms share a state until cement comes, and its test
    page = (folder / "report.html").read_text(encoding="utf-8")
    ultimate = float(f"{rows[tested[0]]['ultimate_N']:.3g}")  # three significant digits
    assert f"<td>{ultimate:.0f}</td>" in page
    assert (folder / "virtual_test.svg").is_file()
    assert not (results("crush") / "virtual_test.svg").exists()
    assert manifest(results("crush"))["virtual_test"] is None


@pytest.mark.slow
def test_a_test_that_fails_leaves_the_linear_results_and_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(loaded, "record_virtual_test", lambda *_: {"failed": "no way", "wall_s": 0.0})
    words = coarse("main", "output.fields=[]", "healing.days=[0, 7]", "capacity.rule=section")
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    row = by_arm_and_day(tmp_path / "r")["vertebroplasty", 7]
    assert row["capacity_N"] > 0
    assert row["ultimate_N"] == row["force_1p9_percent_N"] == ""
    assert any("no way" in text for text in manifest(tmp_path / "r")["warnings"])
    assert "All tests failed" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_crush_meets_the_observations_of_day_zero_and_heals_once_it_has_lost_height(results):
    rows = by_arm_and_day(results("crush"))
    fresh = rows["conservative", 0]
    assert fresh["stiffness_ratio"] == pytest.approx(0.47, abs=0.08)
    assert fresh["capacity_ratio"] == pytest.approx(0.89, abs=0.09)
    assert rows["conservative", 56]["stiffness_ratio"] < 0.9 < rows["conservative", 182]["stiffness_ratio"]
    capacity = [row["capacity_ratio"] for (arm, _), row in rows.items() if arm == "conservative"]
    assert 0.9 * (1 - GAP) <= capacity[-1] <= 1.1
    least = capacity.index(min(capacity))
    peak = least + capacity[least:].index(max(capacity[least:]))
    assert all(later <= 1.005 * earlier for earlier, later in pairwise(capacity[: least + 1]))
    assert all(later >= 0.995 * earlier for earlier, later in pairwise(capacity[least : peak + 1]))
    assert capacity[least] > 0.9 * capacity[0]
    assert capacity[-1] > 0.95 * capacity[peak]  # remodelling: structure does not come back


@pytest.mark.slow
@pytest.mark.parametrize("density", [60, 150])
def test_day_zero_of_a_crush_does_not_depend_on_density(tmp_path, density):
    words = coarse("crush", f"bone.density_qct_mg_cm3={density}", "healing.days=[0]", "output.fields=[]")
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    fresh = by_arm_and_day(tmp_path / "r")["conservative", 0]
    assert fresh["stiffness_ratio"] == pytest.approx(0.47, abs=0.08)
    assert fresh["capacity_ratio"] == pytest.approx(0.89, abs=0.09)


@pytest.mark.slow
def test_activities_are_scaled_to_the_patient_and_dated(results):
    rows = by_arm_and_day(results("biconcave"))
    listed = read_csv(results("biconcave") / "activities.csv")
    assert {row["arm"] for row in listed} == {arm for arm, _ in rows}
    for row in listed:
        assert row["load_N"] == pytest.approx(activity_load(row["activity"], 62, "L3"), rel=1e-5)
        mine = [(day, r["capacity_N"]) for (arm, day), r in rows.items() if arm == row["arm"]]
        days = [day for day, _ in mine if all(row["load_N"] < c for later, c in mine if later >= day)]
        assert row["below_limit_from_day"] == (days[0] if days else "")


@pytest.mark.slow
def test_forces_off_the_axis_stay_below_the_capacity_of_their_day(results):
    folder = results("main")
    rows, points = by_arm_and_day(folder), read_csv(folder / "interaction.csv")
    told = {(point["arm"], point["day"]) for point in points}
    days = sorted({*DAYS["main"], CEMENT_DAY["main"]})
    shown = {
        "intact": [0],
        "conservative": key_days(days, 0),
        "vertebroplasty": key_days(days, CEMENT_DAY["main"]),
    }
    assert told == {(arm, day) for arm, on in shown.items() for day in on}
    for arm, day in told:
        forces = [point["axial_force_N"] for point in points if (point["arm"], point["day"]) == (arm, day)]
        assert 0.85 * rows[arm, day]["capacity_N"] < max(forces) <= rows[arm, day]["capacity_N"] * (1 + 1e-5)
    assert (folder / "interaction.svg").is_file()
    assert "Axial force together with bending" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_load_to_strength_and_follow_up_agree_with_the_capacity(results):
    folder = results("main")
    rows = by_arm_and_day(folder)
    listed = read_csv(folder / "load_to_strength.csv")
    assert len(listed) == sum(
        4 if arm == "intact" else 5 for arm, _ in rows
    )  # activities, and the daily load
    for row in listed:
        assert row["capacity_N"] == rows[row["arm"], row["day"]]["capacity_N"]
        assert row["ratio"] == pytest.approx(row["load_N"] / row["capacity_N"], rel=1e-5)
        tested = rows[row["arm"], row["day"]]["ultimate_N"]
        assert row["ratio_to_ultimate"] == (
            "" if tested == "" else pytest.approx(row["load_N"] / tested, rel=1e-5)
        )
    ratio = {(row["arm"], row["day"], row["activity"]): row["ratio"] for row in listed}
    visits = read_csv(folder / "follow_up.csv")
    assert [row["week"] for row in visits] == 2 * [0, 2, 6, 12, 26, 52]
    for row in (row for row in visits if row["basis"] == "computed"):
        for activity in ("daily_load", "standing", "stooped_lift_20kg"):
            assert row[f"{activity}_to_strength"] == ratio[row["arm"], row["day"], activity]
    assert {row["day"] for row in visits if row["basis"] == "interpolated"} == {14, 42, 84, 182, 364}


def test_fields_hold_all_days_and_agree_with_the_table(results):
    folder = results("crush")
    rows = by_arm_and_day(folder)
    with h5py.File(folder / "fields-conservative.vtkhdf") as h5:
        root = h5["VTKHDF"]
        m, days = len(root["Types"]), list(root["Steps/Values"])
        n = len(root["Points"]) // len(days)  # the points of each day: the body loses height
        assert days == DAYS["crush"]
        expected = {"stress_MPa", "strain", "von_mises_MPa", "utilisation", "young_MPa", "poisson"}
        expected |= {"density_mg_cm3", "region", "perfusion", "weakest_surface_mm2"} | {
            f"tissue_{name}" for name in TISSUE.names[2:]
        }
        assert set(root["CellData"]) == expected
        tissues = sum(root[f"CellData/tissue_{name}"][:m] for name in TISSUE.names[2:])
        is_bone = root["CellData/region"][:] < 4
        assert tissues == pytest.approx(is_bone.astype(float), abs=1e-5)
        for step, day in enumerate(days):
            moved = root["PointData/displacement_mm"][step * n : (step + 1) * n, 2]
            shortening = 1000.0 / rows["conservative", day]["stiffness_N_per_mm"]
            assert moved.min() == pytest.approx(-shortening, rel=1e-3)
            stress = root["CellData/stress_MPa"][step * m : (step + 1) * m]
            assert np.median(stress[is_bone, 2]) < 0  # under compression


@pytest.mark.slow
def test_only_chosen_fields_are_written(tmp_path):
    words = coarse(
        "intact", 'output.fields=["young", "displacement"]', "output.load_N=500", "capacity.rule=section"
    )
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    with h5py.File(tmp_path / "r" / "fields-intact.vtkhdf") as h5:
        assert list(h5["VTKHDF/CellData"]) == ["young_MPa"]
        assert list(h5["VTKHDF/PointData"]) == ["displacement_mm"]
        lowest = h5["VTKHDF/PointData/displacement_mm"][:, 2].min()
    stiffness = by_arm_and_day(tmp_path / "r")["intact", 0]["stiffness_N_per_mm"]
    assert lowest == pytest.approx(-500 / stiffness, rel=1e-3)


@pytest.mark.slow
def test_manifest_tells_inputs_solver_stages_and_sources(results):
    told = manifest(results("main"))
    file = bundled_file("main")
    assert told["inputs_sha256"] == {str(file): hashlib.sha256(file.read_bytes()).hexdigest()}
    assert told["scenario"]["mesh"]["parametric"]["edge_mm"] == 4
    assert told["scenario"]["schema"] == 1
    assert told["solver"]["largest_energy_error_bound"] <= told["scenario"]["solver"]["tolerance"]
    assert told["solver"]["states_iterated"] + told["solver"]["states_projected"] <= len(
        told["solver"]["states"]
    )
    assert told["solver"]["largest_reaction_balance"] < 1e-6
    assert len(told["solver"]["states"]) == len(read_csv(results("main") / "capacity.csv"))
    assert told["mesh"]["quality"]["n_inverted"] == 0
    assert {"mesh", "solve"} <= set(told["stages"])
    assert all(row["source"] and row["certainty"] for row in told["sources"])
    assert {
        "bone.poisson",
        "kinetic.duration.cartilage",
        "inflammation.duration",
        "perfusion.diffusivity",
        "cement.product.pmma",
    } <= {r["quantity"] for r in told["sources"]}
    times = told["healing"]["conservative"]
    assert times["t50"] < times["t80"] < times["t95"]


@pytest.mark.slow
def test_a_surface_run_names_its_surface_in_the_manifest(results):
    files = manifest(results("surface"))["inputs_sha256"]
    assert [Path(file).suffix for file in files] == [".toml", ".stl"]


@pytest.mark.parametrize("name", run_names("main", "intact"))
def test_the_report_shows_every_number_of_the_tables(results, name):
    page = (results(name) / "report.html").read_text(encoding="utf-8")
    for row in read_csv(results(name) / "capacity.csv"):
        assert f'<th scope="row">{row["arm"]}</th>' in page
        for column in ("capacity_N", "stiffness_N_per_mm"):
            assert f"<td>{float(f'{row[column]:.3g}'):.0f}</td>" in page  # three significant digits


def test_a_second_run_replaces_the_first_and_gives_the_same_numbers(results, tmp_path, capsys):
    words, out = coarse("intact"), tmp_path / "r"
    shutil.copytree(results("intact"), out)
    first = (out / "capacity.csv").read_bytes()
    (out / "report.html").write_text("left by the first run")
    capsys.readouterr()
    assert status([*words, "--out", str(out)]) == 0
    assert (out / "capacity.csv").read_bytes() == first
    assert "left by the first run" not in (out / "report.html").read_text(encoding="utf-8")
    printed = capsys.readouterr()
    assert "[1/1] intact, day 0" in printed.err
    assert re.search(r"^intact +0 +\d+ +\d+ +1\.00", printed.out, re.MULTILINE)
    assert "vertebra copy intact" in printed.out
    assert max(len(line) for line in printed.out.splitlines() if str(out) not in line) <= 100
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


@pytest.fixture(scope="module")
def by_section(tmp_path_factory):
    """Folder of a quiet run of the intact body by its weakest section, and what was printed."""
    out = tmp_path_factory.mktemp("by_section") / "r"
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        assert status([*coarse("intact", "capacity.rule=section"), "--quiet", "--out", str(out)]) == 0
    return out, printed.getvalue()


def test_quiet_is_nothing_at_all(by_section):
    assert by_section[1] == ""


def test_the_default_folder_is_the_name_made_safe_and_what_was_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = coarse("intact", 'name="my $1 / L1: intact"', "capacity.rule=section")
    assert status([*words, "--quiet"]) == 0
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("my-1-L1-intact+capacity.rule=section+capacity.virtual_test=off+")
    assert (folder / "report.html").is_file()


@pytest.mark.slow
@pytest.mark.parametrize(
    "overrides",
    [
        ("loading.ends=platens", "loading.rotation=free", "solver.method=direct", "capacity.rule=section"),
        ("mesh.order=2", "output.fields=[]"),
        ("mesh.parametric.level=T11", "mesh.parametric.height_anterior_mm=22", "capacity.rule=section"),
    ],
)
def test_other_ends_rotations_solvers_orders_and_sizes_run(tmp_path, overrides):
    assert status([*coarse("intact", *overrides), "--quiet", "--out", str(tmp_path / "r")]) == 0
    row = by_arm_and_day(tmp_path / "r")["intact", 0]
    assert row["capacity_ratio"] == row["stiffness_ratio"] == 1
    assert 1000 < row["capacity_N"] < 10000


@pytest.mark.slow
def test_equal_bone_stated_as_another_density_gives_equal_numbers(tmp_path, by_section):
    """QCT density equals ash density, ash is 0.6 of apparent density (density.toml)."""
    text = bundled_file("intact").read_text(encoding="utf-8")
    file = tmp_path / "apparent.toml"
    file.write_text(text.replace("density_qct_mg_cm3 = 150", "density_apparent_mg_cm3 = 250"))
    given = [str(file) if word == "intact" else word for word in coarse("intact", "capacity.rule=section")]
    assert status([*given, "--quiet", "--out", str(tmp_path / "r")]) == 0
    row, reference = (by_arm_and_day(folder)["intact", 0] for folder in (tmp_path / "r", by_section[0]))
    assert row["capacity_N"] == pytest.approx(reference["capacity_N"], rel=1e-5)


@pytest.mark.slow
def test_without_gl_libraries_a_run_draws_its_pictures_and_its_scene(tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for name in ("EGL.so.1", "EGL.so", "OSMesa.so.8", "OSMesa.so", "GL.so.1", "GL.so", "GLX.so.0"):
        (hidden / f"lib{name}").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(hidden))
    monkeypatch.delenv("DISPLAY", raising=False)
    out = tmp_path / "r"
    words = coarse("intact", "capacity.rule=section", pictures=True)
    assert status([*words, "--out", str(out)]) == 0
    assert (out / "slices-intact.png").read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64," in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_that_has_its_fields_drawn_beside_it_leaves_what_a_report_makes_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(studies_run, "choose_threads", lambda scenario: 2)
    monkeypatch.setattr(studies_run, "_WORTH_A_PROCESS", 0)
    with monkeypatch.context() as patch:
        patch.setattr("vertebra.reports.files.write_report_files", None)  # not in this process
        assert (
            status([*coarse("crush", "output.pictures=true"), "--quiet", "--out", str(tmp_path / "r")]) == 0
        )
    drawn = _files(tmp_path / "r")
    assert {"report.html", "capacity.png", "slices-conservative.png"} <= set(drawn)
    write_report_files(tmp_path / "r")
    assert _files(tmp_path / "r") == drawn


def _files(folder):
    """Contents of a result; the page without how long drawing took, which is known when it is over."""
    found = {file.name: file.read_bytes() for file in folder.iterdir()}
    row = rb"<tr>\s*<th[^>]*>time of pictures\s*</th>.*?</tr>\s*"
    return found | {"report.html": re.sub(row, b"", found["report.html"], flags=re.DOTALL)}
