"""How tissue is carried from one station of a walk to the next: by the kinetic law, or by one that follows strain."""

from dataclasses import replace
from typing import Any, ClassVar, Protocol

import numpy as np

from vertebra.materials.density import to_apparent
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.laws.law import DailyLoad
from vertebra.materials.healing.laws.mechanoregulation import MechanoregulationLaw
from vertebra.materials.healing.processes.inflammation import Inflammation
from vertebra.materials.healing.processes.turnover import turn_over
from vertebra.materials.healing.processes.union import hindrance, verdict
from vertebra.materials.tissue import TissueState

from .ground import Ground
from .station import Station

_SAME_DAY = 1e-6


class Healer(Protocol):
    """Carries tissue, vessels and bridging of a station over some days.

    What an implementer keeps:

    1. A station is not edited; a new one comes back.
    2. What it needs to know of the mechanics comes as a load, solved for the station; healers that do not read
       strain get None.
    3. A step may end earlier than asked for, never later; a day of the halt is met exactly.
    """

    needs_strain: ClassVar[bool]

    @property
    def clock(self) -> Inflammation:
        """Inflammation of the patient."""
        ...

    def step(
        self, ground: Ground, station: Station, load: DailyLoad | None, ahead: float, halt: float
    ) -> Station:
        """Heal for at most `ahead` days; `halt` is the next day that must be met."""
        ...

    def verdict(self, ground: Ground, station: Station, load: DailyLoad | None) -> dict[str, Any]:
        """Union or not, where the law lets it emerge; otherwise empty."""
        ...


class KineticHealer:
    """The kinetic law, which knows no load."""

    needs_strain: ClassVar[bool] = False

    def __init__(self, law: KineticLaw):
        """Take the law of the patient; vessels come from the station."""
        self._law = law

    @property
    def clock(self) -> Inflammation:
        """Inflammation of the patient."""
        return self._law.clock

    def step(
        self, ground: Ground, station: Station, load: DailyLoad | None, ahead: float, halt: float
    ) -> Station:
        """Heal for `ahead` days."""
        tissue, day = station.tissue, station.day
        end = _met(day + ahead, halt)
        history, nodes = ground.vessels.history(station.vascularity, day, end)
        law = replace(self._law, perfusion=history)
        healed = replace(law.advance(tissue, end - day), day=end)

        def share_on(at: float) -> float:
            return ground.zone.bridged_share(healed if at == end else law.advance(tissue, at - day))

        return replace(
            station,
            tissue=healed,
            vascularity=nodes,
            bridging=station.bridging.between(day, end, share_on),
        )

    def verdict(self, ground: Ground, station: Station, load: DailyLoad | None) -> dict[str, Any]:
        """Nothing: in this law union is no result."""
        return {}


class StrainHealer:
    """The mechano-regulated law, with adaptation of remodelled bone to load."""

    needs_strain: ClassVar[bool] = True

    def __init__(self, law: MechanoregulationLaw, reference_energy: np.ndarray):
        """Take the law and what bone is used to.

        Parameters
        ----------
        law : MechanoregulationLaw
        reference_energy : ndarray, shape (b,) [MPa]
            Strain energy density of the bone cells of the intact vertebra under the load that the patient was used to.
        """
        self._law, self._reference_energy = law, reference_energy

    @property
    def clock(self) -> Inflammation:
        """Inflammation of the patient."""
        return self._law.kinetics.clock

    def step(
        self, ground: Ground, station: Station, load: DailyLoad | None, ahead: float, halt: float
    ) -> Station:
        """Heal as long as the strain of the start can be trusted."""
        assert load is not None  # this law reads strain
        tissue, bone, vessels = station.tissue, ground.bone, ground.vessels
        ahead = min(ahead, self._law.longest_step)
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
        return replace(
            station,
            tissue=replace(adapted, day=_met(adapted.day, halt)),
            vascularity=nodes,
            bridging=station.bridging.between(tissue.day, step.state.day, share_on),
            formed_mg=station.formed_mg + balance.formed,
            resorbed_mg=station.resorbed_mg + balance.resorbed,
            gained_mg=station.gained_mg + balance.gained,
            lost_mg=station.lost_mg + balance.lost,
        )

    def verdict(self, ground: Ground, station: Station, load: DailyLoad | None) -> dict[str, Any]:
        """Judge the fracture, or the cleft in it as long as that has not united."""
        assert load is not None  # this law reads strain
        tissue = station.tissue
        perfusion = ground.vessels.in_cells(station.vascularity)
        hindered = hindrance(tissue, self._law.differentiate(tissue, load), perfusion)
        bridged, place = ground.zone.bridged_share(tissue), _territory(ground, tissue)
        cleft, judged = ground.zone.cleft, "the broken bone"
        if cleft is not None and cleft.bridged(tissue) < bridged:
            bridged, place, judged = cleft.bridged(tissue), cleft.share * (1 - tissue.cement), "the cleft"
        said = verdict(bridged, hindered, place, tissue.day)
        return {
            "outcome": said.outcome,
            "reason": said.reason.replace("the broken bone", judged),
            "remodelling_formed_mg": station.formed_mg,
            "remodelling_resorbed_mg": station.resorbed_mg,
            "adaptation_gained_mg": station.gained_mg,
            "adaptation_lost_mg": station.lost_mg,
        }


def _territory(ground: Ground, tissue: TissueState) -> np.ndarray:
    """Volume of the territory of repair of each bone cell, cement aside, shape (b,) [mm3]."""
    return tissue.repair * (1 - tissue.cement) * ground.bone.cell_volume


def _met(day: float, halt: float) -> float:
    """The day itself, or that of the halt where it differs by rounding."""
    return float(halt) if abs(day - halt) < _SAME_DAY else day
