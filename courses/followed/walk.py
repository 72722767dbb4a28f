"""The walk of a course that can not be known in advance: solved, healed and collapsed a few days, solved again.

The order of a day: equilibrium; refracture, where the load exceeds the capacity; what is asked for is handed over;
creep and healing up to the next station; the new shape, once the loss has moved; on its day, cement into the body as
it is.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vertebra.fem.series.stepper import Stepper
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.laws.law import DailyLoad
from vertebra.materials.healing.processes.inflammation import inflamed_share
from vertebra.materials.mixture import MixedProperties
from vertebra.models.bone_state import BoneState
from vertebra.models.collapsing import Collapsing
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from ..daily_load import daily_load, habitual_load, lying_load, phase_on, upright_load
from ..day_state import Keeper
from ..known import gain_times, natural_branch
from ..law import healing_law, strain_law
from ..plan import Task
from .branch import Branch
from .collapse import Collapse, Press
from .ground import Ground
from .grounds import Grounds
from .healers import Healer, KineticHealer, StrainHealer
from .injection import injected, injected_at_its_height
from .mechanics import Mechanics
from .refracture import refractured
from .stand import Stand, Take
from .station import Station, station_name
from .steps import Steps

HealingTimes = tuple[float, float, float]
UNKNOWN_TIMES: HealingTimes = (float("nan"), float("nan"), float("nan"))
_ROUGH = 1e-3
"""Energy tolerance of equilibria that only feed the next step of a collapse."""


class Walk:
    """Steps of a course that follows strain or loss of height.

    Every listed day is solved by itself, so that a walk that is resumed there goes on exactly as it would have.

    Attributes
    ----------
    iterations : list of int
        Of conjugate gradients, at each solve so far.
    """

    def __init__(
        self,
        vertebra: VertebraModel,
        reference_energy: np.ndarray | None = None,
        healing_times: HealingTimes | None = None,
        steps: Steps | None = None,
        grounds: Grounds | None = None,
    ):
        """Take what does not change.

        Parameters
        ----------
        vertebra : VertebraModel
        reference_energy : ndarray, shape (b,), optional [MPa/N2]
            Strain energy density of the bone cells of the intact vertebra under unit axial force; needed by a law that
            follows strain. Bone is at rest where it carries that under the load that the patient was used to.
        healing_times : tuple of 3 float, optional [d]
            Kept with the states of natural healing; found by the tissue alone unless given or strain decides.
        steps : Steps, optional
            Of a body that collapses; those of a run unless given.
        grounds : Grounds, optional
            Made anew unless given.
        """
        self.iterations: list[int] = []
        self._vertebra, self._scenario = vertebra, vertebra.scenario
        self._space: tuple[Ground, Stepper] | None = None
        self._phase_days = [phase.from_day for phase in self._scenario.loading.phases]
        self._healer = self._choose(reference_energy)
        self._steps = Steps.of_table() if steps is None else steps
        self._grounds = Grounds() if grounds is None else grounds
        self._times = UNKNOWN_TIMES if healing_times is None else healing_times
        if (
            healing_times is None and not self._healer.needs_strain
        ):  # of the tissue alone, on the body as it was
            fractured = vertebra.anatomy.fractured
            self._times = gain_times(natural_branch(vertebra), vertebra.bone(fractured))

    def follow(self, tasks: Sequence[Task], work: Keeper, take: Take) -> None:
        """Walk natural healing, then every arm from its injection on.

        Parameters
        ----------
        tasks : sequence of Task
            All of the plan.
        work : Keeper
            Finished states in it are not taken again. A walk that was interrupted goes on from its last station.
        take : callable
        """
        branches: dict[str | None, dict[int, Task]] = {}
        for task in tasks:
            branches.setdefault(None if task.cement is None else task.arms[0], {})[task.day] = task
        injections = {arm: min(mine) for arm, mine in branches.items() if arm is not None}
        natural = branches.get(None, {})
        stops = sorted({*natural, *injections.values()})
        anatomy, collapse = self._vertebra.anatomy, self._collapse(self._vertebra.anatomy.collapsing)
        ground = self._grounds.of(self._vertebra, anatomy.fractured)
        losses = () if collapse is None else (collapse.shapes.height_loss, collapse.shapes.body.largest_loss)
        start = Station.fresh(ground, *losses)
        passed = self._walk(Branch(None, natural, stops, collapse), ground, start, work, take)
        for arm, day in injections.items():
            mine, before = branches[arm], passed[day]
            given = mine[day].cement
            assert given is not None  # of an arm with cement
            if collapse is None:
                filled = None
                ground, start = injected_at_its_height(self._vertebra, arm, before, self._grounds)
            else:
                filled, ground, start = injected(
                    self._vertebra, given, collapse.shapes, before, self._grounds
                )
            branch = Branch(arm, mine, sorted(mine), self._collapse(filled))
            self._walk(branch, ground, start, work, take)

    def _walk(
        self, branch: Branch, ground: Ground, start: Station, work: Keeper, take: Take
    ) -> dict[int, Station]:
        """Go from the first stop to the last; returns the stations of all stops."""
        tasks, stops = branch.tasks, branch.stops
        todo = [day for day, task in tasks.items() if not all(work.has(arm, day) for arm in task.arms)]
        known = {day: work.load_arrays(station_name(branch.name, day)) for day in stops}
        passed = {stops[0]: start} | {
            day: Station.unpacked(arrays) for day, arrays in known.items() if arrays
        }
        first = min([*todo, *(day for day in stops if day not in passed)], default=None)
        if first is None:
            return passed
        station = passed[max(day for day in passed if day <= first)]
        if branch.collapse is not None:
            ground = branch.collapse.ground(station)
        halts = sorted({*stops, *(day for day in self._phase_days if day < stops[-1])})
        mechanics: Mechanics | None = None
        while True:
            day, stop = station.day, station.day in stops
            if stop and self._space is not None and self._space[0] is ground:
                ground = self._grounds.renewed(self._vertebra, ground)
            properties = ground.bone.on_day(station.tissue, branch.cement)
            if stop or mechanics is None or not self._serves(mechanics, ground, station, branch):
                mechanics = self._solve(ground, station, properties, rough=not stop)
            if stop and not station.broke_today():
                passed[int(day)] = station
                work.keep_arrays(station_name(branch.name, int(day)), station.packed())
            loaded = LoadedVertebra(
                self._scenario, ground.specimen, properties, mechanics.solution, mechanics.unit
            )
            load = self._load(ground, station, properties, mechanics)
            broken = refractured(self._scenario, branch.collapse, station, loaded)
            if day in todo and not station.broke_today():
                said = station if broken is None else broken
                stand = Stand(ground.zone, said.events, moved=branch.collapse is not None)
                state = self._state(ground, station, loaded, load)
                if branch.cement is None:
                    state = replace(state, healing_times=self._times)
                take(tasks[int(day)], stand, loaded, state)
            if day >= stops[-1]:
                return passed
            if broken is not None and branch.collapse is not None:
                ground, station = branch.collapse.draw(ground, broken)
                mechanics = None
                continue
            halt = min(halt for halt in halts if halt > day)
            strength = properties.strength_compression[ground.bone.is_bone]
            press = self._press(station, mechanics, strength)
            ground, station = self._step(branch, ground, station, load, press, halt)

    def _step(
        self,
        branch: Branch,
        ground: Ground,
        station: Station,
        load: DailyLoad | None,
        press: Press,
        halt: int,
    ) -> tuple[Ground, Station]:
        """Heal and creep as long as the solution can be trusted, at most to the next halt."""
        ahead, collapse = halt - station.day, branch.collapse
        if collapse is None:
            return ground, self._healer.step(ground, station, load, ahead, halt)
        ahead = min(ahead, max(1.0, self._steps.of_age * station.day))
        if station.broke_today():
            ahead = min(ahead, 1.0)  # another day may break it again
        ahead = collapse.longest_days(ground, station, press, ahead)
        later = self._healer.step(ground, station, load, ahead, halt)
        later = collapse.creep(ground, station, press, later)
        if later.day in branch.stops or collapse.is_due(later):
            return collapse.draw(ground, later)
        return ground, later

    def _press(self, station: Station, mechanics: Mechanics, strength: np.ndarray) -> Press:
        """What presses the crushed bone in the upright hours of a day."""
        force = upright_load(self._scenario, station.day)
        hours = phase_on(self._scenario, station.day).hours_upright
        return Press.of(mechanics.axial, strength, force, hours)

    def _load(
        self, ground: Ground, station: Station, properties: MixedProperties, mechanics: Mechanics
    ) -> DailyLoad | None:
        """Mechanical state under the load of the day, for a law that reads strain."""
        if not self._healer.needs_strain:
            return None
        force = daily_load(self._scenario, station.day)
        opening = max(force - lying_load(self._scenario), 0.0)
        return mechanics.daily_load(ground, properties.young, force, opening)

    def _state(
        self, ground: Ground, station: Station, loaded: LoadedVertebra, load: DailyLoad | None
    ) -> BoneState:
        """What is kept of a station, with the verdict of its day."""
        return BoneState(
            properties=loaded.properties,
            tissue=station.tissue,
            perfusion=ground.vessels.in_cells(station.vascularity),
            inflammation=inflamed_share(station.tissue, self._healer.clock),
            bridging=station.bridging,
            verdict=self._healer.verdict(ground, station, load),
        )

    def _solve(
        self, ground: Ground, station: Station, properties: MixedProperties, *, rough: bool
    ) -> Mechanics:
        """Equilibrium of a station; the first one on a ground decides how well those after it are solved."""
        if self._space is None or self._space[0] is not ground:
            tolerance = self._scenario.solver.tolerance
            tolerance = max(tolerance, _ROUGH) if rough else tolerance
            self._space = ground, ground.specimen.problem.stepper(energy_tolerance=tolerance)
        mechanics = Mechanics.solve(ground, station, properties, self._space[1])
        self.iterations.append(mechanics.solution.iterations)
        return mechanics

    def _serves(self, mechanics: Mechanics, ground: Ground, station: Station, branch: Branch) -> bool:
        """Whether a solution still serves a station between listed days."""
        if branch.collapse is None or self._healer.needs_strain:
            return False
        return mechanics.holds_for(ground, station, self._steps)

    def _choose(self, reference_energy: np.ndarray | None) -> Healer:
        """Law of the scenario."""
        scenario = self._scenario
        if scenario.healing.law == "mechanoregulation":
            assert reference_energy is not None  # documented above
            return StrainHealer(strain_law(scenario), habitual_load(scenario) ** 2 * reference_energy)
        law = healing_law(scenario, self._vertebra.bone(self._vertebra.anatomy.fractured))
        assert isinstance(law, KineticLaw)  # curves are known in advance
        return KineticHealer(law)

    def _collapse(self, shapes: Collapsing | None) -> Collapse | None:
        """Collapse of a body of the scenario; None where it keeps its height."""
        if shapes is None or not self._scenario.collapses:
            return None
        return Collapse(self._vertebra, shapes, steps=self._steps, grounds=self._grounds)
