"""What a run keeps of an equal neighbour of a state."""

import time
from typing import Any

from vertebra.fem import NotConverged
from vertebra.meshes.segment.functional_unit import NoRoomError
from vertebra.scenarios.loading_section import Capacity

from ..response.loaded import LoadedVertebra
from ..vertebra_model import VertebraModel
from .beside import Segment, beside
from .breaking import neighbour_test
from .effects import effects


def neighbour_record(
    vertebra: VertebraModel, loaded: LoadedVertebra, where: str, day: float
) -> dict[str, Any]:
    """Numbers of one neighbour beside a state; a state that leaves no room for the disc is recorded as failed.

    What is known of the vertebra alone holds without the neighbour, so the run goes on; whoever writes results must
    say so.

    Parameters
    ----------
    vertebra : VertebraModel
    loaded : LoadedVertebra
    where : {"above", "below"}
    day : float [d]

    Returns
    -------
    dict
        `where`; the numbers of `effects.effects`, or `failed`, the reason; where the neighbour is to be broken
        `adjacent_ultimate_N`, or `test_failed`, the reason; and `wall_s`.
    """
    since, capacity = time.perf_counter(), vertebra.scenario.capacity
    try:
        segment = beside(vertebra, loaded, where, day=day)
        found: dict[str, Any] = effects(segment, capacity, vertebra.scenario.output.load_N)
        if vertebra.scenario.neighbours.test == "on":
            found |= _tested(segment, capacity)
    except (NoRoomError, NotConverged) as error:
        found = {"failed": str(error)}
    return {"where": where, **found, "wall_s": time.perf_counter() - since}


def _tested(segment: Segment, capacity: Capacity) -> dict[str, Any]:
    """Largest force of the neighbour's test; a test that finds no equilibrium is recorded with the reason."""
    try:
        return {"adjacent_ultimate_N": neighbour_test(segment, capacity).ultimate_N}
    except NotConverged as error:
        return {"test_failed": str(error)}
