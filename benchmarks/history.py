"""Moduli of a case at every time of a history, made on demand."""

from collections.abc import Sequence

import numpy as np

from vertebra.benchmarks.measuring.clock import clock
from vertebra.benchmarks.problem import CALLUS_MPA, Case, callus_poisson
from vertebra.materials.damage import damage
from vertebra.materials.density import QctDensity
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.mixture import HostBone, mix
from vertebra.materials.tissue import TissueState


class CallusSeries:
    """Callus that stiffens in equal steps of log E, Poisson's ratio with it: few fields span the history."""

    def __init__(self, case: Case, n_points: int):
        self._case = case
        self._young = np.geomspace(*CALLUS_MPA, n_points)

    def moduli(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Young's modulus and Poisson's ratio of each cell at one time."""
        E = float(self._young[index])
        young = np.where(self._case.callus, E, self._case.young)
        return young, np.where(self._case.callus, callus_poisson(E), self._case.poisson)


class FrontSeries:
    """Callus that mineralises from the rim inwards behind a front 0.12 of the radius wide."""

    def __init__(self, case: Case, n_points: int):
        self._case = case
        x, y, _ = case.points[case.cells[:, :4]].mean(axis=1).T
        self._depth = 1 - np.hypot(x / 22.5, y / 16)  # 0 at the wall, 1 on the axis
        self._front = np.linspace(-0.2, 1.2, n_points)

    def moduli(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Young's modulus and Poisson's ratio of each cell at one time."""
        behind = 1 / (1 + np.exp((self._depth - self._front[index]) / (0.12 / 4)))
        soft, stiff = np.log(CALLUS_MPA)
        grown = np.exp(soft + (stiff - soft) * behind)
        young = np.where(self._case.callus, grown, self._case.young)
        return young, np.where(self._case.callus, 0.40 - 0.10 * behind, self._case.poisson)


class KineticSeries:
    """Days of the kinetic law in a band that was crushed to 0.75 of its height, with our own mixing rules."""

    def __init__(self, case: Case, n_points: int):
        self._case = case
        z = case.points[case.cells[:, :4]].mean(axis=1)[:, 2]
        self._bone = np.flatnonzero((case.young != 2500.0) & (case.young != 8000.0))
        density = 0.15 + 0.06 * np.sin(case.young[self._bone] / 80)
        none = np.zeros(len(self._bone))
        self._host = HostBone(QctDensity(density), none, none)
        crushed = np.abs(z[self._bone]) < 6
        self._compaction = np.where(crushed, 1 / 0.75, 1.0)
        self._fresh = TissueState.fresh(damage(self._compaction, crushed.astype(float)))
        self._days = np.linspace(0, 364, n_points)

    def moduli(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Young's modulus and Poisson's ratio of each cell at one time."""
        tissue = KineticLaw().advance(self._fresh, self._days[index])
        young = self._case.young.copy()
        young[self._bone] = mix(self._host, compaction=self._compaction, tissue=tissue).young
        return young, np.full(len(young), 0.3)


class SteppedSeries(KineticSeries):
    """Days of the kinetic law at which the modulus of the zone has changed by equal ratios; asked for in order."""

    def __init__(self, case: Case, n_points: int):
        super().__init__(case, n_points)
        crushed = self._compaction > 1
        self._days = np.linspace(0, 364, 27)
        zone = [np.log(self.moduli(i)[0][self._bone][crushed].mean()) for i in range(len(self._days))]
        travelled = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(zone)))])
        self._days = np.interp(np.linspace(0, travelled[-1], n_points), travelled, self._days)


KINDS = {"modulus": CallusSeries, "front": FrontSeries, "kinetic": KineticSeries, "stepped": SteppedSeries}


class History(Sequence):
    """A history by name; counts the `seconds` spent on making moduli, which are not the solvers' affair."""

    def __init__(self, kind: str, case: Case, n_points: int):
        self.seconds = 0.0
        self._n_points = n_points
        self._source = KINDS[kind](case, n_points)

    def __len__(self) -> int:
        """Count the times."""
        return self._n_points

    def __getitem__(self, index):
        """Young's modulus and Poisson's ratio of each cell at one time."""
        index = range(self._n_points)[index]
        start = clock()
        moduli = self._source.moduli(index)
        self.seconds += clock() - start
        return moduli
