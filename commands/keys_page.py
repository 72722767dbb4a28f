"""The reference of all keys of the scenario file: on the terminal and as a page of the documentation."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from vertebra.scenarios.reference import Key, TableOfKeys

_INTRODUCTION = """\
# The scenario file

<!-- Written by `vertebra schema --out docs/scenario.md`; edit the descriptions in scenarios/, not this page. -->

A scenario is a TOML file. `vertebra copy main` writes one with comments, `vertebra check FILE` prints what it says,
and `--set key=value` replaces one value for one run; arms are addressed by name, as in
`--set arms.vertebroplasty.cement.volume_ml=5`. Units stand in the keys. `vertebra schema --out scenario.schema.json`
writes the same reference as JSON Schema: an editor that knows it (Taplo, Even Better TOML) completes and checks keys
after `#:schema ./scenario.schema.json` in the first line. **Bold** keys must be given where their table is.
"""

_INTRODUCTION_OF_STUDIES = """\
# The study file

<!-- Written by `vertebra schema --study --out docs/study.md`; edit the descriptions in studies/sweep/keys.py, not
this page. -->

A study is a TOML file that `vertebra sweep` computes: a scenario, and the keys in which its cases differ. How to write
one is explained in [](how-to/sweep.md). `vertebra schema --study --out study.schema.json` writes the same reference as
JSON Schema for editors. **Bold** keys must be given where their table is.
"""


def print_keys(tables: Sequence[TableOfKeys], beginning: str, console: Console) -> None:
    """Print every key whose name begins as asked, with unit, default, meaning and allowed values."""
    for table in tables:
        asked = [key for key in table.keys if key.name.startswith(beginning)]
        if not asked:
            continue
        console.print(Text(heading_of(table), style="bold"))
        for key in asked:
            console.print(Text.assemble(key.name, (_remark(key), "cyan")))
            console.print(Padding(Text(explanation_of(key), style="dim"), (0, 0, 0, 4), expand=False))
        console.print()


def heading_of(table: TableOfKeys) -> str:
    """Name of a table as it stands in the file, and what it is about."""
    return f"{_bracketed(table)}: {table.meaning}" if table.name else table.meaning


def explanation_of(key: Key) -> str:
    """Meaning and allowed values of a key, in two sentences."""
    return f"{key.meaning}. Allowed: {key.allowed}."


def page_of(tables: Sequence[TableOfKeys]) -> str:
    """Markdown page of all keys of the scenario file."""
    return _page(_INTRODUCTION, tables)


def page_of_studies(tables: Sequence[TableOfKeys]) -> str:
    """Markdown page of all keys of the study file."""
    return _page(_INTRODUCTION_OF_STUDIES, tables)


def _page(introduction: str, tables: Sequence[TableOfKeys]) -> str:
    parts = [introduction]
    for table in tables:
        title = f"`{_bracketed(table)}`" if table.name else "Top of the file"
        rows = "\n".join(_row(key) for key in table.keys)
        head = "| key | unit | default | allowed | meaning |\n| --- | --- | --- | --- | --- |"
        parts.append(f"## {title}\n\n{table.meaning}\n")
        if table.keys:
            parts.append(f"{head}\n{rows}\n")
    return "\n".join(parts)


def _bracketed(table: TableOfKeys) -> str:
    """Header of a table in TOML."""
    first = table.name.split(".")[0]
    if table.name.endswith((".NAME", "[]")):
        return f"[[{table.name.removesuffix('.NAME').removesuffix('[]')}]]"
    return f"[{table.name.replace('.NAME', '')}]" if first != "arms" else "[arms.cement]"


def _row(key: Key) -> str:
    name = key.name.split(".")[-1]
    spelled = f"**`{name}`**" if key.is_required else f"`{name}`"
    cells = (spelled, key.unit, key.default, key.allowed, key.meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _remark(key: Key) -> str:
    unit = f"  [{key.unit}]" if key.unit not in ("", "-") else ""
    if key.is_required:
        return f"{unit}  required"
    return f"{unit}  default {key.default}" if key.default else unit
