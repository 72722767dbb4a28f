"""Neighbours beyond a disc: what may be asked together with them."""

import pytest

from vertebra.materials.bone import anisotropies
from vertebra.scenarios.reading import ScenarioError, read_scenario


@pytest.mark.parametrize(
    ("beside", "places"),
    [("none", ()), ("above", ("above",)), ("below", ("below",)), ("both", ("above", "below"))],
)
def test_places_of_neighbours(beside, places):
    assert read_scenario("main", (f'neighbours.beside="{beside}"',)).neighbours.places == places


def test_there_is_none_unless_asked():
    assert read_scenario("main", ()).neighbours.places == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (('neighbours.beside="above"', "mesh.order=1"), "Set mesh.order = 2"),
        (('neighbours.beside="both"', 'bone.anisotropy="keaveny"'), "the anulus is the one material"),
        (("neighbours.disc_mm=9",), 'found disc_mm with beside "none"'),
        (('neighbours.beside="left"',), "above"),
        (('neighbours.beside="above"', "neighbours.disc_mm=2"), "at least 3"),
    ],
)
def test_what_has_no_meaning_is_refused(changes, message):
    named = tuple(each.replace("keaveny", anisotropies()[-1]) for each in changes)
    with pytest.raises(ScenarioError) as caught:
        read_scenario("main", named)
    assert message in " ".join(str(caught.value).split())
