"""The unit that a key states, and values as people read them."""

from typing import Any

_UNITS = (
    ("_mg_cm3_per_HU", "mg/cm3 per HU"),
    ("_HU", "HU"),
    ("_mg_cm3", "mg/cm3"),
    ("_N_per_mm", "N/mm"),
    ("_MPa", "MPa"),
    ("_mm", "mm"),
    ("_ml", "mL"),
    ("_kg", "kg"),
    ("_years", "years"),
    ("_per_year", "1/year"),
    ("_hours", "h"),
    ("_N", "N"),
    ("weeks", "wk"),
    ("days", "d"),
    ("day", "d"),
    ("_ratio", "-"),
)


def unit_of(key: str) -> str:
    """Unit that the ending of a key states; empty for words and plain numbers."""
    return next((unit for ending, unit in _UNITS if key.endswith(ending)), "")


def text_of(value: Any) -> str:
    """One value of a scenario in words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(text_of(item) for item in value)
    return str(value)
