"""When a fracture that is left to heal has caught up with cement."""

from collections.abc import Sequence

from vertebra.scenarios.schema import Scenario

from ..tables import Row

QUANTITIES = ("service_N", "capacity_N", "stiffness_N_per_mm")
"""Columns of `capacity.csv` that are compared."""


def catching_up_rows(scenario: Scenario, rows: Sequence[Row]) -> list[Row]:
    """Rows of `catching_up.csv`: every arm with cement against the first one without.

    Parameters
    ----------
    scenario : Scenario
    rows : sequence of dict
        Rows of `capacity.csv`, in the order of days.

    Returns
    -------
    list of dict
        Empty where no arm goes without cement.
    """
    without = next((arm.name for arm in scenario.arms if arm.cement is None), None)
    out: list[Row] = []
    for arm in scenario.arms:
        if without is None or arm.cement is None:
            continue
        healing, filled = ([row for row in rows if row["arm"] == name] for name in (without, arm.name))
        injected = float(arm.cement.day)
        for quantity in QUANTITIES:
            bare = [
                (float(row["day"]), float(row[quantity])) for row in healing if float(row["day"]) >= injected
            ]
            mine = {float(row["day"]): float(row[quantity]) for row in filled}
            value = mine[injected]
            same = [(day, here - mine[day]) for day, here in bare if day in mine]
            out.append(
                {
                    "arm": arm.name,
                    "without": without,
                    "quantity": quantity,
                    "injected_on_day": injected,
                    "value_with_cement": value,
                    "reached_on_day": _stays_from([(day, here - value) for day, here in bare]),
                    "level_on_day": _stays_from(same),
                }
            )
    return out


def _stays_from(above: Sequence[tuple[float, float]]) -> float | str:
    """Day from which a curve, linear between its days, stays at or above 0; empty where its end is below."""
    first: float | str = ""
    after: tuple[float, float] | None = None
    for day, now in reversed(above):
        if now < 0:
            if after is not None:
                first = day + (after[0] - day) * now / (now - after[1])
            break
        first, after = day, (day, now)
    return first
