"""The course of healing under a law that is known in advance: tissue and moduli of every planned state."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from vertebra.fem.cells.anisotropy import Anisotropy
from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.laws.law import HealingLaw
from vertebra.materials.healing.processes.inflammation import inflamed_share
from vertebra.materials.tissue import TissueState
from vertebra.models.anatomy import Anatomy
from vertebra.models.bridging import Bridging
from vertebra.models.condition import Condition
from vertebra.models.direction import anisotropy_of
from vertebra.models.tissue_moment import Moment
from vertebra.scenarios.schema import Scenario

from .law import healing_law, inflammation_clock
from .perfusion import perfusion_histories
from .plan import Task
from .zone import Zone


class Branch:
    """Tissue from one day on, as long as no treatment intervenes."""

    def __init__(self, law: HealingLaw, perfusion: PerfusionHistory, start: TissueState, days: Sequence[int]):
        """Follow the law to all of the days.

        Parameters
        ----------
        law : HealingLaw
        perfusion : PerfusionHistory
        start : TissueState
        days : sequence of int [d]
            From the day of `start` on, increasing.
        """
        self.law, self.perfusion = law, perfusion
        self.states: dict[int, TissueState] = {}
        state = start
        for day in days:
            state = law.advance(state, day - state.day)
            self.states[day] = state

    def on(self, day: float) -> TissueState:
        """Tissue on any day of the branch."""
        start = max(known for known in self.states if known <= day)
        return self.states[start] if start == day else self.law.advance(self.states[start], day - start)

    def bridging(self, zone: Zone) -> Bridging:
        """When tissue crosses the fracture."""
        days = list(self.states)
        found = Bridging()
        for low, high in pairwise([days[0], *days]):
            found = found.between(low, high, lambda day: zone.bridged_share(self.on(day)))
        return found


class Course(Sequence[tuple[np.ndarray, np.ndarray, Anisotropy | None]]):
    """Young's modulus, Poisson's ratio and direction of every task, mixed when asked for; the last one is kept."""

    def __init__(
        self, scenario: Scenario, anatomy: Anatomy, condition: Condition, zone: Zone, tasks: Sequence[Task]
    ):
        """Follow every arm through all of its days.

        Parameters
        ----------
        scenario : Scenario
        anatomy : Anatomy
        condition : Condition
        zone : Zone
        tasks : sequence of Task
        """
        self._tasks, self._condition = tasks, condition
        self._branches = follow_branches(scenario, anatomy, condition)
        self._clock = inflammation_clock(scenario)
        natural = self._branches[None].bridging(zone)
        self._bridging = {
            arm: natural if arm is None else natural.before(min(branch.states), branch.bridging(zone))
            for arm, branch in self._branches.items()
        }
        self._last: tuple[int, Moment] | None = None

    def __len__(self) -> int:
        """Count the tasks."""
        return len(self._tasks)

    def __getitem__(self, index: Any) -> Any:
        """Moduli of one task."""
        properties = self.moment(index).properties
        return properties.young, properties.poisson, anisotropy_of(properties)

    def moment(self, index: int) -> Moment:
        """Properties and tissue of one task."""
        if self._last is None or self._last[0] != index:
            task = self._tasks[index]
            arm = None if task.cement is None else task.arms[0]
            branch = self._branches[arm]
            tissue = branch.states[task.day]
            self._last = (
                index,
                Moment(
                    properties=self._condition.on_day(tissue, task.cement),
                    tissue=tissue,
                    perfusion=branch.perfusion.on_day(task.day),
                    inflammation=inflamed_share(tissue, self._clock),
                    bridging=self._bridging[arm],
                ),
            )
        return self._last[1]


def follow_branches(
    scenario: Scenario, anatomy: Anatomy, condition: Condition
) -> Mapping[str | None, Branch]:
    """Tissue of all days: natural healing under None, and every arm from its injection on under its name."""
    cement_day = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    days = sorted({*scenario.healing.days, *cement_day.values()})
    perfusion = perfusion_histories(scenario, anatomy, condition, gap=condition.gap)
    untreated_longest = max(perfusion, key=lambda arm: cement_day.get(arm, np.inf))
    last = cement_day.get(untreated_longest, days[-1])
    natural = perfusion[untreated_longest]
    found: dict[str | None, Branch] = {
        None: Branch(
            healing_law(scenario, condition, natural),
            natural,
            condition.fresh(),
            [day for day in days if day <= last],
        )
    }
    for arm, injected in cement_day.items():
        filled = anatomy.cement[arm].fraction[condition.is_bone]
        start = found[None].states[injected].with_cement(filled)
        law = healing_law(scenario, condition, perfusion[arm])
        found[arm] = Branch(law, perfusion[arm], start, [day for day in days if day >= injected])
    return found
