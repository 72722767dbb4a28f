"""The perfusion of a scenario: vascularity of all bone cells from the fresh fracture to the last day."""

from typing import Self

import numpy as np

from vertebra.fem.scalar.diffusion import Diffusion
from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.processes.perfusion import VesselGrowth, fresh_vascularity, is_vital
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.patient import effect_of_patient
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.schema import Scenario

_MOSTLY_CEMENT = 0.5
_LEAST_LAST = 730
"""Day up to which vessels are followed at least: times of healing and slow patients are read beyond the listed days."""
_TOLERANCE = 0.02
"""Of a step of perfusion; 0.001 moves the bone of the zone by less than 0.001 on any day."""


class Vascularity:
    """Growth of vessels on the mesh of a scenario, with what stands in the bone by then.

    Values belong to the nodes of the mesh; `in_cells` gives the mean of the bone cells.

    Attributes
    ----------
    held : ndarray of bool, shape (n,)
        Nodes of vital bone, from which vessels grow in.
    """

    def __init__(self, geometry: Geometry, bone: FracturedBone, growth: VesselGrowth):
        """Choose the cells that are to be perfused, and the nodes from which vessels grow in.

        Parameters
        ----------
        geometry : Geometry
            With its cleft and its cement.
        bone : FracturedBone
            In that geometry.
        growth : VesselGrowth
        """
        gap = bone.gap
        cement = np.zeros(len(gap)) if geometry.cement is None else geometry.cement.fraction[bone.is_bone]
        mesh = geometry.mesh
        self._corners = mesh.cells[bone.is_bone, :4]
        vital = is_vital(bone.territory, gap)
        held = np.zeros(mesh.n_points, bool)
        held[self._corners[vital & (cement < _MOSTLY_CEMENT)]] = True
        self.held = held
        self._broken = np.flatnonzero(~vital)
        self._broken_corners = np.ascontiguousarray(self._corners[self._broken].T)
        self._growth = growth
        self._gap, self._cement = gap[self._broken], cement[self._broken]
        self._problem = Diffusion(mesh.points, self._corners[self._broken], held)
        self._start = np.ones(mesh.n_points)
        if len(self._broken):
            fresh = fresh_vascularity(bone.territory[self._broken], self._gap)
            nodes = self._problem.nodes
            self._start[nodes] = np.where(held[nodes], 1.0, self._problem.to_nodes(fresh))

    @classmethod
    def of(cls, vertebra: VertebraModel, geometry: Geometry) -> Self:
        """Vessels of the patient of a scenario in one geometry."""
        return cls(geometry, vertebra.bone(geometry), vessel_growth(vertebra.scenario))

    def fresh(self) -> np.ndarray:
        """Vascularity of all nodes just after the fracture; shape (n,) [-]."""
        return self._start.copy()

    def taken_over(self, vascularity: np.ndarray, before: Self) -> np.ndarray:
        """Vascularity of nodes whose bone has broken further: the vessels of what is newly broken are lost.

        Parameters
        ----------
        vascularity : ndarray, shape (n,) [-]
            Of the nodes of the body as it was.
        before : Vascularity
            Of that body.

        Returns
        -------
        ndarray, shape (n,) [-]
        """
        newly = before.held & ~self.held
        return np.where(newly, np.minimum(vascularity, self._start), vascularity)

    def settled(self, vascularity: np.ndarray) -> np.ndarray:
        """Vascularity of nodes after cells have moved within the bone: whole where they now stand in unbroken bone.

        Parameters
        ----------
        vascularity : ndarray, shape (n,) [-]
        """
        return np.where(self.held, 1.0, vascularity)

    def in_cells(self, vascularity: np.ndarray) -> np.ndarray:
        """Mean of the corners of each bone cell; (n,) to (b,) [-]."""
        values = np.ones(len(self._corners), vascularity.dtype)
        values[self._broken] = sum(vascularity[corner] for corner in self._broken_corners) / 4
        return values

    def advance(
        self,
        vascularity: np.ndarray,
        days: float,
        strain: np.ndarray | None = None,
        *,
        from_day: float = 0.0,
    ) -> np.ndarray:
        """Vascularity of all nodes some days later; the given one is not changed.

        Parameters
        ----------
        vascularity : ndarray, shape (n,) [-]
        days : float [d]
        strain : ndarray, shape (b, 6), optional [-]
            Mean strain of the bone cells under the daily load, held for these days.
        from_day : float [d]
            Of the given vascularity; it matters to patients whose vessels have a pace of their own on some days.
        """
        return self._evolve(vascularity, from_day, from_day + days, strain)[1][-1]

    def history(
        self, vascularity: np.ndarray, first_day: float, last_day: float, strain: np.ndarray | None = None
    ) -> tuple[PerfusionHistory, np.ndarray]:
        """Perfusion of the bone cells from a first to a last day; also the vascularity of the nodes on the last.

        Parameters
        ----------
        vascularity : ndarray, shape (n,) [-]
            Of the nodes on the first day.
        first_day, last_day : float [d]
        strain : ndarray, shape (b, 6), optional [-]
            Mean strain of the bone cells under the daily load, held for these days.
        """
        days, nodes = self._evolve(vascularity, first_day, last_day, strain)
        values = np.empty((len(days), len(self._corners)), np.float32)
        for row, n in zip(values, nodes.astype(np.float32), strict=True):
            row[:] = self.in_cells(n)
        return PerfusionHistory(days, values), nodes[-1]

    def _evolve(self, vascularity, first_day, last_day, strain):
        if last_day <= first_day:
            return np.array([first_day]), vascularity[None]
        if not len(self._broken):
            return np.array([first_day, last_day]), np.array([vascularity, vascularity])
        pace = self._growth.pace
        start, end = pace.passed(first_day), pace.passed(last_day)
        local = None if strain is None else strain[self._broken]
        medium = self._problem.medium(*self._coefficients(local))
        evolution = self._problem.evolve(vascularity, medium, end - start, tolerance=_TOLERANCE)
        return pace.day_of(start + evolution.days), evolution.values

    def _coefficients(self, strain):
        diffusivity, sprouting = self._growth.coefficients(self._gap, self._cement, strain)
        return diffusivity, 0.0, sprouting


