"""How the corpus asks: a command on a broken input, in this process, and what must come of it."""

import time

import pytest

from vertebra.commands.cli import status

LONGEST_S = 5.0


@pytest.fixture
def refused(tmp_path, capsys, monkeypatch):
    """Ask a command on a file; status 2, the file named, one message, nothing written, in time; gives the message."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def accepted(*_):
        message = "this input is not refused"
        raise AssertionError(message)

    monkeypatch.setattr("vertebra.studies.run.solve_all", accepted)

    def ask(words, file, *parts):
        capsys.readouterr()
        start = time.perf_counter()
        code = status([*map(str, words), "--out", str(work / "out")])
        took = time.perf_counter() - start
        printed = capsys.readouterr()
        message = printed.err
        assert code == 2, f"status {code}: {message}"
        assert "error: " in message
        assert str(file) in message.replace("\n", " "), message
        for part in parts:
            assert part in message, message
        assert "Traceback" not in message + printed.out
        assert "fault of vertebra" not in message
        assert list(work.iterdir()) == []
        assert took < LONGEST_S
        return message

    return ask
