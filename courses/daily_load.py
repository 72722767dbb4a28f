"""The load of the patient's days: bed rest, brace, return to activity."""

from vertebra.loads.activity import activity_load, brace_row, reference_mass_row
from vertebra.scenarios.loading_section import Phase
from vertebra.scenarios.schema import Scenario

ASSUMED_LEVEL = "L1"
"""Where the loads are taken for a surface of unknown level: the vertebra that breaks most often."""


def phase_on(scenario: Scenario, day: float) -> Phase:
    """Phase of rehabilitation that a day belongs to."""
    return [phase for phase in scenario.loading.phases if phase.from_day <= day][-1]


def daily_load(scenario: Scenario, day: float) -> float:
    """Compressive force of the heaviest thing the patient regularly does on a day.

    A brace takes its share of the load off while it is worn, in proportion to adherence (all the time unless
    the patient's is given).

    Returns
    -------
    float [N]
    """
    phase = phase_on(scenario, day)
    return load_of(scenario, phase.activity) * _left_by_brace(scenario, phase)


def upright_load(scenario: Scenario, day: float) -> float:
    """Compressive force of the hours that the patient spends upright on a day, less what a brace takes off it [N]."""
    phase = phase_on(scenario, day)
    return load_of(scenario, phase.upright_activity) * _left_by_brace(scenario, phase)


def lying_load(scenario: Scenario) -> float:
    """Compressive force of lying, under which a cleft stands open [N]."""
    return load_of(scenario, "lying")


def standing_load(scenario: Scenario) -> float:
    """Compressive force of standing, at which days are compared [N]."""
    return load_of(scenario, "standing")


def habitual_load(scenario: Scenario) -> float:
    """Compressive force that the patient's bone was used to before the fracture, and is at rest under [N].

    The heaviest activity of the last phase, to which the patient returns, and at least that of standing: a judgement. A
    patient who goes back to lifting has lifted before, so that bone is not laid down for it a second time.
    """
    return max(load_of(scenario, scenario.loading.phases[-1].activity), standing_load(scenario))


def load_of(scenario: Scenario, activity: str) -> float:
    """Compressive force of an activity for this patient, on the vertebra of the scenario [N]."""
    return activity_load(activity, body_mass(scenario), loaded_level(scenario))


def loaded_level(scenario: Scenario) -> str:
    """Level of the vertebra, L1 where the scenario does not tell."""
    return scenario.mesh.level or ASSUMED_LEVEL


def body_mass(scenario: Scenario) -> float:
    """Body mass of the patient, or that at which the table of activities holds [kg]."""
    mass = scenario.patient.body_mass_kg or reference_mass_row().value
    assert mass is not None  # the table holds it
    return mass


def _left_by_brace(scenario: Scenario, phase: Phase) -> float:
    """Share of the load that the brace of a phase leaves, by adherence (all the time unless given) [-]."""
    if not phase.brace:
        return 1.0
    left = brace_row().value
    assert left is not None  # the table holds it
    adherence = scenario.patient.brace_adherence
    return 1 - (1.0 if adherence is None else adherence) * (1 - left)
