"""Rows of loads: the table of activities, and when a load becomes bearable."""

from collections.abc import Mapping

from vertebra.courses.daily_load import load_of
from vertebra.scenarios.reading import read_scenario

from .bench import bench, healed

_PUBLISHED_N = {"walking": 600.0, "sit_to_stand": 850.0, "lifting_10kg": 1250.0}
"""Loads of a test bench that states no level; taken to be those of L1, the level of the main scenario."""
_DAYS = (0, 7, 14, 28, 42, 56, 84, 182, 365)
_CASES = ("lifting_10kg", "bending_forward", "stooped_lift_20kg")
_LIMITS = (1.0, 0.8)


def activity_rows() -> dict[str, Mapping[str, float]]:
    """L1: loads that a run of the main scenario uses, over the published ones."""
    scenario = read_scenario("main")
    return {"L1": {name: load_of(scenario, name) / known for name, known in _PUBLISHED_N.items()}}


def bearable_rows() -> dict[str, Mapping[str, float]]:
    """L2: first day from which a load stays below a share of the capacity, by load and share; -1: never."""
    vertebra = bench("main").of_density(60.0)
    capacity = [healed(vertebra, day).capacity for day in _DAYS]

    def first(load: float, limit: float) -> float:
        day = -1.0
        for each, borne in zip(reversed(_DAYS), reversed(capacity), strict=True):
            if load / borne >= limit:
                break
            day = float(each)
        return day

    loads = {name: load_of(vertebra.scenario, name) for name in _CASES}
    return {
        "L2": {f"{name} {limit}": first(load, limit) for name, load in loads.items() for limit in _LIMITS}
    }
