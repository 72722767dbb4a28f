"""Values of a scenario by their dotted keys."""

from collections.abc import Mapping
from typing import Any


def flat_values(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Values by dotted keys; entries of lists with names, such as arms, by these.

    Parameters
    ----------
    values : mapping
        Nested.
    above : str
        Key of the mapping itself, with its dot.
    """
    out: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            out |= flat_values(value, f"{above}{key}.")
        elif isinstance(value, list | tuple) and value and all(_is_named(each) for each in value):
            for each in value:
                out |= flat_values(each, f"{above}{key}.{each['name']}.")
        else:
            out[f"{above}{key}"] = list(value) if isinstance(value, tuple) else value
    return out


def _is_named(value: Any) -> bool:
    return isinstance(value, Mapping) and "name" in value
