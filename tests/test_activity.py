"""Loads of activities."""

import pytest

from vertebra.scenarios.activity import activities, activity_load, activity_row, reference_mass_row

PUBLISHED = {"standing": 600, "sit_to_stand": 850, "lifting_10kg": 1250, "stooped_lift_20kg": 3000}


@pytest.mark.parametrize(("name", "load"), PUBLISHED.items())
def test_load_at_the_reference_mass_is_the_published_one(name, load):
    assert activity_load(name, reference_mass_row().value) == pytest.approx(load)


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
