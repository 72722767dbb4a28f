"""A real scenario on three coarse meshes: files, resuming, and what is refused."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from vertebra.commands.cli import status
from vertebra.courses.states import solve_states
from vertebra.fem import NotConverged
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.tables import read_csv
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.convergence import converging as convergence
from vertebra.studies.convergence import results as convergence_results
from vertebra.studies.convergence.study import study_of

EDGES = "4,3.2,2.56"
COARSE = ("--set", "mesh.order=1", "--days", "0")
SECTIONS = ("--set", 'capacity.rule="section"')
"""Capacity without a bracket: quicker where it is not the subject."""


def converge(folder, *words, name="crush", edges=EDGES):
    return status(["converge", name, "--edges", edges, "--out", str(folder), *COARSE, *words])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("convergence") / "r"
    assert converge(folder, "--quiet") == 0
    return folder


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figure out, which takes longer than the solves."""
    monkeypatch.setattr(convergence_results, "save_figure", lambda figure, file: None)


@pytest.fixture
def unmeshed(monkeypatch, undrawn):
    """Leave the meshes out as well, where a test states the numbers itself."""
    nothing = SimpleNamespace(anatomy=SimpleNamespace(tetwild={}))
    monkeypatch.setattr(convergence, "prepare", lambda scenario, where: nothing)
    monkeypatch.setattr(convergence, "_check_sizes", lambda vertebrae: None)


@pytest.mark.slow
def test_a_study_leaves_its_files_and_nothing_else(finished):
    wanted = {"manifest.json", "extrapolated.csv", *(f"convergence.{end}" for end in ("csv", "svg", "png"))}
    assert {file.name for file in finished.iterdir()} == wanted
    assert [folder.name for folder in finished.parent.iterdir()] == ["r"]


@pytest.mark.slow
def test_values_are_those_of_a_run_on_the_same_mesh(finished, tmp_path):
    scenario = read_scenario("crush", ["mesh.order=1", "mesh.parametric.edge_mm=4", "healing.days=[0]"])
    work, _ = open_workspace(tmp_path / "run", "same", resume=False)
    solve_states(VertebraModel.of(scenario), work, lambda progress: None)
    rows = [row for row in read_csv(finished / "convergence.csv") if row["edge_mm"] == 4]
    assert {row["quantity"] for row in rows} == {"capacity_N", "stiffness_N_per_mm", "service_N"}
    for row in rows:
        state = work.load(row["arm"], int(row["day"]), fields=False)
        assert row["value"] == pytest.approx(state.row[row["quantity"]], rel=1e-4)
    work.release()


@pytest.mark.slow
def test_finer_meshes_come_nearer_to_what_is_extrapolated(finished):
    table = read_csv(finished / "convergence.csv")
    sizes = list(dict.fromkeys(row["element_mm"] for row in table))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes == pytest.approx([4, 3.2, 2.56], rel=0.2)
    for found in read_csv(finished / "extrapolated.csv"):
        value = [
            row["value"] for row in table if all(row[key] == found[key] for key in ("arm", "day", "quantity"))
        ]
        assert found["finest"] == value[-1]
        assert abs(value[-1] - found["extrapolated"]) <= found["uncertainty"]
        assert found["uncertainty_percent"] < 10  # a crush without cement, even on these meshes
    assert np.ptp(
        [row["value"] for row in table if row["quantity"] == "capacity_N" and row["arm"] == "intact"]
    )


@pytest.mark.slow
def test_the_manifest_tells_sizes_method_and_what_was_extrapolated(finished):
    told = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    assert [size["edge_mm"] for size in told["sizes"]] == [4, 3.2, 2.56]
    assert all(size["wall_s"] > 0 and size["largest_reaction_balance"] < 1e-3 for size in told["sizes"])
    assert told["scenario"]["capacity"]["virtual_test"] == "off"
    table = read_csv(finished / "extrapolated.csv")
    assert len(told["extrapolated"]) == len(table) == 6
    for row, written in zip(told["extrapolated"], table, strict=True):
        assert row["extrapolated"] == pytest.approx(written["extrapolated"], rel=1e-5)
        assert row["verdict"] in told["verdicts"]


@pytest.mark.slow
def test_a_second_study_may_replace_the_first_but_no_run_may(finished):
    convergence.check_target(finished, convergence.FILES)
    with pytest.raises(ValueError, match="this command did not write"):
        convergence.check_target(finished)  # what `run --out` asks


@pytest.mark.slow
def test_an_interrupted_study_goes_on_with_the_sizes_that_are_missing(tmp_path, monkeypatch, undrawn):
    assert converge(tmp_path / "whole", "--quiet", *SECTIONS) == 0
    solved = []

    def solve(vertebra, *others):
        solved.append(vertebra.scenario.mesh.edge_mm)
        if len(solved) == 2:
            message = "stopped"
            raise NotConverged(message, [1.0])
        solve_states(vertebra, *others)

    monkeypatch.setattr(convergence, "solve_all", solve)
    assert converge(tmp_path / "r", "--quiet", *SECTIONS) == 3
    assert not (tmp_path / "r").exists()
    assert converge(tmp_path / "r", "--quiet", "--resume", *SECTIONS) == 0
    assert solved == [4, 3.2, 3.2, 2.56]
    ours, theirs = (read_csv(tmp_path / name / "extrapolated.csv") for name in ("r", "whole"))
    assert ours == theirs


