"""What a run keeps of an equal neighbour of a state."""

import time
from typing import Any

from vertebra.fem import NotConverged
from vertebra.meshes.segment.functional_unit import NoRoomError

from ..response.loaded import LoadedVertebra
from ..vertebra_model import VertebraModel
from .beside import beside
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
        `where`; the numbers of `effects.effects`, or `failed`, the reason; and `wall_s`.
    """
    since = time.perf_counter()
    try:
        segment = beside(vertebra, loaded, where, day=day)
        found: dict[str, Any] = effects(segment, vertebra.scenario.capacity, vertebra.scenario.output.load_N)
    except (NoRoomError, NotConverged) as error:
        found = {"failed": str(error)}
    return {"where": where, **found, "wall_s": time.perf_counter() - since}
