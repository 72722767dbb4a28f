"""Whether tables of `vertebra verify --csv` or `vertebra validate --csv` hold the same: OLD NEW; 1 where they differ.

Words, limits and verdicts must be equal. A number may differ by one in its third digit, where processors and libraries
round; the error of an exact case is rounding alone, and its verdict says what counts.
"""

import csv
import math
import sys
from collections.abc import Mapping
from pathlib import Path

Rows = Mapping[str, Mapping[str, str]]
_DIGITS = 3
"""That two processors share; a table holds one more (`checks.finding.text_of`)."""


def differences(old: Rows, new: Rows) -> list[str]:
    """Lines that say where two tables differ, row by row.

    Parameters
    ----------
    old, new : mapping of str to mapping of str to str
        Cells of rows by the name of the row.
    """
    found = [f"{name}: only in one of the tables" for name in old.keys() ^ new.keys()]
    for name in old.keys() & new.keys():
        for column in old[name]:
            before, after = old[name][column], new[name].get(column, "")
            same = is_near(before, after) if column == "computed" else before == after
            if not same and not (column == "computed" and old[name]["reference"] == "exact"):
                found.append(f"{name}, {column}: found {after!r}, expected {before!r}")
    return sorted(found)


def is_near(one: str, other: str) -> bool:
    """Whether two cells of numbers, such as `60: 0.46, 100: 0.47`, are equal but for rounding."""
    cells = [[part.rpartition(": ") for part in text.split(", ")] for text in (one, other)]
    return len(cells[0]) == len(cells[1]) and all(
        key == same_key and (text == same or _differ_by_rounding(text, same))
        for (key, _, text), (same_key, _, same) in zip(*cells, strict=True)
    )


def _differ_by_rounding(one: str, other: str) -> bool:
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    if not (math.isfinite(a) and math.isfinite(b)) or a == b == 0:
        return False
    last_digit = 10.0 ** (math.floor(math.log10(max(abs(a), abs(b)))) + 1 - _DIGITS)
    return abs(a - b) <= 1.01 * last_digit


def rows_of(file: Path) -> Rows:
    """Rows of a table by their names."""
    with file.open(newline="", encoding="utf-8") as stream:
        return {row["name"]: row for row in csv.DictReader(stream)}


if __name__ == "__main__":
    written, computed = (Path(each) for each in sys.argv[1:])
    lines = differences(rows_of(written), rows_of(computed))
    if lines:
        lines.append(
            f"{written} is not what `vertebra {written.stem}` writes. Run: vertebra {written.stem} --csv {written}"
        )
    print("\n".join(lines) or f"{written} is what `vertebra {written.stem}` writes")
    sys.exit(1 if lines else 0)
