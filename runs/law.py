"""The healing law that a scenario asks for, at the pace of its patient."""

from vertebra.materials.curve import CurveLaw
from vertebra.materials.healing import HealingLaw
from vertebra.materials.inflammation import Inflammation
from vertebra.materials.kinetic import KineticLaw
from vertebra.scenarios.schema import Scenario

from .patient import effect_of_patient
from .perfusion import PerfusionHistory


def healing_law(scenario: Scenario, perfusion: PerfusionHistory | None = None) -> HealingLaw:
    """A law that is known in advance, for bone cells with the given vessels; without any all are perfused."""
    time_ratio = effect_of_patient(scenario).time_ratio
    curve = scenario.healing.curve
    if curve is not None:
        return CurveLaw.from_points(curve.days, curve.shares, time_ratio)
    return KineticLaw(time_ratio=time_ratio)


def inflammation_clock(scenario: Scenario) -> Inflammation:
    """Inflammation of the patient of a scenario."""
    return Inflammation().slowed(effect_of_patient(scenario).time_ratio)