def vessel_growth(scenario: Scenario) -> VesselGrowth:
    """Vessels at the pace of the patient."""
    effect = effect_of_patient(scenario)
    return VesselGrowth(effect.vessel_speed, effect.vessel_pace)


def last_day(scenario: Scenario) -> float:
    """Day up to which vessels are followed [d]."""
    return float(max(scenario.healing.days[-1], _LEAST_LAST))


def perfusion_histories(vertebra: VertebraModel) -> dict[str, PerfusionHistory]:
    """Perfusion of every arm; arms without cement share one history, the others leave it on their day.

    Parameters
    ----------
    vertebra : VertebraModel
    """
    scenario, anatomy = vertebra.scenario, vertebra.anatomy
    untreated = Vascularity.of(vertebra, anatomy.fractured)
    last = last_day(scenario)
    given = {arm.name: arm.cement for arm in scenario.arms}
    natural, _ = untreated.history(untreated.fresh(), 0.0, last)
    histories = {}
    for arm, cement in given.items():
        if cement is None or cement.day >= last:
            histories[arm] = natural
            continue
        treated = Vascularity.of(vertebra, anatomy.treated[arm])
        before, nodes = untreated.history(untreated.fresh(), 0.0, float(cement.day))
        after, _ = treated.history(treated.settled(nodes), float(cement.day), last)
        keep = before.days < cement.day
        histories[arm] = PerfusionHistory(
            np.concatenate([before.days[keep], after.days]),
            np.concatenate([before.values[keep], after.values]),
        )
    return histories
