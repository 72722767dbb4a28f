"""The end of the report, folded: sources, the scenario as it was given, solver log, versions, meanings of columns."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from vertebra.records.columns import RUN_TABLES
from vertebra.records.result_files import SCENARIO

from ..page.blocks import Block, Cell, Chapter, Code, Folded, Heading, Table, Text, word_table
from .given import flat_values
from .record import RunRecord


def assumptions_chapter(record: RunRecord) -> Chapter:
    """Everything behind the numbers.

    Parameters
    ----------
    record : RunRecord
    """
    manifest = record.manifest
    blocks: list[Block] = [
        Folded(
            f"What was assumed, and from which source ({len(manifest['sources'])} quantities)",
            [
                word_table(("quantity", "value", "source", "certainty"), manifest["sources"]),
                Text(
                    "Certainty: A read in the source, B recomputed from it, C project judgement (approximate).",
                    "note",
                ),
            ],
        ),
        Folded("The scenario as it was given", _scenario(record)),
        Folded("How it was computed", [*(Text(note) for note in manifest["notes"]), *_solver(manifest)]),
        Folded("Versions, machine, time", [_versions(manifest)]),
        Folded(
            "What the columns of the tables mean",
            [Folded(f"{table.file}: {table.meaning}", [_columns(table)]) for table in RUN_TABLES],
        ),
    ]
    return Chapter("behind", "Behind the numbers", blocks)


def _scenario(record: RunRecord) -> list[Block]:
    """The file of the scenario and what was set besides; all values where there is no file."""
    given = record.manifest.get("given") or record.manifest["scenario"]
    file = record.folder / SCENARIO.name
    if not file.is_file():
        return [Code(json.dumps(given, indent=1))]
    text = file.read_text(encoding="utf-8")
    written = flat_values(tomllib.loads(text))
    replaced = [
        f"{key} = {json.dumps(value)}"
        for key, value in flat_values(given).items()
        if _differs(key, value, written)
    ]
    out: list[Block] = [Code(text.strip())]
    if replaced:
        out = [Text("Set besides the file:"), Code("\n".join(replaced)), *out]
    return out


def _differs(key: str, value: Any, written: Mapping[str, Any]) -> bool:
    return key not in written or (written[key] != value and str(written[key]) != str(value))


def _solver(manifest: Mapping[str, Any]) -> list[Block]:
    states = manifest.get("solver", {}).get("states", ())
    if not states:
        return []
    names = [name for name in states[0] if name not in ("arm", "day")]
    rows = [
        [
            Cell(str(state["arm"])),
            Cell(str(state["day"])),
            *(Cell(_log(state.get(name, ""))) for name in names),
        ]
        for state in states
    ]
    headings = [Heading("arm"), Heading("day"), *(Heading(name.replace("_", " ")) for name in names)]
    return [Table(headings, rows, "Solver log, one row a state")]


def _log(value: Any) -> str:
    return f"{value:.1e}" if isinstance(value, float) else str(value)


def _versions(manifest: Mapping[str, Any]) -> Table:
    pairs = {
        "vertebra": manifest["version"],
        "created": manifest["created"],
        "code (SHA-256)": manifest.get("code_sha256", ""),
        **manifest.get("libraries", {}),
        **manifest.get("machine", {}),
        **{
            f"time of {name}": f"{stage['wall_s']:.1f} s"
            for name, stage in manifest.get("stages", {}).items()
        },
        "peak memory": f"{manifest['peak_memory_MB']:.0f} MB" if "peak_memory_MB" in manifest else "",
        **manifest.get("inputs_sha256", {}),
    }
    rows = [
        {"what": name.rpartition("/")[2] if "/" in name else name, "value": value}
        for name, value in pairs.items()
        if value != ""
    ]
    return word_table(("what", "value"), rows)


def _columns(table) -> Table:
    rows = [{"column": each.name, "unit": each.unit, "meaning": each.meaning} for each in table.columns]
    return word_table(("column", "unit", "meaning"), rows)
