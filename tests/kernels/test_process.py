"""Processes that answer lines with lines, in one thread, and end with the pipe."""

import sys

from vertebra.kernels.process import start


def test_it_answers_in_one_thread_and_ends_with_the_pipe():
    process = start(
        "import os, sys\nfor line in sys.stdin: print(line.strip(), os.environ['NUMBA_NUM_THREADS'], os.environ['X'], "
        "flush=True)",
        {"X": "given"},
    )
    process.stdin.write("asked\n")
    process.stdin.flush()
    assert process.stdout.readline() == "asked 1 given\n"
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()


def test_a_process_that_cannot_start_is_none(monkeypatch):
    monkeypatch.setattr(sys, "executable", None)
    assert start("") is None
