"""One branch of a walk: natural healing, or an arm from its injection on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vertebra.scenarios.procedures.cement_section import Cement

from ..plan import Task
from .collapse import Collapse


@dataclass(frozen=True, eq=False)
class Branch:
    """One branch of a walk: natural healing, or an arm from its injection on.

    Attributes
    ----------
    name : str or None
        Of the arm; None for natural healing.
    tasks : mapping of int to Task
        By day.
    stops : sequence of int [d]
        Days whose stations are kept, increasing.
    collapse : Collapse or None
        None where the body keeps its height.
    """

    name: str | None
    tasks: Mapping[int, Task]
    stops: Sequence[int]
    collapse: Collapse | None

    @property
    def cement(self) -> Cement | None:
        """What has been injected."""
        return next((task.cement for task in self.tasks.values()), None)
