"""The walk of a law that follows strain: solved, healed a few days and solved again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from vertebra.fem.series.stepper import Stepper
from vertebra.fem.solution import TrajectorySolution
from vertebra.materials.density import to_apparent
from vertebra.materials.healing.laws.law import DailyLoad
from vertebra.materials.healing.laws.mechanoregulation import MechanoregulationLaw
from vertebra.materials.healing.processes.inflammation import inflamed_share
from vertebra.materials.healing.processes.turnover import turn_over
from vertebra.materials.healing.processes.union import hindrance, verdict
from vertebra.materials.tissue import TissueState
from vertebra.models.bone_state import BoneState
from vertebra.models.bridging import Bridging
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import UnitForce, cell_means
from vertebra.models.vertebra_model import VertebraModel

from .daily_load import daily_load, habitual_load
from .day_state import Keeper
from .law import strain_law
from .perfusion import Vascularity
from .plan import Task
from .zone import Zone

_SAME_DAY = 1e-6
Take = Callable[[Task, LoadedVertebra, BoneState], None]
"""What receives each state: its task, the vertebra under load, the state of its bone."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What a walk stands on as long as the geometry stays.

    Attributes
    ----------
    geometry : Geometry
    bone : FracturedBone
    zone : Zone
    specimen : Specimen
    vessels : Vascularity
    """

    geometry: Geometry
    bone: FracturedBone
    zone: Zone
    specimen: Specimen
    vessels: Vascularity

    @classmethod
    def of(cls, vertebra: VertebraModel, geometry: Geometry) -> Self:
        """Collect what a geometry decides."""
        return cls(
            geometry=geometry,
            bone=vertebra.bone(geometry),
            zone=Zone.of(vertebra, geometry),
            specimen=vertebra.specimen(geometry),
            vessels=Vascularity.of(vertebra, geometry),
        )


@dataclass(frozen=True, eq=False)
class Station:
    """Where a walk stands.

    Attributes
    ----------
    tissue : TissueState
    vascularity : ndarray, shape (n,) [-]
        Of the nodes.
    bridging : Bridging
    formed_mg, resorbed_mg : float [mg]
        What osteoblasts have laid down in the territory of repair, and osteoclasts have taken, so far.
    gained_mg, lost_mg : float [mg]
        The part of both by which remodelled bone has adapted to its load.
    """

    tissue: TissueState
    vascularity: np.ndarray
    bridging: Bridging = field(default_factory=Bridging)
    formed_mg: float = 0.0
    resorbed_mg: float = 0.0
    gained_mg: float = 0.0
    lost_mg: float = 0.0


class Walk:
    """Steps of a law that follows strain.

    Branches on one specimen share the solver's space: what one has solved makes the others cheaper.

    Attributes
    ----------
    iterations : list of int
        Of conjugate gradients, at each solve so far.
    """

    def __init__(self, vertebra: VertebraModel, reference_energy: np.ndarray):
        """Take what does not change.

        Parameters
        ----------
        vertebra : VertebraModel
        reference_energy : ndarray, shape (b,) [MPa/N2]
            Strain energy density of the bone cells of the intact vertebra under unit axial force. Bone is at
            rest where it carries that under the load that the patient was used to.
        """
        self.iterations: list[int] = []
        self._vertebra = vertebra
        scenario = vertebra.scenario
        self._law: MechanoregulationLaw = strain_law(scenario)
        self._steppers: dict[int, Stepper] = {}
        self._phase_days = [phase.from_day for phase in scenario.loading.phases]
        self._reference_energy = habitual_load(scenario) ** 2 * reference_energy

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
        anatomy = self._vertebra.anatomy
        ground = Ground.of(self._vertebra, anatomy.fractured)
        start = Station(ground.bone.fresh(), ground.vessels.fresh())
        passed = self._walk(None, ground, {0: start}, natural, stops, work, take)
        for arm, day in injections.items():
            before, geometry = passed[day], anatomy.treated[arm]
            assert geometry.cement is not None  # of an arm with cement
            ground = Ground.of(self._vertebra, geometry)
            filled = geometry.cement.fraction[ground.bone.is_bone]
            start = replace(before, tissue=before.tissue.with_cement(filled))
            mine = branches[arm]
            self._walk(arm, ground, {day: start}, mine, sorted(mine), work, take)

    def _walk(
        self,
        branch: str | None,
        ground: Ground,
        passed: dict[int, Station],
        tasks: Mapping[int, Task],
        stops: Sequence[int],
        work: Keeper,
        take: Take,
    ) -> dict[int, Station]:
        """Go from the first stop to the last; returns the stations of all stops."""
        todo = [day for day, task in tasks.items() if not all(work.has(arm, day) for arm in task.arms)]
        known = {day: work.load_arrays(_name(branch, day)) for day in stops}
        passed |= {day: _unpacked(arrays, passed[stops[0]]) for day, arrays in known.items() if arrays}
        missing = [day for day in stops if day not in passed]
        first = min([*todo, *missing], default=None)
        if first is None:
            return passed
        station = passed[max(day for day in passed if day <= first)]
        cement = next((task.cement for task in tasks.values()), None)
        stepper = self._stepper(ground.specimen)
        halts = sorted({*stops, *(day for day in self._phase_days if day < stops[-1])})
        while True:
            day = station.tissue.day
            properties = ground.bone.on_day(station.tissue, cement)
            solution = stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))
            self.iterations.append(solution.iterations)
            load = self._daily_load(ground, solution, properties.young, day)
            if day in stops:
                passed[int(day)] = station
                work.keep_arrays(_name(branch, int(day)), _packed(station))
            if day in todo:
                state = self._state(ground, station, properties, load)
                take(tasks[int(day)], self._vertebra.loaded(ground.geometry, properties, solution), state)
            if day >= stops[-1]:
                return passed
            station = self._step(ground, station, load, min(halt for halt in halts if halt > day))

    def _step(self, ground: Ground, station: Station, load: DailyLoad, halt: int) -> Station:
        """Heal as long as the strain of the start can be trusted, at most to the next halt."""
        tissue, bone, vessels = station.tissue, ground.bone, ground.vessels
        ahead = min(halt - tissue.day, self._law.longest_step)
        history, nodes = vessels.history(station.vascularity, tissue.day, tissue.day + ahead, load.strain)
        weights = tissue.repair * (1 - tissue.cement) * bone.cell_volume
        law = self._law.with_perfusion(history)
        step = law.step(tissue, load, ahead, weights)
        end = {tissue.day: tissue, step.state.day: step.state}

        def share_on(day: float) -> float:
            state = end[day] if day in end else law.advance(tissue, day - tissue.day, load)
            return ground.zone.bridged_share(state)

        if step.days < ahead:
            nodes = vessels.advance(station.vascularity, step.days, load.strain, from_day=tissue.day)
        host_density = to_apparent(bone.host_on(tissue.day).density).g_cm3
        adapted, balance = turn_over(
            tissue,
            step.state,
            load.energy_density,
            mass=weights * host_density,
            host_density=host_density,
            scaffold=bone.scaffold,
            reference_energy=self._reference_energy,
        )
        if abs(adapted.day - halt) < _SAME_DAY:
            adapted = replace(adapted, day=float(halt))  # steps add up but for rounding
        return Station(
            tissue=adapted,
            vascularity=nodes,
            bridging=station.bridging.between(tissue.day, step.state.day, share_on),
            formed_mg=station.formed_mg + balance.formed,
            resorbed_mg=station.resorbed_mg + balance.resorbed,
            gained_mg=station.gained_mg + balance.gained,
            lost_mg=station.lost_mg + balance.lost,
        )

    def _stepper(self, specimen: Specimen) -> Stepper:
        """The solver's space on a specimen."""
        if id(specimen) not in self._steppers:
            tolerance = self._vertebra.scenario.solver.tolerance
            self._steppers[id(specimen)] = specimen.problem.stepper(energy_tolerance=tolerance)
        return self._steppers[id(specimen)]

    def _daily_load(
        self, ground: Ground, solution: TrajectorySolution, young: np.ndarray, day: float
    ) -> DailyLoad:
        """Mechanical state of the bone cells under the load of a day."""
        force, bone = daily_load(self._vertebra.scenario, day), ground.bone.is_bone
        unit, volume = UnitForce.of(solution), ground.specimen.problem.volume
        return DailyLoad(
            strain=force * cell_means(unit.strain, volume)[bone],
            energy_density=force**2 * unit.energy_density(volume)[bone],
            young=young[bone],
        )

    def _state(self, ground: Ground, station: Station, properties, load: DailyLoad) -> BoneState:
        """What is kept of a station, with the verdict of its day."""
        tissue = station.tissue
        perfusion = ground.vessels.in_cells(station.vascularity)
        hindered = hindrance(tissue, self._law.differentiate(tissue, load), perfusion)
        territory = tissue.repair * (1 - tissue.cement) * ground.bone.cell_volume
        said = verdict(ground.zone.bridged_share(tissue), hindered, territory, tissue.day)
        return BoneState(
            properties=properties,
            tissue=tissue,
            perfusion=perfusion,
            inflammation=inflamed_share(tissue, self._law.kinetics.clock),
            bridging=station.bridging,
            verdict={
                "outcome": said.outcome,
                "reason": said.reason,
                "remodelling_formed_mg": station.formed_mg,
                "remodelling_resorbed_mg": station.resorbed_mg,
                "adaptation_gained_mg": station.gained_mg,
                "adaptation_lost_mg": station.lost_mg,
            },
        )


def _name(branch: str | None, day: int) -> str:
    return f"{'' if branch is None else branch}@{day:05d}"  # no arm is called so


def _packed(station: Station) -> dict[str, np.ndarray]:
    """What a station holds beyond its start."""
    tissue = station.tissue
    bridging, minerals = station.bridging, (station.formed_mg, station.resorbed_mg, station.gained_mg)
    numbers = (bridging.first_path_day, bridging.day, *minerals, station.lost_mg)
    return {
        "day": np.array(tissue.day),
        "shares": tissue.shares,
        "mineralisation": tissue.mineralisation,
        "remodelled_density": tissue.remodelled_density,
        "vascularity": station.vascularity,
        "numbers": np.array(numbers),
    }


def _unpacked(arrays: Mapping[str, np.ndarray], start: Station) -> Station:
    """A station that was kept, on the fracture and with the cement of the start."""
    first, bridged, *minerals = arrays["numbers"].tolist()
    tissue = replace(
        start.tissue,
        day=float(arrays["day"]),
        shares=arrays["shares"],
        mineralisation=arrays["mineralisation"],
        remodelled_density=arrays["remodelled_density"],
    )
    return Station(tissue, arrays["vascularity"], Bridging(first, bridged), *minerals)
