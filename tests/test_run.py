"""Whole runs of the bundled scenarios on a coarse mesh, through the command line."""

import errno
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pytest

from vertebra.commands.cli import status
from vertebra.meshes.shapes import box
from vertebra.reports.tables import (
    ACTIVITY_COLUMNS,
    CAPACITY_COLUMNS,
    LOAD_DISPLACEMENT_COLUMNS,
    TISSUE_COLUMNS,
    read_csv,
)
from vertebra.runs import states
from vertebra.runs.key_days import key_days
from vertebra.runs.workspace import Workspace, check_target
from vertebra.scenarios.activity import activity_load
from vertebra.scenarios.catalogue import bundled_file, bundled_names

DAYS = {  # the day of the cement is added by the run where it is not listed
    "main": [0, 3, 365],
    "intact": [0],
    "biconcave": [0, 28, 365],
    "crush": [0, 7, 14, 28, 42, 56, 84, 182, 365],
    "surface": [0, 7],
    "direct": [0, 28],
    "endochondral": [0, 28],
    "rehabilitation": [0, 84],
}
CEMENT_DAY = {"main": 7, "surface": 7, "biconcave": 14}
TABLES = ("capacity.csv", "tissue.csv", "activities.csv")
ALWAYS = {*TABLES, "load_to_strength.csv", "follow_up.csv", "report.html", "manifest.json"}
POSIX = pytest.mark.skipif(os.name != "posix", reason="sends signals")


