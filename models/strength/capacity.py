"""What a vertebra bears, from the bracket of its limit load or from its weakest section: columns of `capacity.csv`."""

from vertebra.scenarios.loading_section import Capacity

from ..response.hinge import Hinge
from .bracket import Bracket


def bears_by_bracket(found: Bracket, capacity: Capacity) -> dict[str, float]:
    """Capacity inside its bracket, all with the factor of the capacity [N]."""
    return {
        "capacity_N": capacity.factor * found.force,
        "capacity_low_N": capacity.factor * found.low,
        "capacity_high_N": capacity.factor * found.high,
        "weakest_section": found.surface.height,
    }


def bears_by_section(hinge: Hinge, capacity: Capacity) -> dict[str, float]:
    """Capacity by the weakest section, which has no bracket [N]."""
    return {
        "capacity_N": capacity.factor * hinge.force,
        "capacity_low_N": float("nan"),
        "capacity_high_N": float("nan"),
        "weakest_section": hinge.height,
    }


def with_service(bears: dict[str, float], service_limit_N: float) -> dict[str, float]:
    """Add the service load: the smaller of capacity and the load at the shortening of the service load."""
    return bears | {
        "service_limit_N": service_limit_N,
        "service_N": min(bears["capacity_N"], service_limit_N),
    }
