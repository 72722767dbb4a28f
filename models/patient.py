"""What is known of the patient of a scenario, and what follows from it."""

from dataclasses import replace

from vertebra.materials.density import to_qct
from vertebra.materials.healing.patient.factors import PatientEffect, patient_effect
from vertebra.materials.healing.patient.non_union import NonUnion, Severity, non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.healing.patient.treatment import Treatment
from vertebra.scenarios.schema import Scenario

from .density import mean_density
from .imported.existing import known_fracture

_IN_BED = "lying"


def effect_of_patient(scenario: Scenario) -> PatientEffect:
    """How patient and treatment of a scenario change the pace of healing, repair tissue and host bone."""
    effect = patient_effect(known_patient(scenario), treatment=known_treatment(scenario))
    own = scenario.uncertainty
    if own.is_median:
        return effect
    return replace(
        effect,
        time_ratio=effect.time_ratio * own.pace_ratio,
        vessel_speed=effect.vessel_speed / (own.pace_ratio * own.vessel_ratio),
    )


def known_treatment(scenario: Scenario) -> Treatment:
    """The treatment of a scenario, and the stretches in bed: phases in which the patient does no more than lie."""
    given, phases = scenario.treatment, scenario.loading.phases
    ends = [*(float(phase.from_day) for phase in phases[1:]), float("inf")]
    rest = [
        (float(phase.from_day), end)
        for phase, end in zip(phases, ends, strict=True)
        if phase.activity == _IN_BED
    ]
    return Treatment(given.drug, float(given.from_day), given.adherence, tuple(rest))


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
            cleft_mm=fracture.cleft_mm,
            thoracolumbar=scenario.mesh.level in ("T11", "T12", "L1", "L2"),
        )
    return non_union_probability(known_patient(scenario), severity, treatment=known_treatment(scenario))
