"""Key days of an arm: those that pictures show, of brackets, and on which it is pressed beyond its strength."""

from collections.abc import Sequence

from vertebra.scenarios.schema import Scenario

from .plan import INTACT, arm_days, plan

_SIX_WEEKS = 42


def key_days(days: Sequence[int], first: int) -> list[int]:
    """Day of the injection (without one the first), the day nearest to six weeks, and the last day.

    Parameters
    ----------
    days : sequence of int [d]
        Computed days of an arm, increasing.
    first : int [d]
        Day of its injection, 0 without one.

    Returns
    -------
    list of int [d]
    """
    later = [day for day in days if day >= first]
    return sorted({first, min(later, key=lambda day: abs(day - _SIX_WEEKS)), later[-1]})


def shown_days(scenario: Scenario) -> dict[str, frozenset[int]]:
    """Key days of every arm: those that pictures and interaction curves show.

    Returns
    -------
    dict of str to frozenset of int [d]
    """
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    return {
        arm: frozenset(key_days(days, injections.get(arm, days[0])))
        for arm, days in arm_days(scenario).items()
    }


def neighbour_days(scenario: Scenario) -> dict[str, frozenset[int]]:
    """Days on which neighbours stand beside every arm: the key days of all arms, so that they compare.

    Returns
    -------
    dict of str to frozenset of int [d]
    """
    any_arm = frozenset().union(*shown_days(scenario).values())
    return {arm: any_arm & frozenset(days) for arm, days in arm_days(scenario).items()}


def bracketed(scenario: Scenario) -> frozenset[tuple[str, int]]:
    """Arms and days whose limit load is bracketed: key days, the first one, the last one before cement.

    Arms that share a state share its bracket.

    Returns
    -------
    frozenset of (str, int)
    """
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    chosen = {(INTACT.name, 0)}
    for arm, days in arm_days(scenario).items():
        before = [day for day in days if day < injections.get(arm, 0)]
        chosen |= {(arm, day) for day in (*shown_days(scenario)[arm], days[0], *before[-1:])}
    shared = [{(arm, task.day) for arm in task.arms} for task in plan(scenario)]
    return frozenset(chosen.union(*(states for states in shared if states & chosen)))


def virtual_test_days(scenario: Scenario) -> dict[str, frozenset[int]]:
    """Days on which each arm is tested; the intact vertebra has one day only.

    Returns
    -------
    dict of str to frozenset of int [d]
        By arm, empty for arms that are not tested.
    """
    capacity = scenario.capacity
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    tested = {"off": (), "cemented": tuple(injections), "all": tuple(arm_days(scenario))}[
        capacity.virtual_test
    ]
    out = {}
    for arm, days in arm_days(scenario).items():
        chosen = {injections.get(arm, days[0]), days[-1]}
        if capacity.virtual_test_days is not None and arm != INTACT.name:
            chosen = {*days} & {*capacity.virtual_test_days}
        out[arm] = frozenset(chosen if arm in tested else ())
    return out
