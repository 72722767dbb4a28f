"""What a run was made of."""

import hashlib
import time

import pytest

from vertebra.records.manifest import environment
from vertebra.records.manifest.environment import (
    Stopwatch,
    file_hashes,
    library_versions,
    machine,
    now,
    peak_memory_MB,
    version,
)


def test_stopwatch_adds_repeats_of_a_stage_and_keeps_stages_apart():
    watch = Stopwatch()
    for _ in range(2):
        with watch.stage("solve"):
            time.sleep(0.02)
    with watch.stage("write"):
        pass
    assert list(watch.stages) == ["solve", "write"]
    assert watch.stages["solve"]["wall_s"] >= 2 * 0.02
    assert watch.stages["write"]["wall_s"] < 0.02


def fail():
    message = "wrong"
    raise ValueError(message)


def test_a_stage_that_fails_is_timed_too():
    watch = Stopwatch()
    with pytest.raises(ValueError, match="wrong"), watch.stage("mesh"):
        fail()
    assert "mesh" in watch.stages


def test_hash_is_the_sha256_of_the_bytes(tmp_path):
    file = tmp_path / "a.toml"
    file.write_bytes(b"x = 1\r\n")
    assert file_hashes([file]) == {str(file): hashlib.sha256(b"x = 1\r\n").hexdigest()}


def test_memory_is_given_in_megabytes_where_the_system_tells():
    peak = peak_memory_MB()
    assert peak is None or 20 < peak < 1e5


def test_versions_machine_and_time_are_plain_values():
    assert version()
    assert {"python", "numpy", "numba", "vtk"} <= set(library_versions())
    assert machine()["processors"]
    assert now().endswith("+00:00")


def test_code_hash_follows_the_code(tmp_path, monkeypatch):
    package = tmp_path / "vertebra"
    for room in ("fem", "records"):
        (package / room).mkdir(parents=True)
        (package / room / "py.typed").touch()
    kernel = package / "fem" / "kernel.py"
    kernel.write_text("YOUNG = 1.0\n")
    monkeypatch.setattr(environment, "__file__", str(package / "records" / "manifest" / "environment.py"))
    before = environment.code_hash()
    assert environment.code_hash() == before
    kernel.write_text("YOUNG = 2.0\n")
    assert environment.code_hash() != before
