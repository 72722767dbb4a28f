"""Likely slips of unit behind a number that is out of range: which one, and the value that was meant."""

from dataclasses import dataclass

_SLIPS: dict[str, tuple[tuple[str, float], ...]] = {
    "mg/cm3": (("g/cm3", 1e3), ("g/m3", 1e-3)),
    "mm": (("m", 1e3), ("cm", 10.0), ("micrometres", 1e-3)),
    "mL": (("L", 1e3), ("mm3", 1e-3)),
    "MPa": (("GPa", 1e3), ("Pa", 1e-6)),
    "kg": (("t", 1e3), ("g", 1e-3)),
    "years": (("months", 1 / 12), ("days", 1 / 365.25)),
}
"""By unit of the key: what is written by mistake, and the factor from it to the unit of the key, likeliest first."""
_NEAR = 1.5
"""A number that misses its range by less than this ratio is taken for what it says."""


@dataclass(frozen=True)
class Range:
    """Allowed numbers; None where there is no bound.

    Attributes
    ----------
    low, high : float or None
    is_open : tuple of bool
        Whether the lower and the upper bound are excluded.
    """

    low: float | None = None
    high: float | None = None
    is_open: tuple[bool, bool] = (False, False)

    def __contains__(self, value: float) -> bool:
        """Whether a value is allowed."""
        above = self.low is None or (value > self.low if self.is_open[0] else value >= self.low)
        below = self.high is None or (value < self.high if self.is_open[1] else value <= self.high)
        return above and below


def likely_slip(value: float, unit: str, allowed: Range) -> str | None:
    """Name the unit that a number out of range was likely written in, and the number meant.

    Parameters
    ----------
    value : float
    unit : str
        Unit of the key; empty or "-" for a plain number, which may be a share.
    allowed : Range

    Returns
    -------
    str or None
        None when no slip explains the number.
    """
    if not value > 0 or value in allowed or _is_near(value, allowed):
        return None
    if unit in ("", "-"):
        is_slip = _is_share(allowed) and value / 100 in allowed
        return _said(value, "per cent", value / 100, "") if is_slip else None
    for written, factor in _SLIPS.get(unit, ()):
        if factor * value in allowed:
            return _said(value, written, factor * value, f" {unit}")
    return None


def _is_near(value: float, allowed: Range) -> bool:
    over = allowed.high is not None and value < _NEAR * allowed.high and value >= allowed.high
    under = allowed.low is not None and value > allowed.low / _NEAR and value <= allowed.low
    return over or under


def _is_share(allowed: Range) -> bool:
    """Whether the numbers lie between 0 and 1."""
    return allowed.low is not None and allowed.low >= 0 and allowed.high is not None and allowed.high <= 1


def _said(found: float, written: str, meant: float, unit: str) -> str:
    return f"{found:g} looks like {written}: is {float(f'{meant:.6g}'):g}{unit} meant?"
