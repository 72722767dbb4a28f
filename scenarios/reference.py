"""Every key of the scenario file with unit, allowed values, default and meaning, read from its JSON Schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .units import text_of

SCHEMA_FILE = Path(__file__).parent / "scenario.schema.json"
"""The JSON Schema as `json_schema.write_schema` writes it; a test compares both."""


@dataclass(frozen=True)
class Key:
    """One key of the scenario file.

    Attributes
    ----------
    path : tuple of str
        Tables and key; names of arms and numbers of list items are left out.
    name : str
        The same with dots, as in `--set`; `NAME` stands for the name of an arm.
    unit : str
        Empty for words and plain numbers.
    allowed : str
        Values in words.
    choices : tuple of str
        Words it may be, or the items of its list; empty for numbers and free text.
    default : str
        In words; empty where the meaning says what holds.
    is_required : bool
        Whether its table must have it.
    meaning : str
    """

    path: tuple[str, ...]
    name: str
    unit: str
    allowed: str
    choices: tuple[str, ...]
    default: str
    is_required: bool
    meaning: str


@dataclass(frozen=True)
class TableOfKeys:
    """One table of the scenario file: its heading, what it is about, its keys."""

    name: str
    meaning: str
    keys: tuple[Key, ...]


def shipped_schema() -> dict[str, Any]:
    """Read the JSON Schema that comes with the package, which takes milliseconds."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def tables_of(schema: Mapping[str, Any]) -> list[TableOfKeys]:
    """All tables of the scenario file, those inside after those that hold them."""
    return list(_tables(schema, schema, (), ""))


def keys_of(schema: Mapping[str, Any]) -> list[Key]:
    """All keys of the scenario file."""
    return [key for table in tables_of(schema) for key in table.keys]


def _tables(
    schema: Mapping[str, Any], table: Mapping[str, Any], path: tuple[str, ...], name: str
) -> Iterator[TableOfKeys]:
    keys, inside = [], []
    required = table.get("required", ())
    for key, entry in table["properties"].items():
        there, spelled = (*path, key), f"{name}.{key}" if name else key
        held = _table_in(schema, entry)
        if held is None:
            keys.append(_key(there, spelled, entry, key in required))
        else:
            suffix = "" if entry.get("type") != "array" else ".NAME" if "name" in held["properties"] else "[]"
            inside.append((held, there, spelled + suffix))
    yield TableOfKeys(name, " ".join(table.get("description", "").split()), tuple(keys))
    for held, there, spelled in inside:
        yield from _tables(schema, held, there, spelled)


def _table_in(schema: Mapping[str, Any], entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The table that an entry refers to, itself or as the items of a list."""
    reference = entry.get("$ref") or entry.get("items", {}).get("$ref")
    return None if reference is None else schema["$defs"][reference.rpartition("/")[2]]


def _key(path: tuple[str, ...], name: str, entry: Mapping[str, Any], is_required: bool) -> Key:
    words = entry.get("enum") or entry.get("items", {}).get("enum") or ()
    if entry.get("type") == "boolean":
        words = ("true", "false")
    return Key(
        path=path,
        name=name,
        unit=entry.get("unit", ""),
        allowed=allowed_text(entry),
        choices=tuple(map(str, words)),
        default=text_of(entry["default"]) if "default" in entry else "",
        is_required=is_required,
        meaning=entry.get("description", ""),
    )


def allowed_text(entry: Mapping[str, Any]) -> str:
    """Allowed values of an entry of the schema, in words."""
    kind = entry.get("type")
    if "const" in entry:
        return str(entry["const"])
    if "anyOf" in entry:
        return ", or ".join(allowed_text(each) for each in entry["anyOf"])
    if "enum" in entry:
        return _either([str(word) for word in entry["enum"]])
    if kind == "boolean":
        return "true or false"
    if kind in ("integer", "number"):
        noun = "whole number" if kind == "integer" else "number"
        bounds = _range(entry)
        return f"{noun} {bounds}" if bounds else noun
    if kind == "array":
        if "prefixItems" in entry:
            return f"list of {len(entry['prefixItems'])} numbers"
        item = entry["items"]
        if not item or item.get("type") == "object":
            return "list of values" if not item else "list of tables of values by key"
        inside = allowed_text(item)
        of_words = "enum" in item
        return f"list of any of: {', '.join(item['enum'])}" if of_words else f"list, each {_article(inside)}"
    if kind == "object":
        return "table of values by key"
    if "pattern" in entry:
        return f"letters, digits, '-' and '_', at most {entry['maxLength']}"
    return f"text of at most {entry['maxLength']} characters" if "maxLength" in entry else "text"


def _article(text: str) -> str:
    return f"a {text}"


def _range(entry: Mapping[str, Any]) -> str:
    least, above = entry.get("minimum"), entry.get("exclusiveMinimum")
    most, below = entry.get("maximum"), entry.get("exclusiveMaximum")
    if least is not None and most is not None:
        return f"from {least:g} to {most:g}"
    lower = f"above {above:g}" if above is not None else f"from {least:g}" if least is not None else ""
    upper = f"below {below:g}" if below is not None else f"at most {most:g}" if most is not None else ""
    return ", ".join(part for part in (lower, upper) if part)


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
