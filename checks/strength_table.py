"""Rows that need a table of patient models which the user brings: stiffness, height and nonlinear strength.

J. L. Walle, B. E. Matheson and S. K. Boyd, GigaScience 2025, doi 10.1093/gigascience/giaf094; the table is in Zenodo
record 10.5281/zenodo.15313258, share-alike, so the package ships none of it. It is to be saved as `walle2025.csv` with
the columns `stiffness_N_per_mm`, `height_mm` and `nonlinear_N`, one row a vertebra.
"""

import csv
from pathlib import Path

import numpy as np

from vertebra.runs.capacity import crawford_load

FILE = "walle2025.csv"
COLUMNS = ("stiffness_N_per_mm", "height_mm", "nonlinear_N")


def read_table(folder: Path) -> dict[str, np.ndarray]:
    """Columns of the table, shape (n,) each.

    Raises
    ------
    ValueError
        There is no such file, or it does not hold what is expected.
    """
    file = folder / FILE
    if not file.is_file():
        message = (
            f"--data {folder}: found no {FILE}, expected the table of Zenodo 10.5281/zenodo.15313258 saved under that "
            f"name with the columns {', '.join(COLUMNS)}. Fetch it and name its columns so."
        )
        raise ValueError(message)
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        message = f"{file}: found no column {', '.join(missing)}, expected {', '.join(COLUMNS)}. Name the columns so."
        raise ValueError(message)
    try:
        return {name: np.array([float(row[name]) for row in rows]) for name in COLUMNS}
    except (TypeError, ValueError) as error:
        message = f"{file}: {error}, expected numbers in {', '.join(COLUMNS)}. Remove or complete such rows."
        raise ValueError(message) from error


def table_rows(folder: Path) -> dict[str, dict[str, float]]:
    """I3 and I4 from the table in a folder."""
    table = read_table(folder)
    stiffness, height, strength = (table[name] for name in COLUMNS)
    linear = crawford_load(stiffness, height)
    by_height, by_stiffness = regress(linear, strength), regress(stiffness, strength)
    return {
        "I3": {f"R2, n {len(strength)}": by_height[2]},
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
