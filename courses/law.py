"""The healing law that a scenario asks for, at the pace of its patient."""

import numpy as np

from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.laws.curve import CurveLaw, ModulusCurveLaw
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.laws.law import HealingLaw
from vertebra.materials.healing.laws.mechanoregulation import MechanoregulationLaw
from vertebra.materials.healing.processes.inflammation import Inflammation
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.patient import effect_of_patient
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.schema import Scenario

_RESPONSE_POINTS = 51
"""Maturities at which the modulus of the zone is mixed; linear between them."""


def healing_law(
    scenario: Scenario, bone: FracturedBone, perfusion: PerfusionHistory | None = None
) -> HealingLaw:
    """A law that is known in advance.

    Parameters
    ----------
    scenario : Scenario
    bone : FracturedBone
        A curve of moduli is read with its mixture.
    perfusion : PerfusionHistory, optional
        Vessels of the bone cells; without any all are perfused.

    Raises
    ------
    ValueError
        For moduli that the zone cannot have.
    """
    curve = scenario.healing.curve
    if curve is None:
        return _kinetic_law(scenario, perfusion)
    effect = effect_of_patient(scenario)
    if not curve.young_MPa:
        return CurveLaw.from_points(curve.days, curve.shares, effect.time_ratio, effect.pace)
    maturity, response = bone.response(np.linspace(0, 1, _RESPONSE_POINTS))
    days, young = np.array(curve.days, dtype=float), np.array(curve.young_MPa)
    try:
        return ModulusCurveLaw(days, young, maturity, response, effect.time_ratio, effect.pace)
    except ValueError as error:
        message = f"healing.curve.young_MPa: {error}"
        raise ValueError(message) from error


def check_law(vertebra: VertebraModel) -> None:
    """Refuse a curve of moduli that the zone cannot have, before anything is solved.

    Raises
    ------
    ValueError
    """
    scenario = vertebra.scenario
    if scenario.fracture is not None and scenario.healing.curve is not None:
        healing_law(scenario, vertebra.bone(vertebra.anatomy.fractured))


def strain_law(scenario: Scenario) -> MechanoregulationLaw:
    """The law that follows strain, at the rates of the kinetic law; its vessels are given step by step."""
    return MechanoregulationLaw(
        kinetics=_kinetic_law(scenario, None), rule=scenario.healing.rule or "prendergast"
    )


def inflammation_clock(scenario: Scenario) -> Inflammation:
    """Inflammation of the patient of a scenario."""
    return _kinetic_law(scenario, None).clock


def _kinetic_law(scenario: Scenario, perfusion: PerfusionHistory | None) -> KineticLaw:
    effect = effect_of_patient(scenario)
    return KineticLaw(
        endochondral_share=scenario.healing.endochondral_share,
        perfusion=perfusion,
        inflammation=effect.inflammation,
        time_ratio=effect.time_ratio,
        bone_share=float(scenario.uncertainty.unites),
    )
