"""A course that keeps nothing but what one state needs."""

from collections.abc import Mapping

import numpy as np

from .day_state import State
from .plan import Task


class Memory:
    """Keeper for a course of which only one task is wanted: every other one counts as finished."""

    def __init__(self, wanted: Task):
        """Take the task that is wanted.

        Parameters
        ----------
        wanted : Task
        """
        self._wanted = wanted
        self._arrays: dict[str, dict[str, np.ndarray]] = {}

    def has(self, arm: str, day: int) -> bool:
        """Whether a state is not wanted."""
        return not (arm in self._wanted.arms and day == self._wanted.day)

    def keep(self, state: State) -> None:
        """Keep nothing: whoever asks takes the state itself."""

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep a station of a walk."""
        self._arrays[name] = dict(arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Read it back; empty where there is none."""
        return self._arrays.get(name, {})
