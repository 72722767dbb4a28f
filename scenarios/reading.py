"""Read a scenario file: TOML, `--set` overrides, and one clear message for whatever is wrong."""

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .catalogue import bundled_file, bundled_names
from .refusal import explain
from .schema import Scenario


class ScenarioError(ValueError):
    """The input is wrong: names file and key, what was found, what is expected, and the next step."""


def read_scenario(source: str | Path, overrides: Sequence[str] = ()) -> tuple[Scenario, Path]:
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
        Checked and frozen; paths inside are absolute.
    Path
        The file that was read.

    Raises
    ------
    ScenarioError
        Anything wrong with the file, a key or a value.
    """
    file = _find(source)
    data = _load(file)
    _anchor_paths(data, file.parent)
    for override in overrides:
        _apply(data, override)
    _anchor_paths(data, Path.cwd())
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        replaced = [override.partition("=")[0].strip() for override in overrides]
        raise ScenarioError(explain(error, data, file, replaced)) from None
    _check_files(scenario, file)
    return scenario, file


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


def _check_files(scenario: Scenario, file: Path) -> None:
    """Files that a scenario names must be there before anything is computed."""
    surface = scenario.mesh.surface
    if surface is not None and not Path(surface.file).is_file():
        found = "a folder" if Path(surface.file).is_dir() else "no such file"
        message = (
            f"{file}: mesh.surface.file: found {found} at {surface.file}, expected a closed surface as OBJ, STL, PLY "
            "or VTP. Paths in a scenario start at its folder, paths in --set at the current one. Correct the path."
        )
        raise ScenarioError(message)


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


def _anchor_paths(data: dict[str, Any], folder: Path) -> None:
    """Make the paths of the file absolute, seen from `folder`."""
    mesh = data.get("mesh")
    surface = mesh.get("surface") if isinstance(mesh, dict) else None
    if isinstance(surface, dict) and isinstance(surface.get("file"), str):
        surface["file"] = str((folder / Path(surface["file"]).expanduser()).resolve())


def _apply(data: dict[str, Any], override: str) -> None:
    """Write one `key=value` into the raw tables."""
    key, equals, text = override.partition("=")
    key = key.strip()
    if not equals or not key:
        message = f"--set {override}: expected key=value, for example --set bone.density_qct_mg_cm3=100."
        raise ScenarioError(message)
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    *tables, last = key.split(".")
    here: Any = data
    for depth, name in enumerate(tables):
        if isinstance(here, list):
            here = _arm_named(here, name, override)
        else:
            here = here.setdefault(name, {})
        if not isinstance(here, dict | list):
            message = (
                f"--set {override}: {'.'.join(tables[: depth + 1])} holds a value, expected a table there. "
                "Set that key itself, or correct the part after it."
            )
            raise ScenarioError(message)
    if isinstance(here, list):
        message = (
            f"--set {override}: found no key of the arm, expected for example arms.NAME.cement.volume_ml=4."
        )
        raise ScenarioError(message)
    here[last] = value


def _arm_named(arms: list[Any], name: str, override: str) -> dict[str, Any]:
    for arm in arms:
        if isinstance(arm, dict) and arm.get("name") == name:
            return arm
    names = [str(arm.get("name")) for arm in arms if isinstance(arm, dict)]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    message = (
        f"--set {override}: there is no arm {name!r}, expected one of {', '.join(names) or 'none'}.{hint}"
    )
    raise ScenarioError(message)
