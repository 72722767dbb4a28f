"""Rows that need a table of patient models which the user brings: stiffness, height and nonlinear strength.

J. L. Walle, B. E. Matheson and S. K. Boyd, GigaScience 2025, doi 10.1093/gigascience/giaf094; the table is in Zenodo
record 10.5281/zenodo.15313258, share-alike, so the package ships none of it. It is to be saved as `walle2025.csv` with
the columns `stiffness_N_per_mm`, `height_mm` and `nonlinear_N`, one row a vertebra.
"""

from pathlib import Path

import numpy as np

from vertebra.models.strength.linear_criteria import crawford_load

from .separated import positive, read_separated

FILE = "walle2025.csv"
COLUMNS = ("stiffness_N_per_mm", "height_mm", "nonlinear_N")


_FEWEST = 10
_PLAUSIBLE = {
    "stiffness_N_per_mm": (500.0, 100_000.0),
    "height_mm": (10.0, 80.0),
    "nonlinear_N": (100.0, 30_000.0),
}
"""Between which the median of a column must lie; it does not in kN, in cm or where columns are exchanged."""


def read_strengths(folder: Path) -> dict[str, np.ndarray] | None:
    """Columns of the table, shape (n,) each; None where the folder does not hold it.

    The table may have other columns, be separated by commas, semicolons or tabs, and begin with a byte-order mark.

    Raises
    ------
    ValueError
        It does not hold what is expected.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    rows = read_separated(file)
    names = rows[0][1] if rows else {}
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        found = ", ".join(names) or "no row"
        message = (
            f"{file}: found {found}, expected the columns {', '.join(COLUMNS)} ({', '.join(missing)} missing). Name "
            "the columns so."
        )
        raise ValueError(message)
    table = {
        name: np.array([positive(file, line, name, row[name]) for line, row in rows]) for name in COLUMNS
    }
    if len(rows) < _FEWEST:
        message = f"{file}: found {len(rows)} rows, expected at least {_FEWEST}. Bring the whole table."
        raise ValueError(message)
    for name, (low, high) in _PLAUSIBLE.items():
        middle = float(np.median(table[name]))
        if not low <= middle <= high:
            message = (
                f"{file}: found a median of {middle:g} in {name}, expected {low:g} to {high:g}. Convert it to the unit "
                "of its name."
            )
            raise ValueError(message)
    return table


def strength_rows(folder: Path) -> dict[str, dict[str, float]]:
    """I3 and I4 from the table in a folder; nothing where it is not there."""
    table = read_strengths(folder)
    if table is None:
        return {}
    stiffness, height, strength = (table[name] for name in COLUMNS)
    linear = crawford_load(stiffness, height)
    by_height, by_stiffness = regress(linear, strength), regress(stiffness, strength)
    return {
        "I3": {f"R2, n {len(strength)}": by_height[2]},
        "I3_error": {"": by_height[3] / 1000},
        "I4": {f"R2, n {len(strength)}": by_stiffness[2]},
        "I4_strain": {"": float(100 * np.mean(strength / (stiffness * height)))},
    }


def regress(x, y) -> tuple[float, float, float, float]:
    """Least squares y = slope x + intercept: slope, intercept, R2, standard error of the estimate."""
    slope, intercept = np.polyfit(x, y, 1)
    left = y - slope * x - intercept
    total = ((y - y.mean()) ** 2).sum()
    return (
        float(slope),
        float(intercept),
        float(1 - (left**2).sum() / total),
        float(np.sqrt((left**2).sum() / (len(x) - 2))),
    )
