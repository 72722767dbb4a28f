"""What cement buys, and what it costs the bone beside it, day by day: an arm over the one without cement."""

from collections.abc import Sequence

from vertebra.scenarios.schema import Scenario

from ..tables import Row

_OF_CAPACITY = ("capacity_N", "service_N", "stiffness_N_per_mm")
_OF_SHAPE = ("height_mm", "height_anterior_mm")
_BESIDE = ("rim_utilisation", "rim_modulus_ratio")
_SIDES = ("load_share_right", "lateral_tilt_deg", "maturity_right", "maturity_left")


def augmentation_rows(
    scenario: Scenario, capacity: Sequence[Row], healing: Sequence[Row], beside: Sequence[Row]
) -> list[Row]:
    """Rows of `augmentation.csv`: every arm with cement over the first one without, from its injection on.

    Parameters
    ----------
    scenario : Scenario
    capacity, healing : sequence of dict
        Rows of `capacity.csv` and `healing.csv`.
    beside : sequence of dict
        By arm and day: what `beside_cement_row` gives.

    Returns
    -------
    list of dict
        Empty where no arm goes without cement.
    """
    without = next((arm.name for arm in scenario.arms if arm.cement is None), None)
    of_state: dict[tuple[str, float], Row] = {}
    for row in (row for rows in (capacity, healing, beside) for row in rows):
        of_state.setdefault((str(row["arm"]), float(row["day"])), {}).update(row)
    out: list[Row] = []
    for arm in scenario.arms:
        if without is None or arm.cement is None:
            continue
        for (name, day), mine in of_state.items():
            other = of_state.get((without, day))
            if name == arm.name and day >= arm.cement.day and other is not None:
                out.append({"arm": name, "without": without, "day": day} | _row(mine, other))
    return out


def _row(mine: Row, other: Row) -> Row:
    row: Row = {}
    for name in _OF_CAPACITY:
        row[f"gain_{name}"] = _minus(mine, other, name)
        row[f"{name.split('_')[0]}_over_untreated"] = _over(mine, other, name)
    row["gain_capacity_open_N"] = _open(mine, other)
    for name in _OF_SHAPE:
        row[f"gain_{name}"] = _minus(mine, other, name)
    row["gain_wedge_angle_deg"] = _minus(other, mine, "wedge_angle_deg")
    return row | {name: mine.get(name, "") for name in (*_BESIDE, *_SIDES)}


def _minus(mine: Row, other: Row, name: str) -> float | str:
    a, b = mine.get(name, ""), other.get(name, "")
    return "" if a == "" or b == "" else float(a) - float(b)


def _over(mine: Row, other: Row, name: str) -> float | str:
    a, b = mine.get(name, ""), other.get(name, "")
    return "" if a == "" or b == "" else float(a) / float(b)


def _open(mine: Row, other: Row) -> float | str:
    """Half of what both brackets leave open of a gain in capacity [N]; empty between bracketed days."""
    ends = [(row.get("capacity_low_N", ""), row.get("capacity_high_N", "")) for row in (mine, other)]
    if any(low == "" or high == "" for low, high in ends):
        return ""
    return sum(float(high) - float(low) for low, high in ends) / 2
