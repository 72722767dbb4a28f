"""Arms that end stronger or stiffer than the intact body, and what makes them so."""

from collections.abc import Sequence

from vertebra.models.patient import effect_of_patient
from vertebra.scenarios.schema import Scenario

from ..tables import Row
from ..workspace import State

_ABOVE = 1.02
"""Ratio to intact from which a result says what makes an arm so strong or stiff: beyond what meshes leave open."""


def above_intact(scenario: Scenario, rows: Sequence[Row], states: Sequence[State]) -> list[str]:
    """Say of arms that end stronger or stiffer than the intact body what makes them so.

    Parameters
    ----------
    scenario : Scenario
    rows : sequence of dict
        Rows of `capacity.csv`, in the order of days; one of arm `intact`.
    states : sequence of State
        All of the run.

    Returns
    -------
    list of str
        One note for each such arm and quantity.
    """
    last = {str(row["arm"]): row for row in rows}
    found = []
    for arm, row in last.items():
        if float(row["capacity_ratio"]) > _ABOVE:
            reason = "; ".join(_gains(scenario, row, states)) or (
                "woven bone bears as the host does until it is remodelled, in a body that is shorter"
            )
            found.append(f"arm {arm} ends at {row['capacity_ratio']:.2f} times intact: {reason}")
        if float(row["stiffness_ratio"]) > _ABOVE:
            reason = "; ".join(_of_stiffness(scenario, row, last["intact"], states))
            found.append(
                f"arm {arm} ends at {row['stiffness_ratio']:.2f} times the stiffness of intact: {reason}"
            )
    return found


def _of_stiffness(scenario: Scenario, row: Row, intact: Row, states: Sequence[State]) -> list[str]:
    """What makes an arm stiffer: its height, and what it has gained beyond that."""
    height = float(row["height_mm"]) / float(intact["height_mm"])
    material = float(row["stiffness_ratio"]) * height
    found = [f"stiffness times height is {material:.2f} of intact"]
    if height < 1 / _ABOVE:
        found.insert(
            0, f"its body is {height:.2f} times as high, and a shorter column of the same bone is stiffer"
        )
    return found + (_gains(scenario, row, states) if material > _ABOVE else [])


def _gains(scenario: Scenario, row: Row, states: Sequence[State]) -> list[str]:
    """What is denser or stiffer in an arm on its last day than in the intact body."""
    arm, day, found = str(row["arm"]), float(row["day"]), []
    treatment = scenario.treatment_of(arm)
    host = effect_of_patient(scenario.under(treatment)).host_density(day)
    if host > 1:
        found.append(f"under {treatment.drug} its host bone is {host:.2f} times as dense as on day 0")
    if any(each.cement for each in scenario.arms if each.name == arm):
        found.append("cement bears with the bone")
    (end,) = (state for state in states if state.arm == arm and state.day == day)
    gained = end.verdict.get("adaptation_gained_mg", 0.0) - end.verdict.get("adaptation_lost_mg", 0.0)
    if gained > 0:
        found.append(f"remodelled bone has gained {gained:.3g} mg under loads beyond those it was used to")
    return found
