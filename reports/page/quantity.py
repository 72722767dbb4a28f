"""One style of numbers: as many digits as the quantity deserves, and its unit.

Forces and stiffnesses have three digits and no fractions of a newton, because meshes and laws do not support more; CSV
files hold six.
"""

import math
import re

from vertebra.records.column import Column

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|N/mm|N|mm3|mm|mL|kg|MPa|mg/cm3|mg|bits)(?!\w))")
_DECIMALS = {"mm": 1, "degree": 1, "d": 0, "wk": 1, "mL": 1, "N m": 1, "s": 1, "-": 2}
_THREE = ("N", "N/mm", "MPa", "mg", "mm3", "mm2", "mg/cm3")


def quantity(value: float, unit: str) -> str:
    """Number in the style of its unit, without the unit.

    Parameters
    ----------
    value : float
    unit : str
        "%" for shares that are given in percent.

    Returns
    -------
    str
        A minus is a minus sign, not a hyphen.

    Examples
    --------
    >>> quantity(2748.2, "N"), quantity(0.876, "-"), quantity(7.31, "%")
    ('2750', '0.88', '7')
    """
    if not math.isfinite(value):
        return MISSING
    if unit in _DECIMALS:
        text = f"{value:.{_DECIMALS[unit]}f}"
    elif unit == "%":
        text = f"{value:.1f}" if 0.05 <= abs(value) < 1.95 else f"{value:.0f}"
    elif unit in _THREE:
        text = f"{value:.0f}" if unit == "N" and abs(value) < 1000 else three_digits(value)
    else:
        text = f"{value:.3g}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS, 1) if text.startswith("-") else text


def with_unit(value: float, unit: str) -> str:
    """Number and unit, which stay on one line."""
    return f"{quantity(value, unit)}\u00a0{unit}" if unit not in ("", "-") else quantity(value, unit)


def bound(text: str) -> str:
    """Text in which no number stands on another line than its unit.

    Examples
    --------
    >>> bound("92 % of 2700 N").count("\u00a0")
    2
    """
    return _BEFORE_UNIT.sub("\u00a0", text)


def signed(value: float, unit: str) -> str:
    """Number with its sign, and unit."""
    text = with_unit(value, unit)
    return text if text.startswith(MINUS) or float(quantity(value, unit)) == 0 else f"+{text}"


def activity_name(name: str) -> str:
    """Name of an activity in words: `lifting_10kg` is lifting 10 kg."""
    return re.sub(r"(\d)(kg)\b", "\\1\u00a0\\2", name.replace("_", " "))


def three_digits(value: float) -> str:
    """Number with three significant digits and no exponent.

    Examples
    --------
    >>> three_digits(18743.0), three_digits(0.04567), three_digits(2.0)
    ('18700', '0.0457', '2.00')
    """
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    rounded = round(value, 2 - power)
    return f"{rounded:.{max(0, 2 - math.floor(math.log10(abs(rounded))))}f}"


def shown(value: float | str, column: Column) -> str:
    """Value of a column; words stay as they are, a gap is a dash."""
    if isinstance(value, str):
        return value or MISSING
    if column.form.endswith("%"):
        return quantity(100 * value, "%")
    return quantity(value, column.unit)
