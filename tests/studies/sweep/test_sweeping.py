"""Whole studies on coarse meshes: shared, resumed, with failures, equal however they are computed."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

import vertebra
from vertebra.commands.cli import status
from vertebra.records.tables import read_csv
from vertebra.scenarios.error import ScenarioError
from vertebra.studies.sweep import sharing
from vertebra.studies.sweep.reading import read_study
from vertebra.studies.sweep.sharing import CaseWorker, intact_key
from vertebra.studies.sweep.study_result import StudyResult

DENSITY = "bone.density_qct_mg_cm3"
COARSE = {
    "mesh.parametric.edge_mm": 4.0,
    "mesh.order": 1,
    "output.pictures": False,
    "capacity.virtual_test": "off",
    "capacity.rule": "section",  # no bracket: quicker, in every process
}
POSIX = pytest.mark.skipif(os.name != "posix", reason="sends signals")
TABLES = ("cases.csv", "cases.parquet", "study.html")


def tables(*parameters, base="intact", **values):
    return {
        "schema": 1,
        "name": "s",
        "base": base,
        "values": COARSE | {key.replace("__", "."): value for key, value in values.items()},
        "parameters": [{"key": key, "values": list(items)} for key, items in parameters],
    }


def study_file(folder, asked):
    lines = [f"schema = 1\nname = {json.dumps(asked['name'])}\nbase = {json.dumps(asked['base'])}\n[values]"]
    lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in asked["values"].items()]
    for each in asked["parameters"]:
        lines += [
            "[[parameters]]",
            f"key = {json.dumps(each['key'])}",
            f"values = {json.dumps(each['values'])}",
        ]
    file = folder / "study.toml"
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture(scope="module")
def of_three(tmp_path_factory):
    """A study of three densities of the intact body, undisturbed, in this process."""
    folder = tmp_path_factory.mktemp("three") / "s"
    vertebra.sweep(tables((DENSITY, (60, 100, 140))), folder, workers=1)
    return folder


def test_a_study_leaves_a_table_a_page_and_a_result_of_every_case(of_three):
    rows = read_csv(of_three / "cases.csv")
    assert [row["case"] for row in rows] == [1, 2, 3]
    assert [row[DENSITY] for row in rows] == [60, 100, 140]
    capacity = [row["capacity_N"] for row in rows]
    assert capacity == sorted(capacity)
    study = read_study(tables((DENSITY, (60, 100, 140))))
    assert {entry.name for entry in (of_three / "cases").iterdir()} == {case.name for case in study.cases}
    page = (of_three / "study.html").read_text(encoding="utf-8")
    assert DENSITY in page
    assert not re.search(r'(src|href)="http', page)


def test_a_case_is_the_run_of_its_scenario(of_three, tmp_path):
    scenario = vertebra.read_scenario("intact").with_values({**COARSE, DENSITY: 100})
    alone = vertebra.run(scenario, tmp_path / "alone")
    (row,) = (row for row in read_csv(of_three / "cases.csv") if row["case"] == 2)
    kept = of_three / "cases" / row["folder"] / "capacity.csv"
    assert kept.read_bytes() == (alone.folder / "capacity.csv").read_bytes()
    assert vertebra.open_result(kept.parent).capacity["capacity_N"][0] == row["capacity_N"]


def test_finished_cases_are_not_computed_again_and_a_larger_study_adds_to_them(of_three, monkeypatch):
    computed = []
    compute = sharing.compute_into
    monkeypatch.setattr(
        sharing, "compute_into", lambda scenario, *a, **k: computed.append(compute(scenario, *a, **k))
    )
    before = {name: (of_three / name).read_bytes() for name in TABLES}
    vertebra.sweep(tables((DENSITY, (60, 100, 140))), of_three, workers=1)
    assert computed == []
    assert {name: (of_three / name).read_bytes() for name in TABLES} == before
    larger = tables((DENSITY, (60, 100, 140, 120)))
    with pytest.raises(ScenarioError, match=r"found the study 's' with 3 cases.*--force"):
        vertebra.sweep(larger, of_three, workers=1)
    vertebra.sweep(larger, of_three, workers=1, force=True)
    assert len(computed) == 1
    vertebra.sweep(tables((DENSITY, (60, 100, 140))), of_three, workers=1, force=True)


def test_one_failed_case_does_not_stop_the_rest(tmp_path, capsys):
    asked = tables(
        ("arms.vertebroplasty.cement.volume_ml", (45.0, 3.0)),
        base="main",
        healing__days=[0],
        arms__vertebroplasty__cement__day=0,
        uncertainty__bands="off",
    )
    out = tmp_path / "s"
    assert status(["sweep", str(study_file(tmp_path, asked)), "--out", str(out), "--workers", "1"]) == 3
    said = capsys.readouterr().err
    assert "1 of 2 cases" in said
    rows = read_csv(out / "cases.csv")
    assert {row["status"] for row in rows if row["case"] == 2} == {"done"}
    (failed,) = (row for row in rows if row["case"] == 1)
    assert failed["status"] == "failed"
    assert "arms.vertebroplasty.cement" in failed["error"]
    result = StudyResult(out)
    assert set(result.failed) == {1}
    assert result.case(2).arms[-1] == "vertebroplasty"
    with pytest.raises(KeyError, match="case 1 has no result"):
        result.case(1)


def test_processes_give_the_table_of_one_process(of_three, tmp_path):
    vertebra.sweep(tables((DENSITY, (60, 100, 140))), tmp_path / "s", workers=2)
    for name in TABLES:
        assert (tmp_path / "s" / name).read_bytes() == (of_three / name).read_bytes()


@pytest.mark.filterwarnings("default")  # of Dask's event loops
def test_a_cluster_gives_the_table_of_one_process(of_three, tmp_path):
    """Of one worker that is begun for the study; those of the next test are there before it."""
    pytest.importorskip("distributed", reason="Dask, extra `cluster`, is not installed")
    vertebra.sweep(tables((DENSITY, (60, 100, 140))), tmp_path / "s", scheduler="local", workers=1)
    for name in TABLES:
        assert (tmp_path / "s" / name).read_bytes() == (of_three / name).read_bytes()


@POSIX
@pytest.mark.filterwarnings("default")  # of Dask's event loops
def test_a_cluster_that_loses_a_worker_in_the_middle_of_a_case_gives_the_table_of_one_process(
    of_three, tmp_path
):
    distributed = pytest.importorskip("distributed", reason="Dask, extra `cluster`, is not installed")
    out, mark = tmp_path / "s", tmp_path / "died"

    def die_once():
        """Make this worker die when it has kept a state, unless another one has died of it."""
        from vertebra.records.workspace import Workspace

        keep = Workspace.keep

        def keep_and_die(work, state):
            keep(work, state)
            try:
                with open(mark, "x", encoding="ascii") as stream:
                    stream.write(f"{work.folder.name} {os.getpid()}")
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGKILL)

        Workspace.keep = keep_and_die

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = set(client.run(os.getpid).values())
        client.run(die_once)
        study = vertebra.sweep(tables((DENSITY, (60, 100, 140))), out, scheduler=cluster.scheduler_address)
    begun, pid = mark.read_text().split()
    assert begun.endswith(".unfinished")  # a case was half computed
    assert int(pid) in workers
    assert study.failed == {}
    for name in TABLES:
        assert (out / name).read_bytes() == (of_three / name).read_bytes()
    assert {entry.name for entry in (out / "cases").iterdir()} == {
        row["folder"] for row in read_csv(of_three / "cases.csv")
    }


@POSIX
def test_a_study_that_is_killed_again_and_again_ends_with_the_table_of_an_undisturbed_one(of_three, tmp_path):
    file, out = study_file(tmp_path, tables((DENSITY, (60, 100, 140)))), tmp_path / "s"
    program = "import sys; from vertebra.commands.cli import status; sys.exit(status(sys.argv[1:]))"
    words = ["sweep", str(file), "--out", str(out), "--resume", "--workers"]
    for wait_s in (0.3, 2.5):
        with subprocess.Popen(
            [sys.executable, "-c", program, *words, "2"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as child:
            end = time.monotonic() + 60
            while not (out / "cases").is_dir() and time.monotonic() < end and child.poll() is None:
                time.sleep(0.05)
            time.sleep(wait_s)
            child.send_signal(signal.SIGKILL)
    assert status([*words, "1", "--quiet"]) == 0
    assert (out / "cases.csv").read_bytes() == (of_three / "cases.csv").read_bytes()
    assert not list((out / "cases").glob("*.unfinished"))


def test_cases_share_meshes_where_nothing_else_decides_them(monkeypatch):
    built, build = [], sharing.build_anatomy
    monkeypatch.setattr(sharing, "build_anatomy", lambda scenario: built.append(1) or build(scenario))
    study = read_study(tables((DENSITY, (60, 80)), ("patient.smoker", (True, False)), base="crush"))
    worker = CaseWorker()
    densities = [worker.vertebra(case.scenario).anatomy.density.g_cm3.mean() for case in study.cases]
    assert len(built) == 1
    assert densities[0] == densities[1] == pytest.approx(0.75 * densities[2])
    lower = read_study(tables(("fracture.height_loss", (0.1, 0.2)), base="crush"))
    for case in lower.cases:
        worker.vertebra(case.scenario)
    assert len(built) == 3


def test_cases_share_the_intact_state_where_arms_and_healing_differ():
    doses = ("arms.vertebroplasty.cement.volume_ml", (3.0, 4.0)), ("healing.days", ([0, 7], [0, 28]))
    assert len({intact_key(case.scenario) for case in read_study(tables(*doses, base="main")).cases}) == 1
    others = (DENSITY, (60, 80)), ("loading.ends", ("platens", "pmma_caps"))
    assert len({intact_key(case.scenario) for case in read_study(tables(*others, base="main")).cases}) == 4


def test_a_folder_of_something_else_is_refused_and_nothing_written(tmp_path, capsys):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "thesis.tex").touch()
    assert status(["sweep", "density", "--out", str(tmp_path / "s")]) == 2
    assert "thesis.tex" in capsys.readouterr().err
    assert [entry.name for entry in (tmp_path / "s").iterdir()] == ["thesis.tex"]


def test_an_anatomy_that_no_case_can_have_is_refused_before_anything_is_written(tmp_path, capsys):
    asked = tables((DENSITY, (60, 100)), base="crush", fracture__zone_mm=39)
    assert status(["sweep", str(study_file(tmp_path, asked)), "--out", str(tmp_path / "s")]) == 2
    assert "fracture" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()
