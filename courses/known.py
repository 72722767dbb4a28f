"""The course of healing under a law that is known in advance: tissue and moduli of every planned state."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from vertebra.fem.cells.anisotropy import Anisotropy
from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.laws.law import HealingLaw, healing_times
from vertebra.materials.healing.processes.inflammation import inflamed_share
from vertebra.materials.tissue import TissueState
from vertebra.models.bone_state import BoneState
from vertebra.models.bridging import Bridging
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.vertebra_model import VertebraModel

from .law import healing_law, inflammation_clock
from .perfusion import Vascularity, last_day, perfusion_histories
from .plan import Task
from .zone import Zone

_TWO_YEARS = np.concatenate([np.arange(0, 160, 4.0), np.geomspace(160, 730, 12)])
"""Days on which the modulus of the zone is read for the times of healing, whatever days are listed."""
_NO_BONE = 1e-6
"""Mineral maturity that is rounding."""


class Branch:
    """Tissue from one day on, as long as no treatment intervenes."""

    def __init__(
        self,
        geometry: Geometry,
        law: HealingLaw,
        perfusion: PerfusionHistory,
        start: TissueState,
        days: Sequence[int],
    ):
        """Follow the law to all of the days.

        Parameters
        ----------
        geometry : Geometry
            Of all of the days.
        law : HealingLaw
        perfusion : PerfusionHistory
        start : TissueState
        days : sequence of int [d]
            From the day of `start` on, increasing.
        """
        self.geometry, self.law, self.perfusion = geometry, law, perfusion
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


def gain_times(branch: Branch, bone: FracturedBone) -> tuple[float, ...]:
    """Days on which the mean modulus of the zone has made 50, 80 and 95 % of its gain over two years.

    Of the tissue alone, whatever days are listed: the density of the host bone is that of day 0.

    Parameters
    ----------
    branch : Branch
        Without cement, from day 0 on.
    bone : FracturedBone
        In its geometry.

    Returns
    -------
    tuple of 3 float [d]
        NaN where bone never forms.
    """
    state, young = branch.states[0], []
    for day in _TWO_YEARS:
        state = branch.law.advance(state, day - state.day)
        mixed = bone.on_day(replace(state, day=0.0), None)
        young.append(bone.zone_young(mixed.young[bone.is_bone]))
    if not np.any(state.maturity[state.repair > 0] > _NO_BONE):
        return (np.nan,) * 3
    return healing_times(_TWO_YEARS, np.array(young))


class KnownCourse:
    """Bone of every planned state under a law that is known in advance."""

    def __init__(self, vertebra: VertebraModel):
        """Follow every arm through all of its days.

        Parameters
        ----------
        vertebra : VertebraModel
        """
        self._vertebra = vertebra
        self._branches = follow_branches(vertebra)
        self._clock = inflammation_clock(vertebra.scenario)
        zones = {arm: Zone.of(vertebra, branch.geometry) for arm, branch in self._branches.items()}
        untouched = self._branches[None]
        self._times = gain_times(untouched, vertebra.bone(untouched.geometry))
        natural = untouched.bridging(zones[None])
        self._bridging = {
            arm: natural if arm is None else natural.before(min(branch.states), branch.bridging(zones[arm]))
            for arm, branch in self._branches.items()
        }

    def state(self, task: Task) -> BoneState:
        """Properties and tissue of a task."""
        arm = None if task.cement is None else task.arms[0]
        branch = self._branches[arm]
        tissue = branch.states[task.day]
        return BoneState(
            properties=self._vertebra.bone(branch.geometry).on_day(tissue, task.cement),
            tissue=tissue,
            perfusion=branch.perfusion.on_day(task.day),
            inflammation=inflamed_share(tissue, self._clock),
            bridging=self._bridging[arm],
            healing_times=self._times if arm is None else (np.nan,) * 3,
        )


class ModuliHistory(Sequence[tuple[np.ndarray, np.ndarray, Anisotropy | None]]):
    """Young's modulus, Poisson's ratio and direction of tasks, mixed when asked for; the last one is kept."""

    def __init__(self, course: KnownCourse, tasks: Sequence[Task]):
        """Take tasks of one geometry.

        Parameters
        ----------
        course : KnownCourse
        tasks : sequence of Task
        """
        self._course, self._tasks = course, tasks
        self._last: tuple[int, BoneState] | None = None

    def __len__(self) -> int:
        """Count the tasks."""
        return len(self._tasks)

    def __getitem__(self, index: Any) -> Any:
        """Moduli of one task."""
        properties = self.state(index).properties
        return properties.young, properties.poisson, anisotropy_of(properties)

    def state(self, index: int) -> BoneState:
        """Properties and tissue of one task."""
        if self._last is None or self._last[0] != index:
            self._last = index, self._course.state(self._tasks[index])
        return self._last[1]


def natural_branch(vertebra: VertebraModel) -> Branch:
    """Tissue of the fracture that is left to heal, on day 0; other days are asked from it."""
    geometry = vertebra.anatomy.fractured
    bone, vessels = vertebra.bone(geometry), Vascularity.of(vertebra, geometry)
    history, _ = vessels.history(vessels.fresh(), 0.0, last_day(vertebra.scenario))
    return Branch(geometry, healing_law(vertebra.scenario, bone, history), history, bone.fresh(), [0])


def follow_branches(vertebra: VertebraModel) -> Mapping[str | None, Branch]:
    """Tissue of all days: natural healing under None, and every arm from its injection on under its name."""
    scenario, anatomy = vertebra.scenario, vertebra.anatomy
    cement_day = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    days = sorted({*scenario.healing.days, *cement_day.values()})
    perfusion = perfusion_histories(vertebra)
    untreated_longest = max(perfusion, key=lambda arm: cement_day.get(arm, np.inf))
    last = cement_day.get(untreated_longest, days[-1])
    natural = perfusion[untreated_longest]
    bone = vertebra.bone(anatomy.fractured)
    found: dict[str | None, Branch] = {
        None: Branch(
            anatomy.fractured,
            healing_law(scenario, bone, natural),
            natural,
            bone.fresh(),
            [day for day in days if day <= last],
        )
    }
    for arm, injected in cement_day.items():
        geometry = anatomy.treated[arm]
        assert geometry.cement is not None  # of an arm with cement
        filled = vertebra.bone(geometry)
        start = filled.injected(found[None].states[injected], geometry.cement)
        law = healing_law(scenario, filled, perfusion[arm])
        found[arm] = Branch(geometry, law, perfusion[arm], start, [day for day in days if day >= injected])
    return found
