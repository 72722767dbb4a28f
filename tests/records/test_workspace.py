"""The folder of a run: atomic, resumable, careful with what is not ours."""

import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from vertebra.records.workspace import State, check_target, fingerprint, open_workspace
from vertebra.scenarios.reading import ScenarioError


def state(arm="conservative", day=7):
    return State(
        arm=arm,
        day=day,
        row={"capacity_N": 1234.5, "zone_young_MPa": float("nan")},
        tissue={"woven": 0.25},
        healing={"perfusion": 0.5, "bridging_day": float("nan")},
        verdict={"outcome": "not yet"},
        solver={"iterations": 17, "method": "iterative"},
        at_points={"displacement_mm": np.arange(6, dtype=np.float32).reshape(2, 3)},
        at_cells={"young_MPa": np.array([1.0, 2.0], dtype=np.float32)},
        virtual_test={"ultimate_N": 2000 / 3, "force_N": [0.0, 2000 / 3]},
    )


def finished(out, inputs="a"):
    """A complete result with its manifest."""
    work, _ = open_workspace(out, inputs, resume=False)
    work.keep(state())
    (work.folder / "capacity.csv").write_text(inputs)
    (work.folder / "manifest.json").write_text(json.dumps({"program": "vertebra"}))
    work.finish()
    work.release()
    return out


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_a_state_comes_back_as_it_was_kept(tmp_path):
    work, found = open_workspace(tmp_path / "r", "a", resume=False)
    assert found == 0
    kept = state()
    assert not work.has("conservative", 7)
    work.keep(kept)
    assert work.has("conservative", 7)
    back = work.load("conservative", 7)
    assert back.row["capacity_N"] == kept.row["capacity_N"]
    assert np.isnan(back.row["zone_young_MPa"])
    assert (back.tissue, back.solver) == (kept.tissue, kept.solver)
    assert back.virtual_test == kept.virtual_test
    assert (back.at_points["displacement_mm"] == kept.at_points["displacement_mm"]).all()
    assert (back.at_cells["young_MPa"] == kept.at_cells["young_MPa"]).all()
    assert work.load("conservative", 7, fields=False).at_cells == {}


def test_nothing_stands_under_the_final_name_before_the_end(tmp_path):
    out = tmp_path / "r"
    work, _ = open_workspace(out, "a", resume=False)
    work.keep(state())
    assert names(tmp_path) == ["r.unfinished"]
    (work.folder / "capacity.csv").touch()
    work.finish()
    assert names(tmp_path) == ["r"]
    assert names(out) == ["capacity.csv"]


def test_a_second_run_replaces_the_result_at_the_end(tmp_path):
    out = finished(tmp_path / "r", "first")
    open_workspace(out, "second", resume=False)[0].release()
    assert (out / "capacity.csv").read_text() == "first"
    finished(out, "second")
    assert (out / "capacity.csv").read_text() == "second"
    assert names(tmp_path) == ["r"]


def test_resume_keeps_states_of_equal_inputs_and_a_fresh_run_does_not(tmp_path):
    out = tmp_path / "r"
    work, _ = open_workspace(out, "a", resume=False)
    work.keep(state())
    work.release()
    work, found = open_workspace(out, "a", resume=True)
    assert found == 1
    assert work.has("conservative", 7)
    work.release()
    _, found = open_workspace(out, "a", resume=False)
    assert found == 0


def test_states_of_other_inputs_are_not_resumed(tmp_path):
    work, _ = open_workspace(tmp_path / "r", "a", resume=False)
    work.keep(state())
    work.release()
    with pytest.raises(ScenarioError, match=r"--resume: the states .* other inputs.* Run again without"):
        open_workspace(tmp_path / "r", "b", resume=True)
    assert work.has("conservative", 7)


def test_resume_without_anything_to_resume_starts_anew(tmp_path):
    _, found = open_workspace(tmp_path / "r", "a", resume=True)
    assert found == 0


def test_a_marker_cut_short_by_a_kill_is_no_traceback(tmp_path):
    work, _ = open_workspace(tmp_path / "r", "a", resume=False)
    work.release()
    (work.folder / "inputs.json").write_text("")
    with pytest.raises(ScenarioError, match="--resume"):
        open_workspace(tmp_path / "r", "a", resume=True)
    open_workspace(tmp_path / "r", "a", resume=False)


@pytest.mark.parametrize("gone", [("states",), ("states", "running"), ("states", "running", "inputs.json")])
def test_a_run_killed_while_it_finishes_can_be_started_again(tmp_path, gone):
    work, _ = open_workspace(tmp_path / "r", "a", resume=False)
    (work.folder / "manifest.json").write_text(json.dumps({"program": "vertebra"}))
    for name in gone:
        path = work.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    work.release()
    for resume in (True, False):
        open_workspace(tmp_path / "r", "a", resume=resume)[0].release()


