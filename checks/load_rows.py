"""Rows of loads: the table of activities, and when a load becomes bearable."""

from collections.abc import Mapping

from vertebra.scenarios.activity import activity_load, reference_mass_row

from .bench import Bench

_PUBLISHED_N = {"walking": 600.0, "sit_to_stand": 850.0, "lifting_10kg": 1250.0}
_DAYS = (0, 7, 14, 28, 42, 56, 84, 182, 365)
_LOAD = "stooped_lift_20kg"


def activity_rows() -> dict[str, Mapping[str, float]]:
    """L1: loads of activities over the published ones."""
    return {"L1": {name: _load(name) / published for name, published in _PUBLISHED_N.items()}}


def bearable_rows() -> dict[str, Mapping[str, float]]:
    """L2: first day from which a load stays below a share of the capacity."""
    bench = Bench.of("main")
    condition = bench.condition(60.0)
    load = _load(_LOAD)
    ratio = [load / bench.healed_row(condition, day)["capacity_N"] for day in _DAYS]

    def first(limit: float) -> float:
        day = -1.0
        for each, found in zip(reversed(_DAYS), reversed(ratio), strict=True):
            if found >= limit:
                break
            day = float(each)
        return day

    return {"L2": {"1.0": first(1.0), "0.8": first(0.8)}}


def _load(activity: str) -> float:
    """Load at the body mass of the table [N]."""
    mass = reference_mass_row().value
    assert mass is not None  # it is a number of the table
    return activity_load(activity, mass)
