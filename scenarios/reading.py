"""Read a scenario file: TOML, `--set` overrides, and one clear message for whatever is wrong."""

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .catalogue import bundled_file, bundled_names
from .error import ScenarioError
from .replacing import anchor_paths, key_and_value, replace_value
from .schema import Scenario

__all__ = ["ScenarioError", "read_scenario"]


def read_scenario(source: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    source : str or Path
        A path, or the name of a bundled scenario.
    overrides : sequence of str
        `key=value` with dots between tables; arms are addressed by name, values are TOML.

    Returns
    -------
    Scenario
        Checked and frozen; paths inside are absolute, and it knows the `file` it was read from.

    Raises
    ------
    ScenarioError
        Anything wrong with the file, a key or a value.
    """
    file = _find(source)
    tables = _load(file)
    anchor_paths(tables, file.parent)
    given = [key_and_value(override) for override in overrides]
    for override, (key, value) in zip(overrides, given, strict=True):
        replace_value(tables, key, value, f"--set {override}")
    anchor_paths(tables, Path.cwd())
    return Scenario.of_tables(tables, file, replaced=[key for key, _ in given])


def _load(file: Path) -> dict[str, Any]:
    """Parse TOML; a byte-order mark, which some editors write, is skipped."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"{file}: found bytes that are not UTF-8 text ({error.reason} at byte {error.start}), expected a "
            "scenario in TOML. Name a text file; `vertebra copy main` writes an example."
        )
        raise ScenarioError(message) from None
    except OSError as error:
        message = (
            f"{file}: cannot be read ({error.strerror}), expected a scenario in TOML. Check its permissions."
        )
        raise ScenarioError(message) from None
    if not text.strip():
        message = f"{file}: found an empty file, expected a scenario in TOML. `vertebra copy main` writes an example."
        raise ScenarioError(message)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = (
            f"{file}: not valid TOML: {error}. Correct that place; `vertebra copy main` writes an example."
        )
        raise ScenarioError(message) from None


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    if str(source) in bundled_names():
        return bundled_file(str(source))
    if path.is_dir():
        message = f"{source}: found a folder, expected a scenario file (TOML). Name the file inside it."
        raise ScenarioError(message)
    near = difflib.get_close_matches(str(source), bundled_names(), n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    message = (
        f"{source}: no such file, and no bundled scenario of that name. {hint}"
        f"Bundled: {', '.join(bundled_names())}. `vertebra list` describes them."
    )
    raise ScenarioError(message)
