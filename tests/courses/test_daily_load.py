"""The load of the patient's days."""

import pytest

from vertebra.courses.daily_load import daily_load, load_of, loaded_level, phase_on
from vertebra.loads.activity import activity_load, brace_row, reference_mass_row
from vertebra.scenarios.reading import ScenarioError, read_scenario

PHASES = (
    'loading.phases=[{from_day = 0, activity = "lying"}, {from_day = 7, activity = "standing", brace = true}, '
    '{from_day = 84, activity = "lifting_10kg"}]'
)


def scenario_with(*settings):
    return read_scenario("main", list(settings))


@pytest.mark.parametrize(
    ("day", "activity"),
    [(0, "lying"), (6.9, "lying"), (7, "standing"), (83, "standing"), (84, "lifting_10kg")],
)
def test_a_phase_holds_until_the_next_begins(day, activity):
    assert phase_on(scenario_with(PHASES), day).activity == activity


def test_without_phases_the_patient_stands():
    mass = reference_mass_row().value
    assert daily_load(scenario_with(), 100) == activity_load("standing", mass, "L1")


@pytest.mark.parametrize("level", ["T11", "L1", "L5"])
def test_loads_are_those_of_the_level_of_the_vertebra(level):
    scenario = scenario_with(f"mesh.parametric.level={level}", "patient.body_mass_kg=62")
    assert loaded_level(scenario) == level
    for name in ("standing", "stooped_lift_20kg"):
        assert load_of(scenario, name) == activity_load(name, 62, level)


def test_a_surface_is_loaded_as_an_l1_unless_its_level_is_told():
    unknown, told = (
        read_scenario("surface", given)
        for given in ([], ["mesh.surface.level=L4", "patient.body_mass_kg=70"])
    )
    assert load_of(unknown, "standing") == activity_load("standing", 70, "L1")
    assert load_of(told, "standing") == activity_load("standing", 70, "L4")


def test_load_grows_with_body_mass():
    light, heavy = (daily_load(scenario_with(f"patient.body_mass_kg={m}"), 1) for m in (50.0, 100.0))
    assert heavy == pytest.approx(2 * light)


@pytest.mark.parametrize("adherence", [None, 0.0, 0.5])
def test_a_brace_counts_as_much_as_it_is_worn(adherence):
    given = [] if adherence is None else [f"patient.brace_adherence={adherence}"]
    load = daily_load(scenario_with(PHASES, *given), 10)
    free = activity_load("standing", reference_mass_row().value, "L1")
    worn = 1.0 if adherence is None else adherence
    assert load == pytest.approx(free * (1 - worn * (1 - brace_row().value)))


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        ("[]", "no phase"),
        ("[{from_day = 3}]", "first from_day 3"),
        ("[{from_day = 0}, {from_day = 0}]", "from_day 0 after 0"),
        ('[{from_day = 0, activity = "flying"}]', "'flying'"),
    ],
)
def test_phases_that_make_no_schedule_are_refused(phases, found):
    with pytest.raises(ScenarioError, match=found):
        scenario_with(f"loading.phases={phases}")


def test_a_phase_after_the_last_day_is_refused():
    with pytest.raises(ScenarioError, match=r"from_day 84, expected at most 56, the last of healing.days"):
        scenario_with(PHASES, "healing.days=[0, 56]", "capacity.virtual_test=off")
