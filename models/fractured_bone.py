"""The bone of a vertebra in one geometry: from density and tissue to modulus and strength."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from vertebra.materials.cement import RIM_MM, Composite, composite, interface_modulus
from vertebra.materials.cement_age import is_set, paste, replaced_by_bone
from vertebra.materials.damage import bearing_compaction, damage, modulus_loss
from vertebra.materials.ends import with_ends
from vertebra.materials.healing.patient.factors import PatientEffect
from vertebra.materials.mixture import HostBone, MixedProperties, MixtureConstants, bone_density, mix
from vertebra.materials.tissue import SHARES, TissueState
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

from .anatomy import Anatomy
from .geometry import Geometry
from .patient import effect_of_patient


@dataclass(frozen=True)
class FracturedBone:
    """What does not change with time about the bone in one geometry; arrays hold bone cells only.

    Attributes
    ----------
    host : HostBone
    compaction : ndarray, shape (b,) [-]
        Density over that before the fracture: old over new volume of each cell, times what the bone of a cavity adds.
    crushed_compaction : ndarray, shape (b,) [-]
        The same of the part of each cell that lies in the crushed band.
    emptied : ndarray, shape (b,) [-]
        Share of the trabecular bone of each cell that has been pushed out of a cavity.
    opened : ndarray, shape (b,) [-]
        Share of the crushed part of each cell that has opened where the band was stretched back.
    zone, territory : ndarray, shape (b,) [-]
        Share of each cell that lies in the band, and that is broken.
    gap : ndarray, shape (b,) [-]
        Volume fraction of each cell that is an empty cleft.
    cell_volume : ndarray, shape (b,) [mm3]
        After the crush.
    rim : ndarray, shape (b,) [-]
        Volume fraction of each cell in the bone next to cement.
    volume : ndarray, shape (b,) [mm3]
        Volume of the zone in each cell after the crush: the weights of zone means.
    is_bone : ndarray of bool, shape (m,)
    constants : MixtureConstants
        With the quality factors of the patient.
    ends : str
        What stands between bone and platens.
    patient : PatientEffect
        Whose treatment changes the density of the host bone with time.
    """

    host: HostBone
    compaction: np.ndarray
    crushed_compaction: np.ndarray
    emptied: np.ndarray
    opened: np.ndarray
    zone: np.ndarray
    territory: np.ndarray
    gap: np.ndarray
    cell_volume: np.ndarray
    rim: np.ndarray
    volume: np.ndarray
    is_bone: np.ndarray
    constants: MixtureConstants
    ends: str
    patient: PatientEffect

    @classmethod
    def of(
        cls, scenario: Scenario, anatomy: Anatomy, geometry: Geometry, patient: PatientEffect | None = None
    ) -> Self:
        """Collect what a scenario and its anatomy say about the bone.

        Parameters
        ----------
        scenario : Scenario
        anatomy : Anatomy
            Its density.
        geometry : Geometry
            One of the anatomy's.
        patient : PatientEffect, optional
            That of the scenario, where it is known already.
        """
        mesh = geometry.mesh
        is_bone = mesh.is_bone
        compaction, zone = geometry.compaction[is_bone], geometry.zone[is_bone]
        band, worst = geometry.band_compaction[is_bone], geometry.worst_compaction[is_bone]
        patient = effect_of_patient(scenario) if patient is None else patient
        volume = geometry.volume[is_bone]
        beside = (
            0.0 if scenario.bone.holds_moduli else 1.0
        )  # moduli of an image are those of all that a voxel holds
        host = HostBone(
            density=anatomy.density,
            shell_fraction=beside * mesh.shell_fraction[is_bone],
            endplate_fraction=beside * mesh.endplate_fraction[is_bone],
            law=scenario.bone.law,
            strength_law=scenario.bone.strength_law,
            anisotropy=scenario.bone.anisotropy,
            enclosed=anatomy.enclosed,
        )
        gap = geometry.cleft[is_bone]
        pressing, emptied = geometry.pushed_aside(anatomy.density.g_cm3)
        return cls(
            host=host,
            compaction=compaction * pressing,
            crushed_compaction=np.where(zone > 0, band, compaction) * pressing,
            emptied=emptied,
            opened=1 - band / worst,
            zone=zone,
            territory=damage(worst, zone),
            gap=gap,
            cell_volume=volume,
            rim=_rim(geometry)[is_bone],
            volume=zone * volume,
            is_bone=is_bone,
            constants=MixtureConstants(
                modulus_loss=modulus_loss(worst),
                modulus_quality=patient.modulus_quality,
                strength_quality=patient.strength_quality,
            ),
            ends=scenario.loading.ends,
            patient=patient,
        )

    def fresh(self) -> TissueState:
        """Tissue on day 0, before any healing and without cement."""
        return TissueState.fresh(self.territory, self.gap)

    def injected(self, before: TissueState, placed: CementPlacement) -> TissueState:
        """Tissue of the body before its cells followed the cement, in them and with the cement.

        Cells that come to lie in the crushed band hold the mean of the band; those that leave it are unbroken. What
        opens in a band that is stretched back is haematoma.
        """
        filled = placed.fraction[self.is_bone]
        settled = before.settled(self.territory, self.cell_volume)
        return settled.stretched(1 - self.opened).with_cement(filled)

    @property
    def repair(self) -> np.ndarray:
        """Share of each bone cell that is to be repaired; ndarray, shape (b,)."""
        return self.fresh().repair

    @property
    def scaffold(self) -> np.ndarray:
        """Density of the old bone in what is to be repaired, over that of the host, 0 in a cleft; (b,) [-]."""
        crushed = (1 - self.gap) * self.territory
        share = np.divide(crushed, self.repair, out=np.zeros_like(crushed), where=self.repair > 0)
        return self.crushed_compaction * share

    def host_on(self, day: float) -> HostBone:
        """Bone that is not repair tissue, on a day: its density follows the treatment of the patient."""
        ratio = self.patient.host_density(day)
        if ratio == 1:
            return self.host
        enclosed = None if self.host.enclosed is None else self.host.enclosed.times(ratio)
        return replace(self.host, density=self.host.density.times(ratio), enclosed=enclosed)

    def intact(self) -> MixedProperties:
        """Properties of all m cells of the uncrushed vertebra."""
        return self._everywhere(mix(self.host))

    def on_day(self, tissue: TissueState, cement: Cement | None) -> MixedProperties:
        """Properties of all m cells for a tissue state; `cement` says what its filled part is made of.

        Cement that has not set carries nothing: where it has filled bone, the bone is as without it.
        """
        host = self.host_on(tissue.day)
        filled = None if cement is None else _composite(host, cement, tissue.day)
        if cement is not None and filled is None:
            tissue = tissue.with_cement(np.zeros_like(tissue.cement))
        mixed = mix(
            host,
            compaction=bearing_compaction(self.crushed_compaction),
            zone=self.zone,
            tissue=tissue,
            cement=filled,
            constants=self.constants,
        )
        if cement is not None:
            interface = cement.interface or interface_modulus(cement.law)
            mixed = mixed.softened(self.rim, interface)
        return self._everywhere(mixed)

    def response(self, maturity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean Young's modulus of the zone with woven bone of growing mineral maturity, as far as it rises.

        Parameters
        ----------
        maturity : ndarray, shape (k,) [-]
            Increasing from 0, the same in all cells.

        Returns
        -------
        maturity, young : ndarray, shape (j,) [-], [MPa]
            With j at most k: what the cap of the mixture cuts off is left out.
        """
        fresh = self.fresh()
        young = []
        for share in maturity:
            tissue = np.zeros_like(fresh.shares)
            tissue[SHARES.index("granulation")], tissue[SHARES.index("woven")] = 1 - share, share
            healed = fresh.healed_to(0.0, tissue, np.ones(1))
            young.append(self.zone_young(self.on_day(healed, None).young[self.is_bone]))
        rises = int(np.argmin(np.diff([*young, -np.inf]) > 0)) + 1
        return maturity[:rises], np.array(young[:rises])

    def density_mg_cm3(self, tissue: TissueState | None = None) -> np.ndarray:
        """Trabecular density of all m cells in the kind of the scenario; 0 in caps and in a cavity."""
        if tissue is None:
            state = self.host.density
        else:
            state = bone_density(self.host_on(tissue.day), self.compaction, tissue)
        everywhere = np.zeros(len(self.is_bone))
        everywhere[self.is_bone] = 1000 * state.g_cm3 * (1 - self.emptied)
        return everywhere

    def zone_mean(self, values: np.ndarray) -> float:
        """Volume-weighted mean of bone-cell values over the fracture zone; NaN without a fracture."""
        total = self.volume.sum()
        return float(self.volume @ values / total) if total > 0 else float("nan")

    def zone_young(self, young: np.ndarray) -> float:
        """Mean Young's modulus of the zone from that of the bone cells (b,); host bone beside it does not count [MPa].

        In a cell that a border of the zone cuts, zone and host act in series: 1 / E = z / E_zone + (1 - z) / E_host.
        """
        host = self._host_young
        cut = (self.zone > 0) & (self.zone < 1) & (young < host)
        inside = young.copy()
        z = self.zone[cut]
        inside[cut] = z / (1 / young[cut] - (1 - z) / host[cut])
        return self.zone_mean(inside)

    @cached_property
    def _host_young(self) -> np.ndarray:
        """Young's modulus of each bone cell before the fracture; ndarray, shape (b,) [MPa]."""
        return mix(self.host).young

    def in_zone(self, tissue: TissueState) -> TissueState:
        """Tissue of the part of each bone cell that lies in the zone."""
        share = np.divide(tissue.territory, self.zone, out=tissue.territory.copy(), where=self.zone > 0)
        return replace(tissue, territory=np.minimum(share, 1.0))

    def _everywhere(self, bone: MixedProperties) -> MixedProperties:
        return bone if self.is_bone.all() else with_ends(bone, self.is_bone, self.ends)


def _rim(geometry: Geometry) -> np.ndarray:
    """Volume fraction of each cell next to cement, (m,) [-]."""
    placed = geometry.cement
    return np.zeros(geometry.mesh.n_cells) if placed is None else placed.rim(geometry.mesh, RIM_MM)


def _composite(host: HostBone, cement: Cement, day: float) -> Composite | None:
    """Region filled with cement on a day, that of the injection or later; None where bone bears as without it."""
    pure, age = cement.pure, max(day - cement.day, 0.0)
    if not is_set(pure, age):
        return paste() if cement.law == "void_filled" else None
    bone = mix(host)
    return replaced_by_bone(composite(pure, cement.law, host_young=bone.young), pure, age, bone)
