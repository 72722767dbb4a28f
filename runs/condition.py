"""The mechanical condition of the vertebra on a day: from density and tissue to modulus and strength."""

from dataclasses import dataclass

import numpy as np

from vertebra.materials.cement import Composite, composite
from vertebra.materials.curve import CurveLaw
from vertebra.materials.damage import damage
from vertebra.materials.density import (
    ApparentDensity,
    AshDensity,
    Density,
    QctDensity,
    to_apparent,
    to_ash,
    to_qct,
)
from vertebra.materials.ends import with_ends
from vertebra.materials.factors import Patient, PatientEffect, patient_effect
from vertebra.materials.healing import HealingLaw
from vertebra.materials.kinetic import KineticLaw
from vertebra.materials.mixture import HostBone, MixedProperties, MixtureConstants, bone_density, mix
from vertebra.materials.tissue import TissueState
from vertebra.scenarios.anatomy_section import Bone
from vertebra.scenarios.healing_section import Cement
from vertebra.scenarios.schema import Scenario

from .anatomy import Anatomy


@dataclass(frozen=True)
class Condition:
    """What does not change with time about the bone of a scenario; arrays hold bone cells only.

    Attributes
    ----------
    host : HostBone
    compaction, territory : ndarray, shape (b,) [-]
        Of the crush.
    volume : ndarray, shape (b,) [mm3]
        Volume of the zone in each cell after the crush: the weights of zone means.
    is_bone : ndarray of bool, shape (m,)
    constants : MixtureConstants
        With the quality factors of the patient.
    ends : str
        What stands between bone and platens.
    """

    host: HostBone
    compaction: np.ndarray
    territory: np.ndarray
    volume: np.ndarray
    is_bone: np.ndarray
    constants: MixtureConstants
    ends: str

    @classmethod
    def of(cls, scenario: Scenario, anatomy: Anatomy, volume: np.ndarray) -> "Condition":
        """Collect what a scenario and its anatomy say about the bone.

        Parameters
        ----------
        scenario : Scenario
        anatomy : Anatomy
        volume : ndarray, shape (m,) [mm3]
            Cell volumes of the fractured mesh.
        """
        mesh = anatomy.fractured
        is_bone = mesh.is_bone
        compaction, zone = anatomy.compaction[is_bone], anatomy.zone[is_bone]
        patient = effect_of_patient(scenario)
        host = HostBone(
            density=_density(scenario.bone, int(is_bone.sum())),
            shell_fraction=mesh.shell_fraction[is_bone],
            endplate_fraction=mesh.endplate_fraction[is_bone],
            law=scenario.bone.law,
        )
        return cls(
            host=host,
            compaction=compaction,
            territory=damage(compaction, zone),
            volume=zone * volume[is_bone],
            is_bone=is_bone,
            constants=MixtureConstants(
                modulus_quality=patient.modulus_quality, strength_quality=patient.strength_quality
            ),
            ends=scenario.loading.ends,
        )

    def fresh(self) -> TissueState:
        """Tissue on day 0, before any healing and without cement."""
        return TissueState.fresh(self.territory)

    def intact(self) -> MixedProperties:
        """Properties of all m cells of the uncrushed vertebra."""
        return self._everywhere(mix(self.host))

    def on_day(self, tissue: TissueState, cement: Cement | None) -> MixedProperties:
        """Properties of all m cells for a tissue state; `cement` says what its filled part is made of."""
        mixed = mix(
            self.host,
            compaction=self.compaction,
            tissue=tissue,
            cement=None if cement is None else self._composite(cement),
            constants=self.constants,
        )
        return self._everywhere(mixed)

    def density_mg_cm3(self, tissue: TissueState | None = None) -> np.ndarray:
        """Trabecular density of all m cells in the kind of the scenario; 0 in caps."""
        state = self.host.density if tissue is None else bone_density(self.host, self.compaction, tissue)
        everywhere = np.zeros(len(self.is_bone))
        everywhere[self.is_bone] = 1000 * state.g_cm3
        return everywhere

    def zone_mean(self, values: np.ndarray) -> float:
        """Volume-weighted mean of bone-cell values over the fracture zone; NaN without a fracture."""
        total = self.volume.sum()
        return float(self.volume @ values / total) if total > 0 else float("nan")

    def _composite(self, cement: Cement) -> Composite:
        return composite(cement.product, cement.composite, host_young=mix(self.host).young)

    def _everywhere(self, bone: MixedProperties) -> MixedProperties:
        return bone if self.is_bone.all() else with_ends(bone, self.is_bone, self.ends)


def check_compaction(scenario: Scenario, anatomy: Anatomy) -> None:
    """Refuse a crush that would press bone denser than bone can be.

    Raises
    ------
    ValueError
    """
    most = float(anatomy.compaction.max())
    host = _density(scenario.bone, 1)
    try:
        for convert in (to_qct, to_ash, to_apparent):
            convert(host.times(most))
    except ValueError as error:
        message = (
            f"fracture.height_loss: found bone of {1000 * host.g_cm3[0]:g} mg/cm3 compacted {most:.1f} times, "
            "expected no more than solid bone. Lower fracture.height_loss or the density, or take a larger "
            "fracture.zone_mm."
        )
        raise ValueError(message) from error


def effect_of_patient(scenario: Scenario) -> PatientEffect:
    """How the patient of a scenario slows healing and weakens repair tissue."""
    return patient_effect(known_patient(scenario))


def known_patient(scenario: Scenario) -> Patient:
    """The patient of a scenario; osteoporosis is read from the density where the scenario says so."""
    density = to_qct(_density(scenario.bone, 1)).g_cm3[0]
    return scenario.patient.known(density_qct_g_cm3=float(density))


def healing_law(scenario: Scenario) -> HealingLaw:
    """The healing law of a scenario, at the pace of its patient."""
    time_ratio = effect_of_patient(scenario).time_ratio
    curve = scenario.healing.curve
    if curve is None:
        return KineticLaw(time_ratio=time_ratio)
    return CurveLaw.from_points(curve.days, curve.shares, time_ratio)


def _density(bone: Bone, n_cells: int) -> Density:
    """One density for all cells, of the kind that the scenario names."""
    for kind, given in (
        (QctDensity, bone.density_qct_mg_cm3),
        (AshDensity, bone.density_ash_mg_cm3),
        (ApparentDensity, bone.density_apparent_mg_cm3),
    ):
        if given is not None:
            return kind.from_mg_cm3(np.full(n_cells, given))
    message = "bone holds no density"
    raise AssertionError(message)  # the schema refuses such a scenario
