"""What a solved state is handed over with: the zone in the shape of its day, and what has happened by then."""

from collections.abc import Callable
from dataclasses import dataclass

from vertebra.models.bone_state import BoneState
from vertebra.models.response.loaded import LoadedVertebra

from ..plan import Task
from ..zone import Zone
from .events import Event


@dataclass(frozen=True, eq=False)
class Stand:
    """Shape and history of a state.

    Attributes
    ----------
    zone : Zone
        In the geometry of the day.
    events : tuple of Event
        Up to the day.
    moved : bool
        Whether the geometry is that of the day, and not of the anatomy.
    """

    zone: Zone
    events: tuple[Event, ...] = ()
    moved: bool = False


Take = Callable[[Task, Stand, LoadedVertebra, BoneState], None]
"""What receives each state: its task, where it stands, the vertebra under load, the state of its bone."""