def coarse(name, *overrides, pictures=False):
    """Arguments of a quick run: 4 mm, 4-node tetrahedra, few days."""
    anatomy = "surface" if name == "surface" else "parametric"
    given = (
        f"mesh.{anatomy}.edge_mm=4",
        "mesh.order=1",
        f"healing.days={DAYS[name]}",
        f"output.pictures={str(pictures).lower()}",
        *overrides,
    )
    return ["run", name, *(word for text in given for word in ("--set", text))]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Folder of the finished run of a bundled scenario; each is computed once."""
    root, finished = tmp_path_factory.mktemp("results"), {}

    def folder(name):
        if name not in finished:
            assert status([*coarse(name), "--quiet", "--out", str(root / name)]) == 0
            finished[name] = root / name
        return finished[name]

    return folder


def by_arm_and_day(folder, table="capacity.csv"):
    return {(row["arm"], row["day"]): row for row in read_csv(folder / table)}


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def header(file):
    return tuple(file.read_text(encoding="utf-8").splitlines()[0].split(","))


@pytest.mark.parametrize("name", bundled_names())
def test_every_bundled_scenario_leaves_all_its_files(results, name):
    folder = results(name)
    arms = {row["arm"] for row in read_csv(folder / "capacity.csv")}
    assert {file.name for file in folder.iterdir()} >= ALWAYS | {f"fields-{arm}.vtkhdf" for arm in arms}
    assert header(folder / "capacity.csv") == CAPACITY_COLUMNS
    assert header(folder / "tissue.csv") == TISSUE_COLUMNS
    assert header(folder / "activities.csv") == ACTIVITY_COLUMNS
    assert header(folder / "load_displacement.csv") == LOAD_DISPLACEMENT_COLUMNS
    check_target(folder)  # whatever a run leaves, the next one knows as its own


@pytest.mark.parametrize("name", bundled_names())
def test_rows_are_the_days_of_the_arms_and_one_of_the_intact_vertebra(results, name):
    rows = by_arm_and_day(results(name))
    assert [day for arm, day in rows if arm == "intact"] == [0]
    for arm in {arm for arm, _ in rows} - {"intact"}:
        days = [day for other, day in rows if other == arm]
        assert days == sorted({*DAYS[name], CEMENT_DAY.get(name, 0)})


@pytest.mark.parametrize("name", bundled_names())
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


@pytest.mark.parametrize("name", ["main", "biconcave", "crush", "surface"])
def test_tissue_fractions_sum_to_one_and_only_cement_days_hold_cement(results, name):
    for (arm, day), row in by_arm_and_day(results(name), "tissue.csv").items():
        assert sum(row[tissue] for tissue in TISSUE_COLUMNS[2:]) == pytest.approx(1, abs=1e-4)
        injected = arm == "vertebroplasty" and day >= CEMENT_DAY[name]
        assert (row["cement"] > 0) == injected
        if day == 0:
            assert row["granulation"] + row["host"] == pytest.approx(1, abs=1e-4)


def test_a_row_on_the_cement_day_is_after_injection(results):
    rows = by_arm_and_day(results("main"))
    for column in CAPACITY_COLUMNS[2:]:
        for day in (0, 3):
            assert rows["vertebroplasty", day][column] == rows["conservative", day][column]
    before, after = rows["conservative", 7], rows["vertebroplasty", 7]
    assert after["stiffness_N_per_mm"] >= 1.3 * before["stiffness_N_per_mm"]
    assert after["capacity_N"] >= before["capacity_N"]


def test_the_cemented_arm_is_tested_beyond_its_strength_on_key_days(results):
    """Ultimate load beside the linear capacity: beside cement within 20 % (science: the trial's bound)."""
    folder = results("main")
    rows, curves = by_arm_and_day(folder), read_csv(folder / "load_displacement.csv")
    tested = [key for key, row in rows.items() if row["ultimate_N"] != ""]
    assert tested == [("vertebroplasty", 7), ("vertebroplasty", 365)]
    for arm, day in tested:
        row = rows[arm, day]
        mine = [curve for curve in curves if (curve["arm"], curve["day"]) == (arm, day)]
        assert row["ultimate_N"] == max(curve["force_N"] for curve in mine)
        assert row["force_1p9_percent_N"] in {curve["force_N"] for curve in mine}
        assert row["capacity_N"] == pytest.approx(row["ultimate_N"], rel=0.2)
        secant = mine[1]["force_N"] / mine[1]["displacement_mm"]
        assert secant == pytest.approx(
            row["stiffness_N_per_mm"], rel=0.01
        )  # the linear solve, nothing yields yet
        assert mine[-1]["strain_percent"] == pytest.approx(5, rel=1e-4)
    told = manifest(folder)["virtual_test"]
    assert told["n_tests"] == len(tested)
    assert told["increments"] == len(curves) - len(tested)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"<td>{rows[tested[0]]['ultimate_N']:.0f}</td>" in page
    assert (folder / "virtual_test.svg").is_file()
    assert not (results("crush") / "virtual_test.svg").exists()
    assert manifest(results("crush"))["virtual_test"] is None


def test_a_finished_test_is_not_repeated_by_resume(tmp_path, monkeypatch):
    record, records = states.record_virtual_test, []

    def recorded(*given):
        records.append(record(*given))
        return records[-1]

    def full_at_the_second(*given):
        if records:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return recorded(*given)

    days = ("healing.days=[0, 7]", "capacity.virtual_test_days=[0, 7]")
    words, out = coarse("main", "output.fields=[]", *days), tmp_path / "r"
    monkeypatch.setattr(states, "record_virtual_test", full_at_the_second)
    assert status([*words, "--quiet", "--out", str(out)]) == 3
    assert len(records) == 1
    monkeypatch.setattr(states, "record_virtual_test", recorded)
    assert status([*words, "--quiet", "--resume", "--out", str(out)]) == 0
    assert len(records) == 2
    rows = by_arm_and_day(out)
    tested = {row["ultimate_N"] for row in rows.values() if row["ultimate_N"] != ""}
    assert sorted(tested) == pytest.approx(sorted(each["ultimate_N"] for each in records), rel=1e-5)
    shared = ("conservative", 0), ("vertebroplasty", 0)
    assert rows[shared[0]]["ultimate_N"] == rows[shared[1]]["ultimate_N"]
    assert manifest(out)["virtual_test"]["n_tests"] == 2


def test_a_test_that_fails_leaves_the_linear_results_and_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(states, "record_virtual_test", lambda *_: {"failed": "no way", "wall_s": 0.0})
    words = coarse("main", "output.fields=[]", "healing.days=[0, 7]")
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    row = by_arm_and_day(tmp_path / "r")["vertebroplasty", 7]
    assert row["capacity_N"] > 0
    assert row["ultimate_N"] == row["force_1p9_percent_N"] == ""
    assert any("no way" in text for text in manifest(tmp_path / "r")["warnings"])
    assert "No test came to its end" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_crush_meets_the_observations_of_day_zero_and_heals_without_a_dip(results):
    rows = by_arm_and_day(results("crush"))
    fresh = rows["conservative", 0]
    assert fresh["stiffness_ratio"] == pytest.approx(0.47, abs=0.08)
    assert fresh["capacity_ratio"] == pytest.approx(0.89, abs=0.09)
    assert rows["conservative", 56]["stiffness_ratio"] > 0.9
    capacity = [row["capacity_ratio"] for (arm, _), row in rows.items() if arm == "conservative"]
    assert 0.9 <= capacity[-1] <= 1.1
    assert all(later >= 0.995 * earlier for earlier, later in pairwise(capacity))


@pytest.mark.parametrize("density", [60, 150])
def test_day_zero_of_a_crush_does_not_depend_on_density(tmp_path, density):
    words = coarse("crush", f"bone.density_qct_mg_cm3={density}", "healing.days=[0]", "output.fields=[]")
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    fresh = by_arm_and_day(tmp_path / "r")["conservative", 0]
    assert fresh["stiffness_ratio"] == pytest.approx(0.47, abs=0.08)
    assert fresh["capacity_ratio"] == pytest.approx(0.89, abs=0.09)


def test_activities_are_scaled_to_the_patient_and_dated(results):
    rows = by_arm_and_day(results("biconcave"))
    listed = read_csv(results("biconcave") / "activities.csv")
    assert {row["arm"] for row in listed} == {arm for arm, _ in rows}
    for row in listed:
        assert row["load_N"] == pytest.approx(activity_load(row["activity"], 62, "L3"), rel=1e-5)
        mine = [(day, r["capacity_N"]) for (arm, day), r in rows.items() if arm == row["arm"]]
        days = [day for day, _ in mine if all(row["load_N"] < c for later, c in mine if later >= day)]
        assert row["safe_from_day"] == (days[0] if days else "")


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
    assert (folder / "load_to_strength.svg").is_file()


def test_fields_hold_all_days_and_agree_with_the_table(results):
    folder = results("crush")
    rows = by_arm_and_day(folder)
    with h5py.File(folder / "fields-conservative.vtkhdf") as h5:
        root = h5["VTKHDF"]
        n, m, days = len(root["Points"]), len(root["Types"]), list(root["Steps/Values"])
        assert days == DAYS["crush"]
        expected = {"stress_MPa", "strain", "von_mises_MPa", "utilisation", "young_MPa", "poisson"}
        expected |= {"density_mg_cm3", "region", "perfusion"} | {
            f"tissue_{name}" for name in TISSUE_COLUMNS[2:]
        }
        assert set(root["CellData"]) == expected
        tissues = sum(root[f"CellData/tissue_{name}"][:m] for name in TISSUE_COLUMNS[2:])
        is_bone = root["CellData/region"][:] < 4
        assert tissues == pytest.approx(is_bone.astype(float), abs=1e-5)
        for step, day in enumerate(days):
            moved = root["PointData/displacement_mm"][step * n : (step + 1) * n, 2]
            shortening = 1000.0 / rows["conservative", day]["stiffness_N_per_mm"]
            assert moved.min() == pytest.approx(-shortening, rel=1e-3)
            stress = root["CellData/stress_MPa"][step * m : (step + 1) * m]
            assert np.median(stress[is_bone, 2]) < 0  # under compression


def test_only_chosen_fields_are_written(tmp_path):
    words = coarse("intact", 'output.fields=["young", "displacement"]', "output.load_N=500")
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    with h5py.File(tmp_path / "r" / "fields-intact.vtkhdf") as h5:
        assert list(h5["VTKHDF/CellData"]) == ["young_MPa"]
        assert list(h5["VTKHDF/PointData"]) == ["displacement_mm"]
        lowest = h5["VTKHDF/PointData/displacement_mm"][:, 2].min()
    stiffness = by_arm_and_day(tmp_path / "r")["intact", 0]["stiffness_N_per_mm"]
    assert lowest == pytest.approx(-500 / stiffness, rel=1e-3)


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


def test_a_surface_run_names_its_surface_in_the_manifest(results):
    files = manifest(results("surface"))["inputs_sha256"]
    assert [Path(file).suffix for file in files] == [".toml", ".stl"]


@pytest.mark.parametrize("name", ["main", "intact"])
def test_the_report_shows_every_number_of_the_tables(results, name):
    page = (results(name) / "report.html").read_text(encoding="utf-8")
    for row in read_csv(results(name) / "capacity.csv"):
        assert f"<td>{row['arm']}</td>" in page
        assert f"<td>{row['capacity_N']:.0f}</td>" in page
        assert f"<td>{row['stiffness_N_per_mm']:.0f}</td>" in page


def test_a_second_run_replaces_the_first_and_gives_the_same_numbers(tmp_path, capsys):
    words, out = coarse("intact"), tmp_path / "r"
    assert status([*words, "--out", str(out)]) == 0
    first = (out / "capacity.csv").read_bytes()
    printed = capsys.readouterr()
    assert "[1/1] intact, day 0: " in printed.err
    assert re.search(r"^intact +0 +\d+ +1\.00", printed.out, re.MULTILINE)
    assert "vertebra copy intact" in printed.out
    assert max(len(line) for line in printed.out.splitlines() if str(out) not in line) <= 100
    assert status([*words, "--quiet", "--out", str(out)]) == 0
    assert (out / "capacity.csv").read_bytes() == first
    assert capsys.readouterr() == ("", "")  # quiet: nothing at all
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


def test_the_default_folder_is_the_name_made_safe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert status([*coarse("intact", 'name="my $1 / L1: intact"'), "--quiet"]) == 0
    assert (tmp_path / "results" / "my-1-L1-intact" / "report.html").is_file()


@pytest.mark.parametrize(
    "overrides",
    [
        ("loading.ends=platens", "loading.rotation=free", "solver.method=direct"),
        ("mesh.order=2", "output.fields=[]"),
        ("mesh.parametric.level=T11", "mesh.parametric.height_anterior_mm=22"),
    ],
)
def test_other_ends_rotations_solvers_orders_and_sizes_run(tmp_path, overrides):
    assert status([*coarse("intact", *overrides), "--quiet", "--out", str(tmp_path / "r")]) == 0
    row = by_arm_and_day(tmp_path / "r")["intact", 0]
    assert row["capacity_ratio"] == row["stiffness_ratio"] == 1
    assert 1000 < row["capacity_N"] < 10000


def test_equal_bone_stated_as_another_density_gives_equal_numbers(tmp_path, results):
    """QCT density equals ash density, ash is 0.6 of apparent density (density.toml)."""
    text = bundled_file("intact").read_text(encoding="utf-8")
    file = tmp_path / "apparent.toml"
    file.write_text(text.replace("density_qct_mg_cm3 = 150", "density_apparent_mg_cm3 = 250"))
    words = [str(file) if word == "intact" else word for word in coarse("intact")]
    assert status([*words, "--quiet", "--out", str(tmp_path / "r")]) == 0
    row, reference = (by_arm_and_day(folder)["intact", 0] for folder in (tmp_path / "r", results("intact")))
    assert row["capacity_N"] == pytest.approx(reference["capacity_N"], rel=1e-5)


def stopped(words, number):
    """Send a signal to a run after its third state; its exit status and what else it printed."""
    program = "import sys; from vertebra.commands.cli import status; sys.exit(status(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stderr=subprocess.PIPE, text=True
    ) as child:
        for line in child.stderr:
            if line.startswith("[3/"):
                child.send_signal(number)
                break
        rest = child.stderr.read()
    return child.returncode, rest


