"""Loads of activities."""

import pytest

from vertebra.loads.activity import activities, activity_load, activity_row, level_row, reference_mass_row
from vertebra.loads.spinal_level import POSTURES, mass_above, moment_share

PUBLISHED = {"standing": 600, "sit_to_stand": 850, "lifting_10kg": 1250, "stooped_lift_20kg": 3000}


@pytest.mark.parametrize(("name", "load"), PUBLISHED.items())
def test_load_at_the_reference_mass_is_the_published_one(name, load):
    assert activity_load(name, reference_mass_row().value) == pytest.approx(load)


@pytest.mark.parametrize("name", activities())
def test_load_at_the_level_of_its_source_is_that_of_the_table(name):
    row = activity_row(name).parameters
    assert activity_load(name, 70) == activity_load(name, 70, row["level"]) == pytest.approx(row["load_N"])


def test_body_and_lifted_part_scale_on_their_own_from_level_to_level():
    row = activity_row("lifting_20kg_close").parameters
    body, weight = row["body_share"] * row["load_N"], (1 - row["body_share"]) * row["load_N"]
    expected = body * 35 / 70 * mass_above("T12") / mass_above("L4-L5") + weight
    assert activity_load("lifting_20kg_close", 35, "T12") == pytest.approx(expected)


def test_lifting_loads_the_lower_spine_more():
    loads = [activity_load("stooped_lift_20kg", 70, level) for level in ("T11", "L1", "L4")]
    assert loads == sorted(loads)
    assert loads[1] / loads[2] == pytest.approx(moment_share("L1") / moment_share("L4"))


@pytest.mark.parametrize("name", activities())
def test_every_posture_but_lying_has_a_law_with_a_source(name):
    posture = activity_row(name).parameters["posture"]
    assert posture in POSTURES
    assert (level_row(posture) is None) == (posture == "recumbent")


def test_the_yardstick_of_lifting_at_work_does_not_depend_on_the_body():
    assert activity_load("niosh_limit", 40) == activity_load("niosh_limit", 120) == 3400


def test_load_of_the_body_alone_is_proportional_to_mass():
    assert activity_load("standing", 35) == pytest.approx(600 / 2)


def test_the_lifted_part_does_not_grow_with_the_body():
    share = activity_row("stooped_lift_20kg").parameters["body_share"]
    assert activity_load("stooped_lift_20kg", 140) == pytest.approx(3000 * (1 + share))


def test_activities_are_listed_lightest_first_with_sources():
    loads = [activity_row(name).parameters["load_N"] for name in activities()]
    assert loads == sorted(loads)
    assert all(activity_row(name).source for name in activities())


def test_unknown_activity_names_the_known_ones():
    with pytest.raises(ValueError, match=r"'running' is not known: expected one of lying"):
        activity_load("running", 70)
