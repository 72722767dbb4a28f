"""Read a scenario file: TOML, `--set` overrides, and one clear message for whatever is wrong."""

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from .catalogue import bundled_file, bundled_names
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
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        message = f"{file}: not a text file ({error.reason}). Expected a scenario in TOML; see `vertebra copy main`."
        raise ScenarioError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: not valid TOML: {error}. Mend that place; `vertebra copy main` writes a correct example."
        raise ScenarioError(message) from None
    _anchor_paths(data, file.parent)
    for override in overrides:
        _apply(data, override)
    _anchor_paths(data, Path.cwd())
    try:
        return Scenario.model_validate(data), file
    except ValidationError as error:
        raise ScenarioError(_explain(error, data, file)) from None


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    if str(source) in bundled_names():
        return bundled_file(str(source))
    if path.is_dir():
        message = f"{source}: is a folder, expected a scenario file (TOML)."
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
        message = f"--set {override}: found no '=', expected key=value, for example --set bone.density_qct_mg_cm3=100"
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
            message = f"--set {override}: {'.'.join(tables[: depth + 1])} is a value, expected a table."
            raise ScenarioError(message)
    if isinstance(here, list):
        message = (
            f"--set {override}: expected a key of an arm, for example --set arms.NAME.cement.volume_ml=4"
        )
        raise ScenarioError(message)
    here[last] = value


def _arm_named(arms: list[Any], name: str, override: str) -> dict[str, Any]:
    for arm in arms:
        if isinstance(arm, dict) and arm.get("name") == name:
            return arm
    names = [str(arm.get("name")) for arm in arms if isinstance(arm, dict)]
    message = f"--set {override}: there is no arm {name!r}, expected one of {', '.join(names) or 'none'}."
    raise ScenarioError(message)


def _explain(error: ValidationError, data: dict[str, Any], file: Path) -> str:
    """One message for all problems of a file, each with key, found, expected and next step."""
    lines = [f"{_key(problem['loc'], data)}: {_sentence(problem)}" for problem in error.errors()]
    if len(lines) == 1:
        return f"{file}: {lines[0]}"
    return f"{file}: {len(lines)} problems\n" + "\n".join(f"  {line}" for line in lines)


def _key(location: Iterable[int | str], data: Any) -> str:
    """Spell a location as the user would: arms by their name."""
    parts: list[str] = []
    here: Any = data
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        named = isinstance(step, int) and isinstance(here, dict) and isinstance(here.get("name"), str)
        parts.append(here["name"] if named else str(step))
    return ".".join(parts) or "scenario"


def _sentence(problem: Any) -> str:
    found = problem["input"]
    kind = problem["type"]
    context = problem.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(problem["loc"])
    if kind == "missing":
        return "is missing. Add it; `vertebra copy main` writes a complete example."
    if kind == "value_error":
        return f"{context['error']}."
    expected = problem["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return f"found {found!r} ({type(found).__name__}), expected {expected}. Correct the value."


def _unknown_key(location: Sequence[int | str]) -> str:
    name = str(location[-1])
    known = _known_keys(location[:-1])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "Remove it."
    return f"unknown key. {hint} Known here: {', '.join(known)}."


def _known_keys(location: Sequence[int | str]) -> list[str]:
    """Keys of the table at a location of the schema."""
    model: Any = Scenario
    for step in location:
        if isinstance(step, str):
            field = next(f for n, f in model.model_fields.items() if step in (n, f.alias))
            model = _model_inside(field.annotation)
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_inside(annotation: Any) -> Any:
    """The table's model in `Model`, `Model | None` or `tuple[Model, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_inside(part)
        if found is not None:
            return found
    return None
