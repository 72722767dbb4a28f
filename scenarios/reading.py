"""Read a scenario file: TOML, `--set` overrides, and one clear message for whatever is wrong."""

import difflib
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vertebra.meshes.stored import STORED

from .catalogue import bundled_file, bundled_names
from .error import ScenarioError
from .imported.manifest import RUN, read_manifest
from .replacing import anchor_paths, key_and_value, replace_value
from .schema import Scenario

__all__ = ["ScenarioError", "read_scenario"]

_EXAMPLE = "`vertebra copy main` writes an example."
_LARGEST = 1_000_000
"""Size above which a file is no scenario [bytes]."""
_DEEPEST = 10
"""Tables and lists inside each other beyond which a file is no scenario."""


def read_scenario(
    source: str | Path, overrides: Sequence[str] = (), kinds: Sequence[str] = (RUN,)
) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    source : str or Path
        A path, or the name of a bundled scenario; the `manifest.json` of a result gives the scenario of that result.
    overrides : sequence of str
        `key=value` with dots between tables; arms are addressed by name, values are TOML.
    kinds : sequence of str
        Kinds of results whose manifest is taken (`replaying.RUN`, `CONVERGENCE`).

    Returns
    -------
    Scenario
        Checked and frozen; paths inside are absolute, and it knows the `file` it was read from.

    Raises
    ------
    ScenarioError
        Anything wrong with the file, a key or a value.
    """
    file, meshes = _find(source), None
    if file.suffix.lower() == ".json":
        stored = file.with_name(STORED)
        tables, meshes = read_manifest(file, kinds)["given"], stored if stored.is_file() else None
        file = None
    else:
        tables = read_tables(file, "a scenario", _EXAMPLE)
        anchor_paths(tables, file.parent)
    given = [key_and_value(override) for override in overrides]
    for override, (key, value) in zip(overrides, given, strict=True):
        replace_value(tables, key, value, f"--set {override}")
    anchor_paths(tables, Path.cwd())
    return Scenario.of_tables(tables, file, replaced=[key for key, _ in given]).on_meshes(meshes)


def read_tables(file: Path, what: str, example: str) -> dict[str, Any]:
    """Parse a file of TOML; a byte-order mark, which some editors write, is skipped.

    Parameters
    ----------
    file : Path
    what : str
        What it should be, such as "a scenario".
    example : str
        Where to find an example, in one sentence.

    Raises
    ------
    ScenarioError
        It is no such file, or larger or deeper than one can be.
    """
    text = _text_of(file, what, example)
    if not text.strip():
        message = f"{file}: found an empty file, expected {what} in TOML. {example}"
        raise ScenarioError(message)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = _backslash_hint(text, error) or "Correct that place"
        message = f"{file}: not valid TOML: {error}. {hint}; {example}"
        raise ScenarioError(message) from None
    except RecursionError:
        message = f"{file}: found lists or tables inside each other without end, expected {what}. {example}"
        raise ScenarioError(message) from None
    if _depth(tables) > _DEEPEST:
        message = f"{file}: found tables more than {_DEEPEST} deep, expected {what}. {example}"
        raise ScenarioError(message)
    return tables


def _text_of(file: Path, what: str, example: str) -> str:
    """Text of a file in UTF-8, or a refusal that names what it is instead."""
    try:
        size = file.stat().st_size
        if size > _LARGEST:
            message = (
                f"{file}: found a file of {size / 1e6:.0f} MB, expected {what} in TOML, which takes a few kB. "
                f"Name another file; {example}"
            )
            raise ScenarioError(message)
        content = file.read_bytes()
    except OSError as error:
        message = (
            f"{file}: cannot be read ({error.strerror}), expected {what} in TOML. Check its permissions."
        )
        raise ScenarioError(message) from None
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            message = (
                f"{file}: found zero bytes, as in UTF-16 text or a program, expected {what} in TOML, which is "
                f"UTF-8 text. Name a text file, or save it as UTF-8; {example}"
            )
            raise ScenarioError(message)
        return text
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = 'UTF-16 text ("Unicode" in older editors of Windows)'
            step = "Save the file as UTF-8"
        elif b"\0" in content:
            found, step = "bytes that are not UTF-8 text", "Name a text file"
        else:
            byte = content[error.start]
            found = (
                f"bytes that are not UTF-8 text (line {line}: byte 0x{byte:02x}, {chr(byte)!r} in Latin-1)"
            )
            step = "Save the file as UTF-8"
        message = f"{file}: found {found}, expected {what} in TOML, which is UTF-8. {step}; {example}"
        raise ScenarioError(message) from None


def _backslash_hint(text: str, error: tomllib.TOMLDecodeError) -> str | None:
    """Advice where a path of Windows stands in double quotes, in which a backslash begins an escape."""
    place = re.search(r"line (\d+)", str(error))
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    if not re.search(r'"[^"]*\\', line):
        return None
    return "In double quotes a backslash begins an escape: write the path in single quotes or with / in place of \\"


def _depth(tables: Any) -> int:
    """Number of tables and lists inside each other, counted without recursion."""
    level, here = 0, [tables]
    while here and level <= _DEEPEST:
        level += 1
        here = [
            item
            for held in here
            for item in (held.values() if isinstance(held, dict) else held)
            if isinstance(item, dict | list)
        ]
    return level


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no system takes is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _find(source: str | Path) -> Path:
    path = Path(source)
    if is_file(path):
        return path
    if str(source) in bundled_names():
        return bundled_file(str(source))
    if os.path.isdir(path):
        message = f"{source}: found a folder, expected a scenario file (TOML). Name the file inside it."
        raise ScenarioError(message)
    near = difflib.get_close_matches(str(source), bundled_names(), n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    message = (
        f"{source}: no such file, and no bundled scenario of that name. {hint}"
        f"Bundled: {', '.join(bundled_names())}. `vertebra list` describes them."
    )
    raise ScenarioError(message)
