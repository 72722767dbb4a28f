"""Equal neighbours beyond a disc: rows, warnings and summary from what is kept with the states of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.courses.day_state import State
from vertebra.courses.plan import INTACT
from vertebra.scenarios.schema import Scenario

from ..columns import NEIGHBOURS
from ..tables import Row

_OVER_INTACT = {"adjacent_yield_ratio": "adjacent_yield_N", "adjacent_capacity_ratio": "adjacent_capacity_N"}
_RISK_OF = "adjacent_yield_N"


def neighbour_rows(scenario: Scenario, states: Sequence[State]) -> list[Row]:
    """Rows of `neighbours.csv`: every neighbour of a state, compared with that of the intact and of the untreated arm.

    Parameters
    ----------
    scenario : Scenario
    states : sequence of State
        One of the intact vertebra.

    Returns
    -------
    list of dict
        Ratios are empty where there is nothing to compare with.
    """
    found = {
        (state.arm, state.day, each["where"]): each
        for state in states
        for each in state.neighbours
        if "failed" not in each
    }
    untreated = next((arm.name for arm in scenario.arms if arm.cement is None), None)
    own = [column.name for column in NEIGHBOURS.columns]
    rows: list[Row] = []
    for (arm, day, where), numbers in found.items():
        intact = found.get((INTACT.name, 0, where))
        bare = None if untreated is None else found.get((untreated, day, where))
        row: Row = {"arm": arm, "day": day, "neighbour": where}
        row |= {name: numbers.get(name, "") for name in own if name not in row}
        row |= {ratio: _ratio(numbers, intact, of) for ratio, of in _OVER_INTACT.items()}
        row["adjacent_load_ratio"] = "" if arm == INTACT.name else _ratio(bare, numbers, _RISK_OF)
        rows.append(row)
    return rows


def _ratio(above: Mapping[str, Any] | None, below: Mapping[str, Any] | None, name: str) -> float | str:
    return "" if above is None or below is None else above[name] / below[name]


def neighbour_failures(states: Sequence[State]) -> list[str]:
    """One warning for every neighbour that could not be put beside a state or broken, or had no equilibrium.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    list of str
    """
    said = []
    for state in states:
        for each in state.neighbours:
            which = f"the neighbour {each['where']} {state.arm}, day {state.day},"
            if "failed" in each:
                said.append(
                    f"{which} was not computed ({each['failed']}); its row is left out of neighbours.csv."
                )
            if "test_failed" in each:
                said.append(
                    f"{which} could not be broken ({each['test_failed']}); its ultimate load is left out. Try another "
                    'mesh.edge_mm, or set neighbours.test = "off".'
                )
    return said


def neighbour_summary(scenario: Scenario, states: Sequence[State]) -> Mapping[str, Any] | None:
    """Entry of the manifest about neighbours; states that arms share count once.

    Parameters
    ----------
    scenario : Scenario
    states : sequence of State

    Returns
    -------
    dict or None
        Number of segments, of those that failed, seconds, axial force [N]; None where none was asked for.
    """
    records = {
        (state.day, each["where"], each["wall_s"]): each for state in states for each in state.neighbours
    }
    if not records:
        return None
    return {
        "n_segments": len(records),
        "n_failed": sum("failed" in each for each in records.values()),
        "wall_s": sum(each["wall_s"] for each in records.values()),
        "load_N": scenario.output.load_N,
        "disc_mm": scenario.neighbours.disc_mm,
        "nucleus_share": scenario.neighbours.nucleus_share,
    }