@POSIX
def test_a_run_that_is_killed_keeps_its_states_and_resumes_to_the_same_numbers(tmp_path, results, capsys):
    reference = results("crush")
    capsys.readouterr()
    words, out = [*coarse("crush"), "--out", str(tmp_path / "r")], tmp_path / "r"
    code, _ = stopped(words, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.unfinished"]
    kept = len(list((tmp_path / "r.unfinished" / "states").glob("*.npz")))
    assert kept >= 3

    assert status([*words, "--resume", "--set", "bone.density_qct_mg_cm3=120"]) == 2
    assert "other inputs" in capsys.readouterr().err
    assert status([*words, "--resume"]) == 0
    assert f"resuming: {kept} finished states" in capsys.readouterr().err
    for table in TABLES:
        for row, expected in zip(read_csv(out / table), read_csv(reference / table), strict=True):
            for column, value in expected.items():  # a state may start from solutions of other days
                assert row[column] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-4))
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


@POSIX
def test_a_run_that_is_interrupted_says_how_to_go_on(tmp_path):
    code, printed = stopped([*coarse("crush"), "--out", str(tmp_path / "r")], signal.SIGINT)
    assert code == 130
    assert "--resume" in printed
    assert "Traceback" not in printed
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.unfinished"]
    assert len(list((tmp_path / "r.unfinished" / "states").glob("*.npz"))) >= 3
    assert not (tmp_path / "r.unfinished" / "running").exists()


