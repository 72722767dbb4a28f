"""A day on which the load exceeds the capacity: the vertebra breaks again."""

from dataclasses import replace

from vertebra.materials.creep import overload_mm
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.scenarios.schema import Scenario

from ..daily_load import daily_load
from .collapse import Collapse
from .events import Event
from .station import Station

_FAR, _NEAR = 0.5, 0.85
"""Share of the weakest section, and of the cheapest surface, up to which a load is taken to be borne."""


def refractured(
    scenario: Scenario, collapse: Collapse | None, station: Station, loaded: LoadedVertebra
) -> Station | None:
    """Station after a refracture on its day; None where the vertebra bears the load of the day, or keeps its height.

    It is crushed until the spine in series has sprung back to what the vertebra bears (`materials.creep.overload_mm`),
    at most once a day.

    Parameters
    ----------
    scenario : Scenario
    collapse : Collapse or None
        None where the body keeps its height.
    station : Station
    loaded : LoadedVertebra
        Of the station.
    """
    if collapse is None or station.broke_today() or station.height_loss >= station.largest_loss:
        return None
    load = daily_load(scenario, station.day)
    if _is_borne(scenario, load, loaded):
        return None
    deeper = overload_mm(load, loaded.capacity) / collapse.shapes.body.peak_mm
    loss = min(station.height_loss + deeper, station.largest_loss)
    text = (
        f"the daily load of {load:.0f} N exceeds the capacity of {loaded.capacity:.0f} N: the vertebra is crushed "
        f"further, from a residual loss of {station.height_loss:.3f} to {loss:.3f}"
    )
    event = Event(station.day, "refracture", text, load, loaded.capacity, loss)
    return replace(station, height_loss=loss).noting(event)


def _is_borne(scenario: Scenario, load: float, loaded: LoadedVertebra) -> bool:
    """Whether the capacity reaches a load; what is found sooner is looked at first."""
    factor = scenario.capacity.factor
    if load <= _FAR * factor * loaded.hinge.force:
        return True
    if scenario.capacity.rule == "surface" and load <= _NEAR * factor * loaded.limit.surface.force:
        return True
    return load <= loaded.capacity
