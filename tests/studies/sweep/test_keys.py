"""The reference of the study file is that of its keys."""

import json
from pathlib import Path

import pytest

from vertebra.commands.cli import status
from vertebra.studies.sweep import keys

DOCS = Path(__file__).resolve().parents[3] / "docs" / "study.md"


@pytest.mark.parametrize(
    "file", [DOCS, Path(keys.__file__).with_name("study.schema.json")], ids=["page", "schema"]
)
def test_what_is_committed_is_what_the_command_writes(tmp_path, file, capsys):
    assert status(["schema", "--study", "--out", str(tmp_path / file.name)]) == 0
    written = (tmp_path / file.name).read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8") == written, f"run `vertebra schema --study --out {file}`"


def test_every_key_has_a_meaning():
    schema = json.loads(Path(keys.__file__).with_name("study.schema.json").read_text(encoding="utf-8"))
    tables = [schema, *schema["$defs"].values()]
    assert all(entry.get("description") for table in tables for entry in table["properties"].values())
