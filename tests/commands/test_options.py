"""Completion: the callbacks, and the words that a shell gets."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from vertebra.commands import options
from vertebra.commands.options import complete_bundled, complete_scenario, complete_set
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.reading import read_scenario


def words(completion):
    return [word for word, _ in completion]


def set_words(incomplete, scenario="main"):
    return words(complete_set(SimpleNamespace(params={"scenario": scenario}), incomplete))


def asked(shell, line, cwd=None):
    """What the shell's own protocol gives for the last word of a command line."""
    environment = {**os.environ, "_VERTEBRA_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        split = [part for word in line.split(" ") for part in _as_bash_splits(word)]
        environment |= {"COMP_WORDS": "\n".join(split), "COMP_CWORD": str(len(split) - 1)}
    else:
        environment |= {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    code = "from vertebra.commands.cli import main; import sys; sys.argv = ['vertebra']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def _as_bash_splits(word):
    head, equals, tail = word.partition("=")
    return [word] if not equals else [part for part in (head, "=", tail) if part or part == ""][:3]


def test_bundled_names_are_completed_with_their_titles():
    assert words(complete_bundled("")) == list(bundled_names())
    assert list(complete_bundled("cru")) == [("crush", read_scenario("crush").name)]


def test_scenarios_are_bundled_names_and_files(tmp_path, monkeypatch):
    for name in ("mine.toml", "notes.txt", ".hidden.toml"):
        (tmp_path / name).touch()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "other.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert words(complete_scenario("m")) == ["main", "mine.toml", "more/"]
    assert words(complete_scenario("more/")) == ["more/other.toml"]
    assert words(complete_scenario("nowhere/")) == []


def test_keys_are_completed_with_arms_of_the_scenario_by_name(tmp_path):
    assert set_words("bone.a") == ["bone.anisotropy=", "bone.anisotropy=<none or transverse>"]
    assert "arms.vertebroplasty.cement.volume_ml=" in set_words("arms.")
    assert set_words("arms.", tmp_path / "missing.toml") != []
    assert "arms.NAME.cement.day=" in set_words("arms.", tmp_path / "missing.toml")
    file = tmp_path / "mine.toml"
    file.write_text('[[arms]]\nname = "late"\n')
    assert set_words("arms.late.cement.vol", file)[0] == "arms.late.cement.volume_ml="


def test_allowed_values_are_completed_after_the_equals_sign():
    assert set_words("bone.law=keller") == ["bone.law=keller1994"]
    assert set_words("output.pictures=") == ["output.pictures=true", "output.pictures=false"]
    assert set_words("loading.cap_mm=") == ["loading.cap_mm=10"]  # its default
    assert set_words("loading.activities=[standing,wal") == ['loading.activities=[standing,"walking"']


@pytest.mark.parametrize("key", ["bone.law", "capacity.criterion", "arms.vertebroplasty.cement.product"])
def test_every_value_that_is_offered_is_accepted(key):
    for word in set_words(f"{key}="):
        more = ["capacity.rule=section"] if key == "capacity.criterion" else []
        read_scenario("main", [word, *more])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("vertebra co", ["copy", "converge"]),
        ("vertebra run cru", ["crush"]),
        ("vertebra copy end", ["endochondral"]),
        ("vertebra run main --set bone.la", ["bone.law=", "bone.law=<"]),
        ("vertebra run main --set bone.law=kel", ["kel"]),
        (
            "vertebra check main --set arms.vertebroplasty.cement.app",
            ["arms.vertebroplasty.cement.approach="],
        ),
        ("vertebra keys capacity.int", ["capacity.interaction"]),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_a_shell_gets_the_words(tmp_path, shell, line, expected):
    got = asked(shell, line, tmp_path)
    assert got
    for word in expected:
        assert any(word in answer for answer in got), got


def test_bash_gets_only_the_part_that_it_replaces(tmp_path):
    assert asked("bash", "vertebra run main --set bone.law=kel", tmp_path) == ["keller1994"]
    assert asked("bash", "vertebra run main --set output.pictures=", tmp_path) == ["true", "false"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself_completes_a_value(tmp_path):
    (tmp_path / "vertebra").write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from vertebra.commands.cli import main; main()' \"$@\"\n"
    )
    (tmp_path / "vertebra").chmod(0o755)
    script = """
    eval "$(vertebra --show-completion bash)"
    COMP_WORDS=(vertebra run main --set bone.law = kel)
    COMP_CWORD=6
    _vertebra_completion vertebra
    echo "${COMPREPLY[@]}"
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": path, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip() == "keller1994", done.stderr


def test_completion_loads_nothing_that_computes():
    heavy = "[name for name in ('numpy', 'pydantic', 'rich') if name in sys.modules]"
    code = f"import sys; import {options.__name__}; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
