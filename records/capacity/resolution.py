"""How well a mesh resolves the capacity: the basis of each number, and warnings where the bracket is wide."""

from collections.abc import Mapping, Sequence

from vertebra.courses.key_days import bracketed
from vertebra.models.strength.bracket import RESOLVED
from vertebra.scenarios.schema import Scenario

from ..tables import Row

RESOLVED_STIFFNESS = 0.04
"""Stated error of the stiffness up to which a mesh resolves it."""


def width(row: Mapping[str, float | str]) -> float:
    """Width of the bracket of a row of `capacity.csv` over its lower end [-]; NaN without a bracket."""
    low, high = row["capacity_low_N"], row["capacity_high_N"]
    return float("nan") if isinstance(low, str) or isinstance(high, str) else high / low - 1


def with_basis(scenario: Scenario, rows: Sequence[Row]) -> list[Row]:
    """Add the column `capacity_basis`.

    Parameters
    ----------
    scenario : Scenario
    rows : sequence of dict
        Rows of `capacity.csv`.
    """
    known = bracketed(scenario)

    def basis(row: Row) -> str:
        if scenario.capacity.rule == "section":
            return "section"
        if (row["arm"], row["day"]) not in known:
            return "between"
        return "not resolved" if width(row) > RESOLVED else "bracket"

    return [row | {"capacity_basis": basis(row)} for row in rows]


def stiff_meshes(rows: Sequence[Row]) -> list[str]:
    """Warn of arms whose stiffness the mesh does not resolve.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.

    Returns
    -------
    list of str
        One warning for each such arm.
    """
    worst: dict[str, float] = {}
    for row in rows:
        error = row.get("stiffness_error_percent", "")
        if not isinstance(error, str):
            worst[str(row["arm"])] = max(error, worst.get(str(row["arm"]), 0.0))
    return [
        f"arm {arm}: stiffness and service load not resolved: up to {error:.1f} % too high by the mesh, expected "
        f"{100 * RESOLVED_STIFFNESS:.0f} % at most. Take mesh.order = 2 or a finer mesh."
        for arm, error in worst.items()
        if error > 100 * RESOLVED_STIFFNESS
    ]


def unresolved(rows: Sequence[Row], edge_mm: float | None) -> list[str]:
    """Warn of arms whose capacity the mesh does not resolve, with its bracket and the edge that would resolve it.

    The width of the bracket falls in proportion to the edge.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    edge_mm : float, optional [mm]
        Of the mesh, where it has one.

    Returns
    -------
    list of str
        One warning for each such arm.
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["capacity_basis"] == "not resolved":
            found.setdefault(str(row["arm"]), []).append(row)
    return [_warning(arm, mine, edge_mm) for arm, mine in found.items()]


def _warning(arm: str, rows: Sequence[Row], edge_mm: float | None) -> str:
    worst = max(rows, key=width)
    days = ", ".join(f"{row['day']}" for row in rows)
    cure = "Take a finer mesh."
    if edge_mm is not None:
        cure = f"Elements of about {edge_mm * RESOLVED / width(worst):.1f} mm would resolve it (now {edge_mm:g} mm)."
    return (
        f"arm {arm}: capacity not resolved on day {days}: the weakest surface is known between "
        f"{worst['capacity_low_N']:.0f} and {worst['capacity_high_N']:.0f} N on day {worst['day']} only, "
        f"{100 * width(worst):.0f} % apart, expected {100 * RESOLVED:.0f} % at most. {cure}"
    )
