"""Which states a run computes: arms and days, shared until a treatment parts them."""

from dataclasses import dataclass

from vertebra.scenarios.healing_section import Arm, Treatment
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

INTACT = Arm(name="intact")


@dataclass(frozen=True)
class Task:
    """One mechanical state to be solved, and the arms that pass through it.

    Attributes
    ----------
    day : int [d]
    arms : tuple of str
    cement : Cement or None
        What has been injected by then.
    """

    day: int
    arms: tuple[str, ...]
    cement: Cement | None


def arm_days(scenario: Scenario) -> dict[str, tuple[int, ...]]:
    """Days of every arm; those on which cement of any arm comes and sets are added so that rows can be compared."""
    cements = [arm.cement for arm in scenario.arms if arm.cement]
    days = {*scenario.healing.days} | {cement.day for cement in cements}
    days |= {cement.bears_from for cement in cements if cement.bears_from <= max(days)}
    return {INTACT.name: (0,)} | {arm.name: tuple(sorted(days)) for arm in scenario.arms}


def plan(scenario: Scenario) -> list[Task]:
    """Mechanical states of the fractured body; arms share a state until cement or a drug of their own parts them."""
    arms_at: dict[tuple[int, str | None, Treatment | None], list[str]] = {}
    cement = {arm.name: arm.cement for arm in scenario.arms}
    for arm, days in arm_days(scenario).items():
        for day in days if arm != INTACT.name else ():
            given = cement[arm]
            injected = arm if given is not None and given.day <= day else None
            treatment = scenario.treatment_of(arm)
            taken = treatment if treatment.drug != "none" and treatment.from_day < day else None
            arms_at.setdefault((day, injected, taken), []).append(arm)
    return [
        Task(day, tuple(arms), None if injected is None else cement[injected])
        for (day, injected, _), arms in arms_at.items()
    ]