@pytest.mark.slow
def test_what_failed_and_what_locks_is_said_and_kept(tmp_path, monkeypatch, capsys, undrawn):
    """Tests fail on the middle mesh: the loads have no order, and the reader learns why."""
    asked = []

    def fails_on_the_middle_mesh(specimen, properties, **options):
        asked.append(specimen)
        if len(asked) == 4:
            message = "stopped on the way"
            raise NotConverged(message, [1.0])
        return SimpleNamespace(record=lambda: {"ultimate_N": 2000.0 + len(asked)})

    monkeypatch.setattr("vertebra.models.strength.virtual_test.run_virtual_test", fails_on_the_middle_mesh)
    monkeypatch.setattr("vertebra.materials.bone.poisson", lambda: 0.45)
    words = ("--virtual-test", "--set", "capacity.virtual_test=all", "--set", "healing.days=[0]")
    assert converge(tmp_path / "r", *words, *SECTIONS) == 0
    assert len(asked) == 6  # the intact and the fractured body on three meshes
    said = " ".join(capsys.readouterr().err.split())
    assert said.count("the elastic-plastic test of conservative, day 0, failed (stopped on the way)") == 1
    assert said.count("mesh.order 1: Poisson's ratio is up to 0.45") == 3
    told = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert ["failed" in " ".join(size["warnings"]) for size in told["sizes"]] == [False, True, False]
    assert all("they lock" in " ".join(size["warnings"]) for size in told["sizes"])
    tested = [row["arm"] for row in told["extrapolated"] if row["quantity"] == "ultimate_N"]
    assert tested == ["intact"]


def test_differences_count_as_far_as_each_quantity_is_known(tmp_path, monkeypatch, unmeshed):
    """The same relative differences, 4e-4 and 3e-3, are noise of a search or a test and not of a solve."""
    rise = {"capacity_N": 4e-4, "service_N": 4e-4, "ultimate_N": 3e-3, "stiffness_N_per_mm": 4e-4}
    span = 4.0**2 - 2.25**2

    def solved_before(study, edge, *others):
        numbers = {name: 2000 * (1 + of * edge**2 / span) for name, of in rise.items()}
        rows = [{"arm": arm, "day": day} | numbers for arm, day in study.states]
        return {"edge_mm": edge, "element_mm": edge, "unknowns": 1000, "rows": rows}

    monkeypatch.setattr(convergence, "_solve_size", solved_before)

    def verdicts(folder, *words):
        assert converge(folder, "--quiet", *words, edges="4,3,2.25") == 0
        return {row["quantity"]: row["verdict"] for row in read_csv(folder / "extrapolated.csv")}

    known = verdicts(tmp_path / "surface")
    settled = dict.fromkeys(("capacity_N", "service_N", "ultimate_N"), "settled")
    assert known == settled | {"stiffness_N_per_mm": "converging"}
    loose = verdicts(tmp_path / "loose", "--set", "solver.tolerance=1e-3")
    assert loose == dict.fromkeys(rise, "settled")
    sections = verdicts(tmp_path / "section", "--set", 'capacity.rule="section"')  # nothing is searched there
    assert sections == dict.fromkeys(rise, "converging") | {"ultimate_N": "settled"}


def test_the_table_fits_a_terminal(tmp_path, monkeypatch, capsys, unmeshed):
    monkeypatch.setenv("COLUMNS", "80")
    sizes = iter([4.0, 3.0, 2.25])

    def solved_before(study, edge, vertebra, work, pace, say):
        assert edge == next(sizes)
        rows = [
            {"arm": arm, "day": day, "ultimate_N": float("nan")}
            | {name: 1e5 + 10 * edge**2 for name in convergence.QUANTITIES}
            for arm, day in study.states
        ]
        return {"edge_mm": edge, "element_mm": edge, "unknowns": 1000, "rows": rows}

    monkeypatch.setattr(convergence, "_solve_size", solved_before)
    assert converge(tmp_path / "r", name="main", edges="4,3,2.25") == 0
    printed = capsys.readouterr().out
    assert "vertebroplasty" in printed
    assert "2.0" in printed  # the order
    assert max(len(line) for line in printed.splitlines() if "figure" not in line) <= 80


def test_edges_that_give_one_mesh_are_refused_before_anything_is_written(tmp_path, capsys):
    assert converge(tmp_path / "r", edges="4,3.4,2.8") == 2
    said = capsys.readouterr().err
    assert "4 and 3.4 mm give elements of 4." in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("option", "text"), [("--edges", "4;3;2"), ("--days", "1.5"), ("--days", "")])
def test_words_that_are_no_numbers_are_refused(option, text, tmp_path, capsys):
    assert status(["converge", "crush", option, text, "--out", str(tmp_path / "r")]) == 2
    assert f"{option} {text}: expected" in capsys.readouterr().err


@pytest.mark.slow
def test_a_law_that_follows_strain_is_walked_to_the_days(tmp_path):
    scenario = read_scenario(
        "crush",
        [
            'healing.law="mechanoregulation"',
            "mesh.order=1",
            "healing.days=[0,3,7,14]",
            'capacity.rule="section"',
        ],
    )
    study = study_of(scenario, [4, 3.2, 2.56], [14])
    sizes = []

    def stop(progress):
        sizes.append(progress)
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convergence.converge(study, tmp_path / "r", report=stop)
    assert [progress.done for progress in sizes] == [1, 2, 3]
    assert sizes[-1].total == 9
    assert sizes[-1].text == "4 mm, conservative, day 14"
    assert sizes[-1].remaining_s > 0  # two finer meshes are left
