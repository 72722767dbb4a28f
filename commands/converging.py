"""`converge`: edges and days as words of the command line, and the table at the end."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from vertebra.records.tables import Row, read_csv
from vertebra.scenarios.reading import ScenarioError

_SHORT = {
    "capacity_N": "capacity [N]",
    "stiffness_N_per_mm": "stiffness [N/mm]",
    "service_N": "service [N]",
    "ultimate_N": "ultimate [N]",
}


def numbers_in(option: str, text: str | None, kind: Callable[[str], float]) -> list | None:
    """Numbers between commas.

    Parameters
    ----------
    option : str
        For the message.
    text : str or None
        None stays None.
    kind : callable
        `float` or `int`.

    Raises
    ------
    ScenarioError
    """
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    try:
        return [kind(word) for word in words]
    except ValueError:
        what = "whole numbers" if kind is int else "numbers"
        message = f"{option} {text}: expected {what} with commas between them, for example 4,3,2. Correct it."
        raise ScenarioError(message) from None


def print_extrapolated(folder: Path, distinct: Sequence[tuple[str, int]], console: Console) -> None:
    """Print what every quantity tends to; states that arms share stand once, under the first of them."""
    rows = [row for row in read_csv(folder / "extrapolated.csv") if (row["arm"], row["day"]) in distinct]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("arm", "quantity"):
        table.add_column(heading, overflow="fold")
    table.columns[0].max_width = 20
    for heading in ("day", "finest", "at size 0", "+- %", "order"):
        table.add_column(heading, justify="right", no_wrap=True)
    before = None
    for row in rows:
        state = row["arm"], row["day"]
        arm, day = ("", "") if state == before else (str(row["arm"]), f"{row['day']:.0f}")
        before = state
        numbers = (f"{row['finest']:.0f}", f"{row['extrapolated']:.0f}", f"{row['uncertainty_percent']:.1f}")
        table.add_row(arm, _SHORT[str(row["quantity"])], day, *numbers, _order(row))
    console.print(table)
    doubtful = sum(row["verdict"] not in ("converging", "settled") for row in rows)
    if doubtful:
        console.print(
            f"\n{doubtful} of {len(rows)} values have no credible order of convergence on these meshes (none: they do "
            "not go one way; fast, slow: not an order of these elements), so their uncertainty is taken wide. "
            "A smaller edge may narrow it.",
            markup=False,
        )


def _order(row: Row) -> str:
    """Observed order where it is credible, else what is the matter with it."""
    if row["verdict"] == "converging":
        return f"{row['order']:.1f}"
    return "none" if row["verdict"] == "not monotone" else str(row["verdict"])
