"""What is known of the patient of a scenario, and what follows from it."""

from vertebra.materials.density import to_qct
from vertebra.materials.healing.patient.factors import PatientEffect, patient_effect
from vertebra.materials.healing.patient.non_union import NonUnion, Severity, non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.scenarios.schema import Scenario

from .density import mean_density
from .existing import known_fracture


def effect_of_patient(scenario: Scenario) -> PatientEffect:
    """How the patient of a scenario slows healing and weakens repair tissue."""
    return patient_effect(known_patient(scenario))


def known_patient(scenario: Scenario) -> Patient:
    """The patient of a scenario; osteoporosis is read from the density where the scenario says so."""
    density = to_qct(mean_density(scenario)).g_cm3[0]
    return scenario.patient.known(density_qct_g_cm3=float(density))


def non_union_chance(scenario: Scenario) -> NonUnion:
    """Chance of non-union of a fracture, from published odds; no part of the healing law."""
    fracture = known_fracture(scenario)
    severity = None
    if fracture is not None:
        assert fracture.height_loss is not None  # stated, or measured
        severity = Severity(
            height_loss=fracture.height_loss,
            both_endplates=fracture.type in ("biconcave", "crush"),
            posterior_wall=fracture.posterior_wall,
            cleft=fracture.cleft_mm is not None,
            thoracolumbar=scenario.mesh.level in ("T11", "T12", "L1", "L2"),
        )
    return non_union_probability(known_patient(scenario), severity)
