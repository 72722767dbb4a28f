"""Numbers of the committed table of observations, which `.ci/run` compares with what the command computes."""

import csv
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "docs" / "tables" / "validate.csv"


def committed_row(name):
    """Row of an observation."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["name"] == name)


def committed_numbers(name):
    """Computed numbers of an observation by their labels; a single number has none."""
    parts = (part.rpartition(": ") for part in committed_row(name)["computed"].split(", "))
    return {label: float(number) for label, _, number in parts}
