"""Where a walk stands, and how that is kept for a walk that is interrupted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Self

import numpy as np

from vertebra.materials.tissue import TissueState
from vertebra.models.bridging import Bridging

from .events import Event
from .ground import Ground

_OF_TISSUE = tuple(each.name for each in fields(TissueState) if each.name != "day")


@dataclass(frozen=True, eq=False)
class Station:
    """Where a walk stands.

    Attributes
    ----------
    tissue : TissueState
    vascularity : ndarray, shape (n,) [-]
        Of the nodes.
    creep : ndarray, shape (b,) [-]
        Creep strain of the crushed part of each bone cell.
    bridging : Bridging
    formed_mg, resorbed_mg : float [mg]
        What osteoblasts have laid down in the territory of repair, and osteoclasts have taken, so far.
    gained_mg, lost_mg : float [mg]
        The part of both by which remodelled bone has adapted to its load.
    height_loss, drawn_loss : float [-]
        Residual loss, and that of the geometry, which follows in steps.
    largest_loss : float [-]
        Beyond which the mesh does not follow.
    events : tuple of Event
        So far.
    """

    tissue: TissueState
    vascularity: np.ndarray
    creep: np.ndarray
    bridging: Bridging = field(default_factory=Bridging)
    formed_mg: float = 0.0
    resorbed_mg: float = 0.0
    gained_mg: float = 0.0
    lost_mg: float = 0.0
    height_loss: float = 0.0
    drawn_loss: float = 0.0
    largest_loss: float = 0.0
    events: tuple[Event, ...] = ()

    @classmethod
    def fresh(cls, ground: Ground, height_loss: float = 0.0, largest_loss: float = 0.0) -> Self:
        """Just after the fracture."""
        tissue = ground.bone.fresh()
        return cls(
            tissue=tissue,
            vascularity=ground.vessels.fresh(),
            creep=np.zeros_like(tissue.territory),
            height_loss=height_loss,
            drawn_loss=height_loss,
            largest_loss=largest_loss,
        )

    @property
    def day(self) -> float:
        """Days since the fracture [d]."""
        return self.tissue.day

    def noting(self, *events: Event) -> Self:
        """Same station with more events."""
        return replace(self, events=(*self.events, *events))

    def broke_today(self) -> bool:
        """Whether a refracture has happened on this day."""
        return any(event.kind == "refracture" and event.day == self.day for event in self.events)

    def packed(self) -> dict[str, np.ndarray]:
        """Arrays that hold it."""
        tissue, bridging = self.tissue, self.bridging
        numbers = (
            bridging.first_path_day,
            bridging.day,
            self.formed_mg,
            self.resorbed_mg,
            self.gained_mg,
            self.lost_mg,
            self.height_loss,
            self.drawn_loss,
            self.largest_loss,
        )
        return {
            "day": np.array(tissue.day),
            **{name: getattr(tissue, name) for name in _OF_TISSUE},
            "vascularity": self.vascularity,
            "creep": self.creep,
            "numbers": np.array(numbers),
            "events": np.array(json.dumps([event.as_dict() for event in self.events])),
        }

    @classmethod
    def unpacked(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Read a station that was packed."""
        first, bridged, formed, resorbed, gained, lost, *losses = arrays["numbers"].tolist()
        loss, drawn, largest = losses
        return cls(
            tissue=TissueState(day=float(arrays["day"]), **{name: arrays[name] for name in _OF_TISSUE}),
            vascularity=arrays["vascularity"],
            creep=arrays["creep"],
            bridging=Bridging(first, bridged),
            formed_mg=formed,
            resorbed_mg=resorbed,
            gained_mg=gained,
            lost_mg=lost,
            height_loss=loss,
            drawn_loss=drawn,
            largest_loss=largest,
            events=tuple(Event.from_dict(each) for each in json.loads(str(arrays["events"]))),
        )


def station_name(branch: str | None, day: int) -> str:
    """Name under which the station of a branch on a day is kept."""
    return f"{'' if branch is None else branch}@{day:05d}"  # no arm is called so
