"""Runs that are killed, interrupted or run out of space, and how they go on."""

import errno
import os
import signal
import subprocess
import sys

import pytest
from coarse_runs import by_arm_and_day, coarse, manifest

from vertebra.commands.cli import status
from vertebra.models.response import loaded
from vertebra.records.tables import read_csv
from vertebra.records.workspace import Workspace

TABLES = ("capacity.csv", "tissue.csv", "activities.csv")
FOUR_DAYS = coarse("crush", "capacity.rule=section", "healing.days=[0,7,14,28]")
"""The intact body and four states of one that loses height."""
POSIX = pytest.mark.skipif(os.name != "posix", reason="sends signals")


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


@pytest.mark.slow
@POSIX
def test_a_run_that_is_killed_keeps_its_states_and_resumes_to_the_same_numbers(tmp_path, capsys):
    whole, folder = tmp_path / "whole", tmp_path / "stopped"
    run, out = FOUR_DAYS, folder / "r"
    assert status([*run, "--quiet", "--out", str(whole)]) == 0
    capsys.readouterr()
    words = [*run, "--out", str(out)]
    code, _ = stopped(words, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert [entry.name for entry in folder.iterdir()] == ["r.unfinished"]
    kept = len(list((folder / "r.unfinished" / "states").glob("*.npz")))
    assert kept >= 3

    assert status([*words, "--resume", "--set", "bone.density_qct_mg_cm3=120"]) == 2
    assert "other inputs" in capsys.readouterr().err
    assert status([*words, "--resume"]) == 0
    assert f"resuming: {kept} finished states" in capsys.readouterr().err
    for table in TABLES:
        for row, expected in zip(read_csv(out / table), read_csv(whole / table), strict=True):
            for column, value in expected.items():  # a state may start from solutions of other days
                assert row[column] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-4))
    assert [entry.name for entry in folder.iterdir()] == ["r"]


@pytest.mark.slow
@POSIX
def test_a_run_that_is_interrupted_says_how_to_go_on(tmp_path):
    code, printed = stopped([*FOUR_DAYS, "--out", str(tmp_path / "r")], signal.SIGINT)
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
    assert status([*FOUR_DAYS, "--out", str(tmp_path / "r")]) == 3
    assert os.strerror(errno.ENOSPC) in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.unfinished"]
    assert len(list((tmp_path / "r.unfinished" / "states").glob("[!@]*.npz"))) == 2


@pytest.mark.slow
def test_a_finished_test_is_not_repeated_by_resume(tmp_path, monkeypatch):
    record, records = loaded.record_virtual_test, []

    def recorded(*given):
        records.append(record(*given))
        return records[-1]

    def full_at_the_second(*given):
        if records:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return recorded(*given)

    days = ("healing.days=[0, 7]", "capacity.virtual_test_days=[0, 7]", "capacity.virtual_test=cemented")
    words, out = coarse("main", "output.fields=[]", "capacity.rule=section", *days), tmp_path / "r"
    monkeypatch.setattr(loaded, "record_virtual_test", full_at_the_second)
    assert status([*words, "--quiet", "--out", str(out)]) == 3
    assert len(records) == 1
    monkeypatch.setattr(loaded, "record_virtual_test", recorded)
    assert status([*words, "--quiet", "--resume", "--out", str(out)]) == 0
    assert len(records) == 2
    rows = by_arm_and_day(out)
    tested = {row["ultimate_N"] for row in rows.values() if row["ultimate_N"] != ""}
    assert sorted(tested) == pytest.approx(sorted(each["ultimate_N"] for each in records), rel=1e-5)
    shared = ("conservative", 0), ("vertebroplasty", 0)
    assert rows[shared[0]]["ultimate_N"] == rows[shared[1]]["ultimate_N"]
    assert manifest(out)["virtual_test"]["n_tests"] == 2
