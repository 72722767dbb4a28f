"""From what pydantic refuses to what a person reads: key, found, expected, next step."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .slip import Range, likely_slip
from .units import unit_of

_EXPECTED = {
    "model_type": "a table",
    "dict_type": "a table",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "tuple_type": "a list",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "at most {le:g}",
    "literal_error": "{expected}",
    "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "letters, digits, '-' and '_', a letter or digit first",
}
_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_TOML_TYPES = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "table"}


def explain(
    error: ValidationError,
    model: type[BaseModel],
    tables: dict[str, Any],
    file: Path | None,
    replaced: Sequence[str] = (),
    by: str = "--set",
) -> str:
    """One message for all problems of a scenario, each with key, found, expected and next step.

    Parameters
    ----------
    error : ValidationError
    model : type
        What the tables were checked against.
    tables : dict
        What was refused.
    file : Path or None
        Where the tables came from; None when from no file.
    replaced : sequence of str
        Keys that were replaced after reading.
    by : str
        How they were replaced.

    Returns
    -------
    str
    """
    lines = []
    for problem in error.errors():
        key = _key(problem["loc"], tables)
        replaces = any(_is_inside(key, name) or _is_inside(name, key) for name in replaced)
        lines.append(f"{key}{f' (from {by})' if replaces else ''}: {_sentence(problem, model)}")
    where = file or "scenario"
    if len(lines) == 1:
        return f"{where}: {lines[0]}"
    return f"{where}: {len(lines)} problems\n" + "\n".join(f"  {line}" for line in lines)


def _is_inside(key: str, table: str) -> bool:
    return f"{key}.".startswith(f"{table}.")


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


def _sentence(problem: Any, model: type[BaseModel]) -> str:
    found, kind, context = problem["input"], problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(problem["loc"], model)
    if kind == "missing":
        return "is missing, expected a value. Add it; `vertebra copy main` writes a complete example."
    if kind == "value_error":
        text = str(context["error"])
        return text if text.endswith((".", "?")) else f"{text}."
    expected = _EXPECTED[kind].format(**context) if kind in _EXPECTED else problem["msg"]
    slip = _slip(problem, model) if kind in _BOUNDS else None
    return f"found {_toml(found)}, expected {expected}. {slip or 'Correct the value.'}"


def _slip(problem: Any, model: type[BaseModel]) -> str | None:
    """The slip of unit that explains a number out of range."""
    field = _field_at(problem["loc"], model)
    names = [str(step) for step in problem["loc"] if isinstance(step, str)]
    if field is None or not names:
        return None
    return likely_slip(float(problem["input"]), unit_of(names[-1]), _range_of(field))


def _field_at(location: Sequence[int | str], model: type[BaseModel]) -> FieldInfo | None:
    """Field of the schema at a location; items of a list belong to their list."""
    table: Any = model
    field = None
    for step in location:
        if isinstance(step, str) and table is not None:
            field = next((f for n, f in table.model_fields.items() if step in (n, f.alias)), None)
            table = None if field is None else _model_inside(field.annotation)
    return field


def _range_of(field: FieldInfo) -> Range:
    """Bounds of a number, or of the items of a list."""
    bounds: dict[str, float] = {}
    for part in (*field.metadata, *_metadata_inside(field.annotation)):
        bounds |= {name: getattr(part, name) for name in ("gt", "ge", "lt", "le") if hasattr(part, name)}
    return Range(
        low=bounds.get("gt", bounds.get("ge")),
        high=bounds.get("lt", bounds.get("le")),
        is_open=("gt" in bounds, "lt" in bounds),
    )


def _metadata_inside(annotation: Any) -> Iterator[Any]:
    """Constraints written inside an annotation, those of `Annotated` fields unpacked."""
    for part in (*getattr(annotation, "__metadata__", ()), *get_args(annotation)):
        if isinstance(part, FieldInfo):
            yield from part.metadata
        elif part is not annotation:
            yield from _metadata_inside(part)


def _toml(value: Any) -> str:
    """Spell a value as it stands in the file, with its kind."""
    kind = _TOML_TYPES.get(type(value), type(value).__name__)
    if isinstance(value, bool):
        return f"{str(value).lower()} ({kind})"
    text = repr(value)
    return f"{text if len(text) <= 60 else f'{text[:57]}...'} ({kind})"


def _unknown_key(location: Sequence[int | str], model: type[BaseModel]) -> str:
    name = str(location[-1])
    known = _known_keys(location[:-1], model)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "Remove it."
    return f"unknown key, expected one of {', '.join(known)}. {hint}"


def _known_keys(location: Sequence[int | str], root: type[BaseModel]) -> list[str]:
    """Keys of the table at a location of the schema."""
    model: Any = root
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
