"""What the README shows is what happens."""

import re
import shlex
from pathlib import Path

import pytest

from vertebra.scenarios.reading import read_scenario

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.slow
def test_the_face_is_shown_as_it_is(capsys):
    """On few days, by the weakest section, without tests beyond the strength and bands of patients."""
    face, _ = blocks("python")
    coarse = '"mesh.order": 1'
    assert face.count(coarse) == 1
    quick = '"healing.days": [0, 28], "capacity.rule": "section", "capacity.virtual_test": "off"'
    quick += ', "uncertainty.bands": "off"'
    exec(compile(face.replace(coarse, f"{coarse}, {quick}"), "README.md", "exec"), {})
    assert 1000 < float(capsys.readouterr().out.splitlines()[-1]) < 4000


def test_the_solver_runs_as_shown_and_carries_its_load(capsys):
    _, example = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    force = [float(number) for number in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", capsys.readouterr().out)]
    free_bar = 300.0 * 10.0 * 10.0 / 20.0 * 0.1  # E A / l u, stiffened by the clamped ends
    assert -1.2 * free_bar < force[2] < -free_bar
    assert abs(force[0]) + abs(force[1]) < 0.01 * free_bar


@pytest.mark.parametrize(
    "command",
    [line for block in blocks("sh") for line in block.splitlines() if line.startswith("vertebra run main")],
)
def test_overrides_that_are_shown_are_accepted(command):
    words = shlex.split(command, comments=True)
    scenario = read_scenario(words[2], [words[i + 1] for i, word in enumerate(words) if word == "--set"])
    assert scenario.arms


def test_run_and_test_command_stand_under_their_marks():
    for mark, end in (
        ("run command", ".venv/bin/vertebra run main"),
        ("test command", ".venv/bin/pytest -n auto"),
    ):
        (command,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*)\n```", README)
        assert command.startswith("python3 -m venv .venv && ")
        assert command.endswith(end)