def test_a_result_that_was_complete_when_its_run_was_killed_is_put_in_place(tmp_path, monkeypatch):
    finished(tmp_path / "r", "first")
    work, _ = open_workspace(tmp_path / "r", "a", resume=False)
    (work.folder / "capacity.csv").write_text("second")
    (work.folder / "manifest.json").write_text(json.dumps({"program": "vertebra"}))
    rename, names_changed = os.replace, []

    def killed_at_the_second(*paths):
        names_changed.append(paths)
        if len(names_changed) == 2:  # the first one notes that the result is complete
            raise KeyboardInterrupt
        rename(*paths)

    monkeypatch.setattr("vertebra.records.workspace.os.replace", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        work.finish()
    monkeypatch.undo()
    work.release()
    again, _ = open_workspace(tmp_path / "r", "a", resume=True)
    assert again.is_complete
    again.finish()
    again.release()
    assert (tmp_path / "r" / "capacity.csv").read_text() == "second"
    assert names(tmp_path) == ["r"]
    assert names(tmp_path / "r") == ["capacity.csv", "manifest.json"]


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ScenarioError, match=r"the folder holds 'notes.txt'.* Choose another with --out DIR"):
        open_workspace(tmp_path, "a", resume=False)
    assert names(tmp_path) == ["notes.txt"]
    assert not tmp_path.with_name(f"{tmp_path.name}.unfinished").exists()


def test_a_file_of_the_user_in_an_earlier_result_is_never_deleted(tmp_path):
    out = finished(tmp_path / "r")
    (out / "my notes.txt").write_text("mine")
    with pytest.raises(ScenarioError, match=r"holds 'my notes.txt', which this command did not write"):
        check_target(out)


@pytest.mark.parametrize("manifest", ["", "[]", '{"program": "other"}', '{"name": 3}'])
def test_a_manifest_of_something_else_does_not_make_a_folder_ours(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ScenarioError, match="did not write"):
        check_target(tmp_path)


def test_clutter_of_file_browsers_is_no_obstacle(tmp_path):
    out = finished(tmp_path / "r")
    (out / ".DS_Store").touch()
    check_target(out)


def test_an_empty_folder_may_be_the_target(tmp_path):
    (tmp_path / "r").mkdir()
    assert names(finished(tmp_path / "r")) == ["capacity.csv", "manifest.json"]


def test_the_current_folder_may_be_the_target_when_empty(tmp_path, monkeypatch):
    (tmp_path / "r").mkdir()
    monkeypatch.chdir(tmp_path / "r")
    work, _ = open_workspace(type(tmp_path)("."), "a", resume=False)
    assert work.folder == tmp_path / "r.unfinished"


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_way_is_refused(tmp_path, below):
    (tmp_path / "r").touch()
    with pytest.raises(ScenarioError, match=r"r is a file, expected a folder"):
        check_target(tmp_path / "r" / below)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(ScenarioError, match="cannot be written to"):
        check_target(tmp_path / "locked" / "r")


def test_an_unfinished_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "r.unfinished").mkdir()
    (tmp_path / "r.unfinished" / "thesis.tex").touch()
    with pytest.raises(ScenarioError, match="was not written by vertebra"):
        open_workspace(tmp_path / "r", "a", resume=False)
    assert (tmp_path / "r.unfinished" / "thesis.tex").exists()


def test_a_second_run_at_the_same_place_waits_for_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr("vertebra.records.workspace._ENDING_S", 0.05)
    work, _ = open_workspace(tmp_path / "r", "a", resume=False)
    with pytest.raises(ScenarioError, match="another run of vertebra is at work there"):
        open_workspace(tmp_path / "r", "a", resume=True)
    work.release()
    open_workspace(tmp_path / "r", "a", resume=True)[0].release()


KILLED_WHILE_WRITING = """
import sys, time
from pathlib import Path
import numpy as np
from vertebra.courses.day_state import State
from vertebra.records.workspace import open_workspace

work, _ = open_workspace(Path(sys.argv[1]), "a", resume=False)
work.keep(State("a", 0, {}, {}, {}, {}, {}, {}, {"x": np.ones(3)}))
original = np.savez
def savez(stream, **arrays):
    original(stream, **arrays)
    stream.flush()
    if "cell:y" in arrays:
        print("writing", flush=True)
        time.sleep(60)
np.savez = savez
work.keep(State("a", 7, {}, {}, {}, {}, {}, {}, {"y": np.ones(3)}))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_kill_in_the_middle_of_a_state_leaves_finished_states_only(tmp_path):
    out = tmp_path / "r"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(out)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "writing\n"
        child.send_signal(signal.SIGKILL)
    assert not out.exists()
    work, found = open_workspace(out, "a", resume=True)
    assert found == 1
    assert work.has("a", 0)
    assert not work.has("a", 7)


def test_fingerprint_tells_inputs_apart():
    assert fingerprint("a") == fingerprint("a") != fingerprint("b")
