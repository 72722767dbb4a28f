"""Replace single values in the tables of a scenario, by dotted keys: `--set key=value` and `with_values`."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .error import ScenarioError

PATHS = (
    "mesh.surface.file",
    "mesh.image.file",
    "mesh.image.mask",
    "mesh.image.subregions",
    "mesh.file.path",
    "bone.density_image.file",
    "bone.density_image.tissues",
)
"""Keys that name a file or folder."""
_DEEPEST = 10
"""Parts of a key beyond which it is no key of a scenario."""


def key_and_value(override: str) -> tuple[str, Any]:
    """Key and value of one `key=value`; the value is TOML, and words need no quotes.

    Raises
    ------
    ScenarioError
    """
    key, equals, text = override.partition("=")
    key = key.strip()
    if not equals or not key:
        message = f"--set {override}: expected key=value, for example --set bone.density_qct_mg_cm3=100."
        raise ScenarioError(message)
    try:
        return key, tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        word = text.strip()
        is_quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"
        return key, word[1:-1] if is_quoted else word


def replace_value(tables: dict[str, Any], key: str, value: Any, asked: str) -> None:
    """Write one value into the tables, in place; tables that are missing are made.

    Parameters
    ----------
    tables : dict
        As read from the file.
    key : str
        Dots between tables; arms are addressed by their name.
    value : object
    asked : str
        Who asks, for messages.

    Raises
    ------
    ScenarioError
        There is no such arm, or a value where a table is expected.
    """
    *path, last = key.split(".")
    if len(path) > _DEEPEST:
        message = f"{asked[:60]}...: found a key of {len(path) + 1} parts, expected one of `vertebra keys`. Correct it."
        raise ScenarioError(message)
    here: Any = tables
    for depth, name in enumerate(path):
        if isinstance(here, list):
            here = _arm_named(here, name, asked)
        else:
            here = here.setdefault(name, {})
        if not isinstance(here, dict | list):
            message = (
                f"{asked}: {'.'.join(path[: depth + 1])} holds a value, expected a table there. "
                "Set that key itself, or correct the part after it."
            )
            raise ScenarioError(message)
    if isinstance(here, list):
        message = f"{asked}: found no key of the arm, expected for example arms.NAME.cement.volume_ml=4."
        raise ScenarioError(message)
    here[last] = value


def _arm_named(arms: list[Any], name: str, asked: str) -> dict[str, Any]:
    for arm in arms:
        if isinstance(arm, dict) and arm.get("name") == name:
            return arm
    names = [str(arm.get("name")) for arm in arms if isinstance(arm, dict)]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    message = f"{asked}: there is no arm {name!r}, expected one of {', '.join(names) or 'none'}.{hint}"
    raise ScenarioError(message)


def anchor_paths(tables: dict[str, Any], folder: Path) -> None:
    """Make the paths in the tables absolute, in place, seen from `folder`."""
    for path in PATHS:
        *above, name = path.split(".")
        table: Any = tables
        for part in above:
            table = table.get(part) if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(table.get(name), str):
            table[name] = str((folder / Path(table[name]).expanduser()).resolve())


def plain_value(value: Any) -> Any:
    """Value as TOML would give it: lists for tuples, text for paths, Python numbers for numpy's."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain_value(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value