def test_a_full_disk_ends_with_three_and_keeps_the_finished_states(tmp_path, monkeypatch, capsys):
    keep, calls = Workspace.keep, []

    def full_at_last(work, state):
        calls.append(state)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        keep(work, state)

    monkeypatch.setattr(Workspace, "keep", full_at_last)
    assert status([*coarse("crush"), "--out", str(tmp_path / "r")]) == 3
    assert os.strerror(errno.ENOSPC) in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.unfinished"]
    assert len(list((tmp_path / "r.unfinished" / "states").iterdir())) == 2


def write_stl(file, points, triangles):
    facets = "".join(
        "facet normal 0 0 0\nouter loop\n"
        + "".join(f"vertex {x} {y} {z}\n" for x, y, z in points[triangle])
        + "endloop\nendfacet\n"
        for triangle in triangles
    )
    file.write_text(f"solid body\n{facets}endsolid body\n")


def skin_of_a_box(size):
    points, cells = box(size, (4, 4, 4))
    faces = np.concatenate(
        [cells[:, [1, 2, 3]], cells[:, [0, 3, 2]], cells[:, [0, 1, 3]], cells[:, [0, 2, 1]]]
    )
    _, index, count = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True)
    return points, faces[index[count == 1]]


def bad_surface(kind, folder):
    """Path of a surface that cannot be used."""
    file = folder / "body.stl"
    points, triangles = skin_of_a_box((45.0, 35.0, 28.0))
    if kind == "open":
        write_stl(file, points, triangles[1:])
    elif kind == "tiny":
        write_stl(file, 1e-6 * points, triangles)
    elif kind == "text":
        file.write_text("this is no surface\n")
    elif kind == "empty":
        file.touch()
    elif kind == "binary":
        file.write_bytes(bytes(range(256)) * 20)
    elif kind == "ending":
        file = folder / "body.docx"
        write_stl(file, points, triangles)
    return file


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("open", "open"),
        ("tiny", "unit"),
        ("text", "body.stl"),
        ("empty", "body.stl"),
        ("binary", "body.stl"),
        ("ending", ".docx"),
    ],
)
def test_a_surface_that_cannot_be_used_is_refused_and_nothing_written(tmp_path, capsys, kind, part):
    (tmp_path / "in").mkdir()
    file = bad_surface(kind, tmp_path / "in")
    text = bundled_file("surface").read_text(encoding="utf-8").replace('unit = "mm", ', "")
    (tmp_path / "in" / "s.toml").write_text(text.replace("synthetic_L1.stl", file.name))
    out = tmp_path / "r"
    assert status(["run", str(tmp_path / "in" / "s.toml"), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"error: {tmp_path / 'in' / 's.toml'}: mesh.surface: ")
    assert part in message
    assert "Traceback" not in message
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("arms.vertebroplasty.cement.volume_ml=45", "arms.vertebroplasty.cement: "),  # larger than the body
        ("arms.vertebroplasty.cement.volume_ml=0.01", "arms.vertebroplasty.cement: "),
        (
            "arms.vertebroplasty.cement.clearance_mm=10",
            "arms.vertebroplasty.cement: 4 mL of cement do not fit",
        ),
        ("fracture.centre=0.2", "fracture: "),
        ("fracture.zone_mm=39", "fracture: "),
        ("fracture.height_loss=0.001", "fracture: "),
    ],
)
def test_what_does_not_fit_the_body_is_refused_and_nothing_written(tmp_path, capsys, override, part):
    assert status([*coarse("main", override), "--out", str(tmp_path / "r")]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"error: {bundled_file('main')}: ")
    assert part in message
    assert message.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_bone_crushed_beyond_solid_is_refused_and_nothing_written(tmp_path, capsys):
    words = coarse("crush", "fracture.height_loss=0.5", "bone.density_qct_mg_cm3=300")
    assert status([*words, "--out", str(tmp_path / "r")]) == 2
    message = capsys.readouterr().err
    assert "fracture.height_loss: found bone of 300 mg/cm3 compacted" in message
    assert list(tmp_path.iterdir()) == []


def test_without_gl_libraries_a_run_goes_on_and_names_the_package(tmp_path, monkeypatch, capsys):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for name in ("EGL.so.1", "EGL.so", "OSMesa.so.8", "OSMesa.so", "GL.so.1", "GL.so", "GLX.so.0"):
        (hidden / f"lib{name}").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(hidden))
    monkeypatch.delenv("DISPLAY", raising=False)
    out = tmp_path / "r"
    assert status([*coarse("intact", pictures=True), "--out", str(out)]) == 0
    assert (out / "stress-intact.png").read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64," in (out / "report.html").read_text(encoding="utf-8")
    if sys.platform == "linux":
        assert "Debian package libegl1" in capsys.readouterr().err
        assert any("Debian package libegl1" in text for text in manifest(out)["warnings"])
