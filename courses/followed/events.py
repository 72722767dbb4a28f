"""What happens to a vertebra on its way beyond healing: refracture, a band that is full, cement."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

NAN = float("nan")


@dataclass(frozen=True)
class Event:
    """One event of a course.

    Attributes
    ----------
    day : float [d]
    kind : str
        "refracture": the daily load exceeded the capacity and the vertebra was crushed further; "full band": the
        crushed band reached from endplate to endplate; "limit": the body can not be crushed further; "cement": what
        was injected into the body as it was on that day.
    text : str
        In words.
    load_N, capacity_N : float [N]
        Of a refracture; NaN otherwise.
    height_loss : float [-]
        Residual loss after the event.
    numbers : mapping of str to float
        Of a kyphoplasty; columns of `kyphoplasty.csv`.
    """

    day: float
    kind: Literal["refracture", "full band", "limit", "cement"]
    text: str
    load_N: float = NAN
    capacity_N: float = NAN
    height_loss: float = NAN
    numbers: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without those that the event does not have."""
        return {name: value for name, value in asdict(self).items() if value == value and value != {}}

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> "Event":
        """Undo `as_dict`."""
        return cls(**{each.name: given[each.name] for each in fields(cls) if each.name in given})


def count(events: Iterable[Event], kind: str) -> int:
    """Number of events of a kind."""
    return sum(event.kind == kind for event in events)
