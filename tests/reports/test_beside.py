"""A process beside a run draws the same files as the run would, and where it fails the run draws them."""

import os
import shutil
import signal
import sys

import pytest
from scene_folder import write_scene_folder

from vertebra.kernels.process import start
from vertebra.records.columns import RUN_TABLES
from vertebra.reports import beside
from vertebra.reports.beside import Drawing, drawing
from vertebra.reports.files import write_report_files
from vertebra.reports.scene.subject import Subject


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Fields, tables and manifest."""
    return write_scene_folder(tmp_path_factory.mktemp("beside") / "result")


@pytest.fixture(scope="module")
def drawn(folder):
    """The same with what is drawn here."""
    whole = shutil.copytree(folder, folder.with_name("drawn"))
    write_report_files(whole)
    return contents(whole)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def without_tables(folder, to):
    """A copy as it is when the fields are just written, and what is missing."""
    shutil.copytree(folder, to)
    missing = ["manifest.json", *(table.file for table in RUN_TABLES if (folder / table.file).is_file())]
    for name in missing:
        (to / name).unlink()
    return missing


def test_fields_are_drawn_before_there_are_tables_and_the_files_are_the_same(
    folder, drawn, tmp_path, monkeypatch
):
    monkeypatch.setattr("vertebra.reports.files.write_report_files", None)  # not in this process
    copy = tmp_path / "copy"
    missing = without_tables(folder, copy)
    with drawing(beside=True) as work:
        work.begin(copy, Subject.of_folder(folder), pictures=True)
        for name in missing:
            shutil.copy(folder / name, copy)
        work.write(copy, pictures=True)
    assert contents(copy) == drawn


def test_what_is_drawn_is_not_written_unasked(folder, tmp_path):
    """The process of a run that ends after its fields draws them without tables, and leaves no file."""
    copy = tmp_path / "copy"
    without_tables(folder, copy)
    before = contents(copy)
    process = start(beside._PROGRAM)
    Drawing(process).begin(copy, Subject.of_folder(folder), pictures=True)
    answer, _ = process.communicate(timeout=120)  # closes its input
    assert (process.returncode, answer) == (0, "")
    assert contents(copy) == before


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "import sys; sys.stdin.readline()", "not Python"])
def test_where_the_process_fails_this_one_draws(folder, drawn, tmp_path, monkeypatch, program):
    monkeypatch.setattr(beside, "_PROGRAM", program)
    copy = shutil.copytree(folder, tmp_path / "copy")
    with drawing(beside=True) as work:
        work.begin(copy, Subject.of_folder(folder), pictures=True)
        work.write(copy, pictures=True)
    assert contents(copy) == drawn


@pytest.mark.parametrize("executable", [sys.executable, "/nowhere/python"])
def test_without_a_process_this_one_draws(folder, drawn, tmp_path, monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    copy = shutil.copytree(folder, tmp_path / "copy")
    with drawing(beside=executable != sys.executable) as work:
        work.begin(copy, Subject.of_folder(folder), pictures=True)
        work.write(copy, pictures=True)
    assert contents(copy) == drawn


def test_no_slices_are_drawn_unless_asked(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    with drawing(beside=True) as work:
        work.begin(copy, Subject.of_folder(folder), pictures=False)
        work.write(copy, pictures=False)
    assert not list(copy.glob("slices-*"))
    assert 'id="scene-meta"' in (copy / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="asks for a process by its number")
def test_the_process_ends_with_the_run_whether_it_was_needed_or_not(folder):
    with drawing(beside=True) as work:
        number = work._process.pid
        work.begin(folder, Subject.of_folder(folder), pictures=True)
    with pytest.raises(ProcessLookupError):
        os.kill(number, signal.SIGCONT)
