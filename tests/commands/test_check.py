"""`check`, `keys` and `schema`: what a scenario says, and what one may say."""

import json
from pathlib import Path

import pytest

from vertebra.commands.cli import status
from vertebra.scenarios.json_schema import scenario_schema
from vertebra.scenarios.reference import keys_of, shipped_schema

DOCS = Path(__file__).resolve().parents[2] / "docs" / "scenario.md"


def test_the_page_of_all_keys_is_up_to_date(tmp_path):
    assert status(["schema", "--out", str(tmp_path / "page.md")]) == 0
    assert DOCS.read_text(encoding="utf-8") == (tmp_path / "page.md").read_text(encoding="utf-8"), (
        "run `vertebra schema --out docs/scenario.md`"
    )


def test_the_page_names_every_key_with_its_meaning():
    text = DOCS.read_text(encoding="utf-8")
    for key in keys_of(scenario_schema()):
        assert f"`{key.name.split('.')[-1]}`" in text
        assert key.meaning in text


def test_the_json_schema_is_printed_or_written(tmp_path, capsys):
    assert status(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_schema()
    assert status(["schema", "--out", str(tmp_path / "s.json")]) == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == scenario_schema()


@pytest.mark.parametrize(
    ("out", "parts"),
    [("x.yaml", ("found ending '.yaml'", ".json or .md")), ("no/x.json", ("found no folder no",))],
)
def test_a_schema_that_cannot_be_written_is_refused(tmp_path, monkeypatch, capsys, out, parts):
    monkeypatch.chdir(tmp_path)
    assert status(["schema", "--out", out]) == 2
    printed = capsys.readouterr().err
    assert all(part in printed for part in parts)


def test_keys_are_explained_in_eighty_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert status(["keys"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    flat = " ".join(out.split())
    for key in keys_of(shipped_schema()):
        assert key.name in flat
        assert f"{key.meaning}. Allowed: {key.allowed}." in flat


def test_keys_can_be_narrowed(capsys):
    assert status(["keys", "bone."]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("bone.")]
    assert names == [key.name for key in keys_of(shipped_schema()) if key.name.startswith("bone.")]
    assert status(["keys", "bonne"]) == 2
    assert "expected one in mesh" in capsys.readouterr().err


def test_an_image_that_cannot_be_used_is_refused_before_anything_is_printed(tmp_path, capsys):
    broken = tmp_path / "ct.nii.gz"
    broken.write_bytes(b"no image\n")
    assert status(["check", "image", "--set", f"mesh.image.file={broken}"]) == 2
    said = capsys.readouterr()
    assert "bone.density_image" in said.err
    assert broken.name in said.err
    assert said.out == ""
