"""The healing law that a scenario asks for, at the pace of its patient."""

from vertebra.materials.cascade import PerfusionHistory
from vertebra.materials.curve import CurveLaw
from vertebra.materials.healing import HealingLaw
from vertebra.materials.inflammation import Inflammation
from vertebra.materials.kinetic import KineticLaw
from vertebra.materials.mechanoregulation import MechanoregulationLaw
from vertebra.scenarios.schema import Scenario

from .patient import effect_of_patient


def healing_law(scenario: Scenario, perfusion: PerfusionHistory | None = None) -> HealingLaw:
    """A law that is known in advance, for bone cells with the given vessels; without any all are perfused."""
    curve = scenario.healing.curve
    if curve is not None:
        return CurveLaw.from_points(curve.days, curve.shares, effect_of_patient(scenario).time_ratio)
    return _kinetic_law(scenario, perfusion)


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
    )
