"""One computed state of a course, an arm on a day, and where a course keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True)
class State:
    """One computed state: an arm on a day.

    Attributes
    ----------
    arm : str
    day : int
    row : dict of str to float
        Columns of `capacity.csv` that do not need other states.
    tissue : dict of str to float
        Mean volume fractions in the fracture zone.
    healing : dict of str to float
        Measures of healing, columns of `healing.csv` and the days of bridging; empty for the intact vertebra.
    verdict : dict
        Union or not, with the reason, where the law lets it emerge; otherwise empty.
    solver : dict
        Iterations, residual, reaction balance, seconds, method.
    at_points, at_cells : dict of str to ndarray
        Fields at the output load, named with their unit; stress and strain in Voigt order.
    virtual_test : dict
        Record of the elastic-plastic test (`virtual_test.TestRecord`); empty where there was none.
    interaction : dict
        Axial force against bending moment (`interaction.interaction_record`); empty but on key days.
    neighbours : list of dict
        Equal neighbours beyond a disc (`segment.record.neighbour_record`); empty but on key days of runs that ask.
    events : list of dict
        What has happened by then, beyond healing (`followed.events.Event.as_dict`).
    points : ndarray, shape (n, 3), or None [mm]
        Nodes of the day, where the body has a shape of its own on it; None where it has that of the anatomy.
    """

    arm: str
    day: int
    row: dict[str, float]
    tissue: dict[str, float]
    healing: dict[str, float]
    verdict: dict[str, Any]
    solver: dict[str, Any]
    at_points: dict[str, np.ndarray]
    at_cells: dict[str, np.ndarray]
    virtual_test: dict[str, Any] = field(default_factory=dict)
    interaction: dict[str, Any] = field(default_factory=dict)
    neighbours: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    points: np.ndarray | None = None

    @property
    def has_zone(self) -> bool:
        """Whether there is a fracture zone to tell of."""
        return bool(self.tissue) and not any(np.isnan(value) for value in self.tissue.values())


class Keeper(Protocol):
    """Where finished states of a course go, each kept whole or not at all."""

    def has(self, arm: str, day: int) -> bool:
        """Whether that state is finished."""
        ...

    def keep(self, state: State) -> None:
        """Keep a finished state."""
        ...

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep what an interrupted course needs to go on."""
        ...

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Read them back; empty where there are none."""
        ...
