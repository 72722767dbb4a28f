"""What every table of the scenario file shares: strictness, lists and choices, and how its schema is written."""

import difflib
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .units import unit_of

Day = Annotated[int, Field(ge=0, le=3650)]
Days = Annotated[tuple[Day, ...], Field(strict=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Shares = Annotated[tuple[Share, ...], Field(strict=False)]


def one_of(choices: tuple[str, ...], value: str) -> str:
    """Return `value` when it is one of the choices, or say which ones exist."""
    if value not in choices:
        near = difflib.get_close_matches(value, choices, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Choose one."
        message = f"found {value!r}, expected one of {', '.join(choices)}. {hint}"
        raise ValueError(message)
    return value


@dataclass(frozen=True)
class OneOf:
    """Constraint on a word: one of the names that a table of constants or a module knows.

    Attributes
    ----------
    choices : tuple of str
    """

    choices: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the word after it is known to be text."""
        return core_schema.no_info_after_validator_function(
            lambda word: one_of(self.choices, word), handler(source)
        )

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """List the choices in the JSON Schema."""
        return handler(core) | {"enum": list(self.choices)}


def whole(value: Any) -> Any:
    """Keep `true` and `1.0`, which Python holds equal to 1, from passing as a whole number."""
    if isinstance(value, bool | float):
        message = f"found {str(value).lower()}, expected a whole number. Correct the value."
        raise ValueError(message)
    return value


def _with_units_and_defaults(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Add the unit of each key, and defaults that come from a table of constants, to the JSON Schema of a table."""
    for name, field in model.model_fields.items():
        entry = schema.get("properties", {}).get(field.alias or name)
        if entry is None:
            continue
        unit = unit_of(name)
        if unit:
            entry["unit"] = unit
        if field.default_factory is not None:
            entry["default"] = field.get_default(call_default_factory=True, validated_data={})


class Section(BaseModel):
    """A table of the scenario file: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra=_with_units_and_defaults,
    )
