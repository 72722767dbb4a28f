"""Bands of a course whose law is known in advance, from its own states and a few more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.fem.series.stepper import Stepper
from vertebra.materials.tissue import TissueState
from vertebra.models.geometry import Geometry
from vertebra.models.patient import effect_of_patient, non_union_chance
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

from ..known import Branch, follow_branches, natural_branch
from .band import ArmDay, Bands, Curves, band, join
from .followed import followed_bands
from .lines import line_members
from .patients import representatives
from .stage import Stages
from .tabulated import (
    COLUMNS,
    Row,
    Tabulated,
    capacity_per_surface,
    host_density,
    missing_stages,
    settled,
)

_UNUNITED_DAY = 120.0
"""Day by which all soft tissue of a fracture that never unites is fibrous [d]."""
_NONE = 1e-12
_SAME_STAGE = 0.002
_TAILS = (0.02, 0.98)
Ratios = tuple[np.ndarray, np.ndarray]
"""Stages, and the capacity over the cheapest surface at each."""


def has_bands(scenario: Scenario) -> bool:
    """Whether the spread between patients is asked for and known: under the kinetic law, for the median patient."""
    asked = scenario.uncertainty
    return (
        asked.bands == "on"
        and scenario.healing.law == "kinetic"
        and scenario.fracture is not None
        and asked.is_median
    )


def bands_of(vertebra: VertebraModel, rows: Mapping[ArmDay, Row]) -> Bands:
    """Bands of all arms.

    Parameters
    ----------
    vertebra : VertebraModel
    rows : mapping of (arm, day) to mapping of str to float
        Columns of `capacity.csv` of every computed state, with the cheapest surface, `surface_N`, where the capacity
        is that of surfaces.

    Raises
    ------
    NotConverged
    """
    scenario = vertebra.scenario
    if not has_bands(scenario):
        return Bands()
    parts = (vertebra.under(each) for each in scenario.treatments)
    if scenario.collapses:
        return join(followed_bands(each, rows) for each in parts)
    return join(Lines(each, rows).bands() for each in parts)


class Lines:
    """The lines of one treatment: natural healing, and every arm from its injection on.

    Attributes
    ----------
    solved : int
        States that were computed beside those of the course.
    """

    def __init__(self, vertebra: VertebraModel, rows: Mapping[ArmDay, Row]):
        """Follow the tissue of the median patient, and of patients with other vessels.

        Parameters
        ----------
        vertebra : VertebraModel
            With the arms of one treatment alone.
        rows : mapping of (arm, day) to mapping of str to float
            Columns of `capacity.csv` of every computed state.
        """
        self._vertebra, self._rows = vertebra, rows
        self._stages = Stages.of(vertebra)
        self._effect = effect_of_patient(vertebra.scenario)
        self._branches = follow_branches(vertebra)
        self._steppers: dict[int, Stepper] = {}
        self.solved = 0

    def bands(self) -> Bands:
        """Bands of all arms of the treatment."""
        scenario = self._vertebra.scenario
        share = non_union_chance(scenario).probability
        found, never = {}, []
        for line, members in line_members(scenario).items():
            course = self.course(line, members)
            days = course.days
            ends = dict(zip(days, band(course, days.tolist()), strict=True))
            apart = self._never_united(line, members, course)
            for arm, day in members:
                found[arm, day] = ends[day] | {"never_united_share": share}
                at = list(days).index(day)
                never.append({"arm": arm, "day": day} | {name: float(apart[name][0, at]) for name in COLUMNS})
        return Bands(found, never, self.solved)

    def _never_united(self, line: str | None, members: Sequence[ArmDay], course: "Stretched") -> Curves:
        """Columns (1, k) of a fracture that never unites: its soft tissue becomes fibrous, and stays so.

        Between the first day of the line and that by which it has, by the share that is fibrous.
        """
        branch, days = natural_branch(self._vertebra.of_patient(unites=False)), course.days
        ends = sorted({float(days[0]), max(_UNUNITED_DAY, float(days[0]))})
        known = {day: self._rows[arm, day] for arm, day in members if day == 0}
        rows = [
            known[0] if day in known else settled(self._solve(line, branch.on(day)), 0.0, *course.ratios)
            for day in ends
        ]
        table = Tabulated(np.arange(len(ends)), host_density(self._effect, ends), rows)
        low, high = (_fibrous(branch.on(day)) for day in (ends[0], ends[-1]))
        share = [_fibrous(branch.on(float(min(day, ends[-1])))) for day in days]
        passed = np.clip((np.array(share) - low) / max(high - low, _NONE), 0, 1)
        return table.at(np.sqrt(passed)[None], course.host)  # a table is even in the square of its stage

    def course(self, line: str | None, members: Sequence[ArmDay]) -> "Stretched":
        """Curves of a line for patients of any pace.

        Parameters
        ----------
        line : str or None
        members : sequence of (arm, day)
            States of the line, as from `line_members`.
        """
        days = sorted({day for _, day in members})
        known = {day: self._rows[arm, day] for arm, day in members}
        ratios = self._stages.on(np.array(days)), np.array([capacity_per_surface(known[day]) for day in days])
        table = self._tabulated(line, known, ratios)
        return Stretched(self._stages, table, np.array(days), host_density(self._effect, days), ratios)

    def _tabulated(self, line: str | None, known: Mapping[int, Row], ratios: Ratios) -> Tabulated:
        """States of a line: those that are known, and those that its patients need beside them."""
        patients, days = representatives(), np.array(sorted(known))
        asked = self._stages.of_patients(days[[0, -1]], patients.pace, patients.vessel_time)
        first, last = np.quantile(asked[:, 0], _TAILS[0]), np.quantile(asked[:, 1], _TAILS[1])
        at = {float(day): row for day, row in known.items()}
        for stage in missing_stages(self._stages.on(days), float(first), float(last)):
            day = float(self._stages.day_of(stage))
            at[day] = settled(self._solve(line, self._tissue(line, day)), float(stage), *ratios)
        ordered = np.array(sorted(at))
        stages = self._stages.on(ordered)
        apart = np.flatnonzero(np.diff(stages, prepend=-1.0) > _SAME_STAGE)
        ordered, stages = ordered[apart], stages[apart]
        return Tabulated(stages, host_density(self._effect, ordered), [at[day] for day in ordered])

    def _tissue(self, line: str | None, day: float) -> TissueState:
        """Tissue of the median patient, with the cement of the line even before the day of its injection."""
        branch: Branch = self._branches[line]
        return branch.on(day) if day >= min(branch.states) else self._branches[None].on(day)

    def _solve(self, line: str | None, tissue: TissueState) -> Row:
        """Columns of one state, with the cheapest surface in place of the capacity where that is one of surfaces."""
        geometry, cement = self._place(line)
        bone = self._vertebra.bone(geometry)
        if geometry.cement is not None and not tissue.cement.any():
            tissue = bone.injected(tissue, geometry.cement)
        properties = bone.on_day(tissue, cement)
        specimen = self._vertebra.specimen(geometry)
        if id(specimen) not in self._steppers:
            tolerance = self._vertebra.scenario.solver.tolerance
            self._steppers[id(specimen)] = specimen.problem.stepper(energy_tolerance=tolerance)
        solution = self._steppers[id(specimen)].solve(
            properties.young, properties.poisson, anisotropy_of(properties)
        )
        self.solved += 1
        return self._vertebra.loaded(geometry, properties, solution).row_between

    def _place(self, line: str | None) -> tuple[Geometry, Cement | None]:
        """Geometry of a line, and what its cement is made of."""
        anatomy = self._vertebra.anatomy
        if line is None:
            return anatomy.fractured, None
        arms = self._vertebra.scenario.arms
        return anatomy.treated[line], next(arm.cement for arm in arms if arm.name == line)


def _fibrous(tissue: TissueState) -> float:
    """Share of the territory of repair that is fibrous [-]."""
    return float(tissue.repair @ tissue.share("fibrous") / tissue.repair.sum())


@dataclass(frozen=True, eq=False)
class Stretched:
    """Curves of patients of any pace: pace stretches time, and time leads through the tabulated states.

    Attributes
    ----------
    stages : Stages
    table : Tabulated
    days : ndarray, shape (k,) [d]
    host : ndarray, shape (k,) [-]
        Density of the host bone on each day over that of day 0.
    ratios : (ndarray, ndarray), each of shape (k,) [-]
        Stages of the computed states, and their capacity over their cheapest surface.
    """

    stages: Stages
    table: Tabulated
    days: np.ndarray
    host: np.ndarray
    ratios: Ratios

    def __call__(self, pace: np.ndarray, vessel_time: np.ndarray) -> Curves:
        """Columns of patients of given pace and time of vessels, both (n,), on all days."""
        return self.table.at(self.stages.of_patients(self.days, pace, vessel_time), self.host)
