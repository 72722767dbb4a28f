"""What every table of the scenario file shares: strictness, lists and choices."""

import difflib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[tuple[int, ...], Field(strict=False)]
Shares = Annotated[tuple[float, ...], Field(strict=False)]
Names = Annotated[tuple[str, ...], Field(strict=False)]


def one_of(choices: tuple[str, ...], value: str) -> str:
    """Return `value` when it is one of the choices, or say which ones exist."""
    if value not in choices:
        near = difflib.get_close_matches(value, choices, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Choose one."
        message = f"found {value!r}, expected one of {', '.join(choices)}. {hint}"
        raise ValueError(message)
    return value


def whole(value: Any) -> Any:
    """Keep `true` and `1.0`, which Python holds equal to 1, from passing as a whole number."""
    if isinstance(value, bool | float):
        message = f"found {str(value).lower()}, expected a whole number. Correct the value."
        raise ValueError(message)
    return value


class Section(BaseModel):
    """A table of the scenario file: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
