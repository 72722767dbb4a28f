"""A vertebra, a disc and an equal neighbour: what follows from symmetry, from linearity and from more cement."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.fem.systems.platens import resultant
from vertebra.models.segment.beside import beside, equal_bone
from vertebra.models.segment.breaking import neighbour_test
from vertebra.models.segment.effects import deflections, disc_area, disc_pressure, effects
from vertebra.models.segment.record import neighbour_record
from vertebra.models.segment.tissue import UnitTissue
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow
ARM = "vertebroplasty"


@pytest.fixture(scope="module")
def vertebra():
    changes = (
        "mesh.parametric.edge_mm=4",
        "mesh.order=2",
        'neighbours.beside="both"',
        'bone.distribution="uniform"',
    )
    return VertebraModel.of(read_scenario("main", changes))


@pytest.fixture(scope="module")
def beside_intact(vertebra):
    return beside(vertebra, vertebra.intact(), "above")


@pytest.fixture(scope="module")
def by_modulus(vertebra):
    """Segments with the filled vertebra, its cement at shares of its modulus."""
    filled = vertebra.filled(ARM)
    fraction = vertebra.anatomy.cement[ARM].fraction
    geometry = vertebra.anatomy.treated[ARM]
    found = {}
    for modulus in (0.2, 1.0, 5.0):
        young = filled.properties.young * (1 + fraction * (modulus - 1))
        loaded = vertebra.loaded(geometry, replace(filled.properties, young=young))
        found[modulus] = beside(vertebra, loaded, "above")
    return found


def test_equal_bodies_do_the_same_to_each_other(beside_intact):
    unit, response = beside_intact.unit, beside_intact.response
    own, other = deflections(unit, response.displacement)
    assert own == pytest.approx(other, rel=0.02)  # the cut of prisms into tetrahedra has no mirror image
    both = [
        (response.stress[unit.of(name)][..., 2] * beside_intact.volume[unit.of(name)]).sum()
        for name in ("vertebra", "neighbour")
    ]
    assert both[0] == pytest.approx(both[1], rel=2e-3)


def test_the_axial_force_passes_from_platen_to_platen(beside_intact):
    unit = beside_intact.unit
    lower, upper = unit.platens
    for nodes, sign in ((lower, 1), (upper, -1)):
        force, _ = resultant(unit.points, beside_intact.response.reaction, nodes, np.zeros(3))
        assert force == pytest.approx([0, 0, sign], abs=1e-3)


def test_pressure_times_area_is_as_published_for_sound_discs(beside_intact):
    """1.3 to 1.5 times the load, to the digit (Wilke 1999: load 0.66 to 0.77 times pressure times area)."""
    assert 1.25 <= disc_pressure(beside_intact) * disc_area(beside_intact.unit) <= 1.55


def test_stiffer_cement_bends_its_endplate_less_and_that_of_the_neighbour_more(by_modulus):
    bends = np.array([deflections(each.unit, each.response.displacement) for each in by_modulus.values()])
    assert (np.diff(bends[:, 0]) < 0).all()
    assert (np.diff(bends[:, 1]) > 0).all()


def test_stiffer_cement_raises_pressure_and_lowers_the_load_of_the_neighbour(by_modulus, vertebra):
    capacity = vertebra.scenario.capacity
    found = [effects(each, capacity, 1000.0) for each in by_modulus.values()]
    assert sorted(found, key=lambda each: each["disc_pressure_MPa"]) == found
    assert sorted(found, key=lambda each: -each["adjacent_yield_N"]) == found


def test_fields_grow_with_the_load_and_loads_to_break_do_not(beside_intact, vertebra):
    capacity = vertebra.scenario.capacity
    one, three = (effects(beside_intact, capacity, load) for load in (1000.0, 3000.0))
    for name in one:
        factor = 1 if name in ("pressure_factor", "adjacent_yield_N", "adjacent_capacity_N") else 3
        assert three[name] == pytest.approx(factor * one[name], rel=1e-9), name


def test_a_free_platen_carries_no_moment(vertebra):
    free = vertebra.of_scenario(vertebra.scenario.with_values({"loading.rotation": "free"}))
    segment = beside(free, free.fresh(), "above")
    _, upper = segment.unit.platens
    pivot = free.specimen(free.anatomy.fractured).pivot
    joint = [*pivot[:2], segment.unit.points[upper, 2].mean()]
    force, moment = resultant(segment.unit.points, segment.response.reaction, upper, joint)
    assert force[2] == pytest.approx(-1, rel=1e-3)
    assert moment[:2] == pytest.approx([0, 0], abs=1e-2)


def test_a_line_of_force_in_front_presses_the_front_of_the_neighbour(vertebra):
    forward = vertebra.scenario.with_values({"neighbours.forward_mm": 10.0})
    moved = vertebra.of_scenario(forward)
    segment = beside(moved, moved.intact(), "above")
    unit, (_, upper) = segment.unit, segment.unit.platens
    pivot = moved.specimen(moved.anatomy.intact).pivot
    line = np.array([pivot[0], pivot[1] + 10.0, unit.points[upper, 2].mean()])
    force, moment = resultant(unit.points, segment.response.reaction, upper, line)
    assert force[2] == pytest.approx(-1, rel=1e-3)
    assert moment[:2] == pytest.approx([0, 0], abs=1e-2)
    cells = np.flatnonzero(unit.of("neighbour"))
    place = unit.points[unit.cells[cells, :4]].mean(axis=1)[:, 1] - pivot[1]
    axial = segment.response.stress[cells, :, 2].mean(axis=1)
    assert axial[place > 10].mean() < axial[place < -8].mean()  # more compression in front


def test_bone_with_a_direction_is_refused(beside_intact, vertebra):
    bone = equal_bone(vertebra)
    directed = replace(bone, anisotropy="keaveny", aligned=np.ones(len(bone.young)))
    with pytest.raises(ValueError, match=r'bone.anisotropy = "none"'):
        UnitTissue.of(beside_intact.unit, bone, directed)


def test_a_record_says_why_there_is_none(vertebra):
    tight = vertebra.scenario.model_copy(
        update={"neighbours": vertebra.scenario.neighbours.model_copy(update={"disc_mm": 0.2})}
    )
    record = neighbour_record(vertebra.of_scenario(tight), vertebra.intact(), "above", 0)
    assert "Take a higher disc" in record["failed"]
    assert record["where"] == "above"


def test_a_neighbour_that_is_broken_bears_more_than_at_its_first_yield_and_less_than_between_caps(
    beside_intact, vertebra
):
    capacity = vertebra.scenario.capacity
    test = neighbour_test(beside_intact, capacity, largest_strain=0.01)
    force = test.curve.force
    assert force[1] / test.curve.amplitude[1] == pytest.approx(force[2] / test.curve.amplitude[2], rel=1e-3)
    assert test.shortening[-1] >= 0.01 * test.height_mm
    assert effects(beside_intact, capacity, 1.0)["adjacent_yield_N"] < test.ultimate_N
    assert test.ultimate_N < 1.05 * vertebra.intact().capacity
    bone = beside_intact.unit.of("vertebra")
    assert np.abs(test.curve.plastic[bone]).max() == 0
    assert np.abs(test.curve.plastic[beside_intact.unit.of("neighbour")]).max() > 0


def test_the_neighbour_keeps_its_denser_half_above(vertebra):
    """Regional bone is a fifth less dense below: the neighbour above has that half at the disc, the one below not."""
    regional = vertebra.of_scenario(vertebra.scenario.with_values({"bone.distribution": "regional"}))
    own = regional.bone(regional.anatomy.intact).intact().young
    mesh = regional.anatomy.intact.mesh
    bone = mesh.is_bone
    core = mesh.in_region("trabecular")[bone]
    height = mesh.zeta[mesh.cells[bone, :4]].mean(axis=1)
    upper, lower = core & (height > 0.7), core & (height < 0.3)
    given = equal_bone(regional).young
    assert own[bone][upper].mean() > 1.1 * own[bone][lower].mean()
    # in the mirror the cells of the upper half are those of the lower one
    assert given[lower].mean() == pytest.approx(own[bone][upper].mean(), rel=0.02)
    assert given[upper].mean() == pytest.approx(own[bone][lower].mean(), rel=0.02)
