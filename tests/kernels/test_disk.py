"""Compiled code: fresh after every change that matters, replaced where damaged, and no need of a folder."""

import ast
import importlib
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import pytest

import vertebra.kernels.stamp
from vertebra.kernels.disk import contents
from vertebra.kernels.stamp import stamp_of

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled, so nothing is kept"
)

INNER = """\
from vertebra.kernels import njit

@njit({options})
def inner(x):
    return {factor} * x
"""
CONSTANT = "SCALE = {scale}\n"
OUTER = """\
from constant import SCALE
from inner import inner
from vertebra.kernels import njit

@njit(cache=True)
def middle(x):
    return inner(x) + 1.0

@njit(cache=True)
def outer(x):
    return SCALE * middle(x)
"""


class Toy:
    """Kernels of three files that call each other, loaded anew at every run."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.options = folder, "cache=True"
        monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder / "cache"))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        monkeypatch.syspath_prepend(folder)
        self.write()

    def write(self, factor=2.0, scale=1.0):
        (self.folder / "inner.py").write_text(INNER.format(options=self.options, factor=factor))
        (self.folder / "constant.py").write_text(CONSTANT.format(scale=scale))
        (self.folder / "outer.py").write_text(OUTER)

    def run(self, argument=10.0):
        """Value, hits of the cache and its folder, as a new process would find them."""
        vertebra.kernels.stamp._digest.cache_clear()
        importlib.invalidate_caches()
        for name in ("inner", "constant"):
            sys.modules.pop(name, None)
        outer = runpy.run_path(str(self.folder / "outer.py"))["outer"]
        return outer(argument), sum(outer.stats.cache_hits.values()), outer.stats.cache_path

    def files(self, pattern):
        return sorted((self.folder / "cache").rglob(pattern))


@pytest.fixture
def toy(tmp_path, monkeypatch):
    return Toy(tmp_path, monkeypatch)


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No folder of numba's can be written; folder for temporary files."""
    if sys.platform != "linux":
        pytest.skip("needs a home that cannot be made: /proc/none")
    (tmp_path / "__pycache__").write_text("a file where the folder should be")
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("HOME", "/proc/none")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return temporary


@pytest.mark.parametrize("options", ["cache=True", 'inline="always"'])
def test_an_edited_callee_in_another_file_gives_the_new_value(toy, options):
    toy.options = options
    toy.write()
    assert toy.run()[:2] == (21.0, 0)
    assert toy.run()[:2] == (21.0, 1)
    toy.write(factor=3.0)
    assert toy.run()[:2] == (31.0, 0)
    assert toy.run()[:2] == (31.0, 1)


def test_an_edited_constant_in_another_file_gives_the_new_value(toy):
    assert toy.run()[:2] == (21.0, 0)
    toy.write(scale=10.0)
    assert toy.run()[:2] == (210.0, 0)


def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file):
    file.write_bytes(b"")


def blank(file):
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize("damage", [cut, empty, blank])
def test_damaged_files_are_replaced(toy, damage):
    toy.run()
    assert toy.files("*.nbc")
    for file in toy.files("*.nbc"):
        damage(file)
    assert toy.run()[:2] == (21.0, 0)
    assert toy.run()[:2] == (21.0, 1)


def test_damaged_files_that_cannot_be_removed_are_left_alone(toy, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError

    toy.run()
    for file in toy.files("*.nbc"):
        cut(file)
    monkeypatch.setattr(Path, "unlink", refuse)
    assert toy.run()[:2] == (21.0, 0)


def test_every_signature_has_a_file_of_its_own(toy):
    assert toy.run()[:2] == toy.run(10)[:2] == (21.0, 0)
    assert len(toy.files("outer.outer-*.nbc")) == 2
    assert toy.run()[:2] == toy.run(10)[:2] == (21.0, 1)


def test_the_same_function_with_other_options_is_other_code():
    def half(x):
        return x / 2

    plain, loose = numba.njit(half), numba.njit(error_model="numpy")(half)
    assert stamp_of(plain) == stamp_of(numba.njit(half)) != stamp_of(loose)


def test_a_folder_says_what_was_compiled_into_it_callees_first(toy):
    toy.run()
    callee, *callers = contents(toy.folder / "cache")
    assert callee == "inner:inner(float64)"
    assert [name.partition(":")[2] for name in callers] == ["middle(float64)", "outer(float64)"]


def test_temporary_files_serve_where_no_other_folder_can_be_written(toy, nowhere):
    value, hits, path = toy.run()
    assert (value, hits) == (21.0, 0)
    assert Path(path).is_relative_to(nowhere)
    assert toy.run()[:2] == (21.0, 1)


def test_a_temporary_folder_that_others_can_write_is_not_trusted(toy, nowhere):
    planted = nowhere / f"vertebra-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    for _ in range(2):
        assert toy.run() == (21.0, 0, None)
    assert not list(planted.iterdir())


def test_a_full_disk_is_no_error(toy, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(numba.core.caching.IndexDataCacheFile, "_open_for_write", full)
    for _ in range(2):
        assert toy.run()[:2] == (21.0, 0)


def imports_of_numba(file):
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [node for node in tree if isinstance(node, ast.ImportFrom) and node.module == "numba"]


def test_all_kernels_are_compiled_by_this_room():
    rooms = [mark.parent for mark in ROOT.glob("*/py.typed") if mark.parent.name != "kernels"]
    assert {"fem", "materials"} <= {room.name for room in rooms}
    assert not [file for room in rooms for file in room.rglob("*.py") if imports_of_numba(file)]


def test_the_face_imports_no_compiler():
    code = "import sys, vertebra; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
