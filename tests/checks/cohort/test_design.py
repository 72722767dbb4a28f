"""The bodies of the virtual cohort: how many, how different, how balanced."""

from collections import Counter

import numpy as np
import pytest

from vertebra.checks.cohort import design as virtual_cohort
from vertebra.checks.cohort.density_field import KINDS
from vertebra.checks.cohort.design import FRACTURES, GROUPS, HALVES, bodies
from vertebra.meshes.parametric.body import level_names

TRAITS = ("level", "width", "depth", "height", "density_mg_cm3", "field")


def test_there_are_more_than_sixty_bodies_and_no_two_are_alike():
    assert len(bodies()) == sum(GROUPS.values()) > 60
    assert len({tuple(getattr(body, trait) for trait in TRAITS) for body in bodies()}) == len(bodies())
    assert len({body.name for body in bodies()}) == len(bodies())


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("half", HALVES)
def test_each_half_of_each_group_covers_fields_and_densities_evenly(group, half):
    mine = [body for body in bodies() if (body.group, body.half) == (group, half)]
    assert len(mine) == GROUPS[group] / 2
    count = Counter(body.field for body in mine)
    assert min(count[name] for name in KINDS) >= len(mine) // len(KINDS)
    low, high = virtual_cohort.DENSITY_MG_CM3
    place = np.sort([(body.density_mg_cm3 - low) / (high - low) for body in mine])
    np.testing.assert_allclose(place, (np.arange(len(mine)) + 0.5) / len(mine), atol=0.51 / len(mine))


@pytest.mark.parametrize("half", HALVES)
def test_each_half_holds_all_levels_and_fractures(half):
    mine = [body for body in bodies() if body.half == half]
    levels = Counter(body.level for body in mine)
    assert min(levels[name] for name in level_names()) >= 3
    fractures = Counter(body.fracture for body in mine if body.fracture)
    assert min(fractures[name] for name in FRACTURES) >= 7


def test_traits_go_with_the_groups():
    for body in bodies():
        assert (body.fracture in FRACTURES) == (body.group != "intact")
        assert (body.cement_ml > 0) == (body.group == "cemented")
        assert 0 <= body.cement_day <= body.day <= 365
    fractured = [body for body in bodies() if body.group == "fractured"]
    assert 0.2 < np.mean([body.day == 0 for body in fractured]) < 0.4
    cemented = [body for body in bodies() if body.group == "cemented"]
    assert 0.3 < np.mean([body.day == body.cement_day for body in cemented]) < 0.5
    assert {body.approach for body in cemented} == set(virtual_cohort.APPROACHES)


def test_the_bodies_are_the_same_in_every_process():
    """What is committed refers to them by name; numpy keeps its streams."""
    body = bodies()[0]
    assert (body.name, body.level, body.density_mg_cm3, body.field) == (
        "intact-fit-01",
        "L5",
        164.9,
        "smooth",
    )
