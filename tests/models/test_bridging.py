"""Bridging of a fracture: paths of solid cells between the bone below and the bone above."""

import numpy as np
import pytest

from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.models.bridging import Bridge, Bridging


@pytest.fixture(scope="module")
def fracture():
    bone = parametric_body("L1", 4.0, 1, breaks=BandRule().borders(0.17))
    crushed = crush_body(bone, "crush", 0.17)
    volume = cell_volumes(crushed.mesh.points, crushed.mesh.cells)
    return crushed.mesh, crushed.zone, volume, Bridge.across(crushed.mesh, crushed.zone, volume)


def middle_of(mesh):
    return mesh.points[mesh.cells[:, :4]].mean(axis=1)


def test_a_healed_fracture_is_bridged_everywhere_and_a_fresh_one_nowhere(fracture):
    mesh, _, _, bridge = fracture
    assert bridge.share(np.ones(mesh.n_cells, dtype=bool)) == pytest.approx(1.0)
    assert bridge.share(np.zeros(mesh.n_cells, dtype=bool)) == 0.0


def test_solid_halves_that_do_not_touch_are_no_bridge(fracture):
    mesh, zone, _, bridge = fracture
    layers = np.unique(mesh.layer[zone > 0.5])
    assert bridge.share(mesh.layer != layers[len(layers) // 2]) == 0.0


def test_a_column_bridges_as_much_as_it_fills(fracture):
    mesh, zone, volume, bridge = fracture
    right = middle_of(mesh)[:, 0] > 5.0
    filled = volume[right & (zone > 0.5)].sum() / volume[zone > 0.5].sum()
    share = bridge.share(right)
    assert 0.95 * filled < share <= filled  # cells cut off at the slanted edge of the column do not count


def test_nothing_broken_has_no_bridge(fracture):
    mesh, _, volume, _ = fracture
    bridge = Bridge.across(mesh, np.zeros(mesh.n_cells), volume)
    assert np.isnan(bridge.share(np.ones(mesh.n_cells, dtype=bool)))


def test_contacts_lie_on_the_borders_of_the_zone(fracture):
    mesh, _, _, bridge = fracture
    height = mesh.zeta[mesh.cells[:, :4]][bridge.broken]
    low, high = BandRule().borders(0.17)
    assert bridge.below.any()
    assert bridge.above.any()
    assert height[bridge.below].min(axis=1) == pytest.approx(low, abs=1e-6)
    assert height[bridge.above].max(axis=1) == pytest.approx(high, abs=1e-6)


@pytest.mark.parametrize("crossing", [0.0, 0.4, 7.0, 12.3, 20.0])
def test_the_day_of_bridging_is_found_to_the_day(crossing):
    found = Bridging().between(0.0, 20.0, lambda day: 0.7 * (day >= crossing))
    assert crossing <= found.day <= crossing + 1
    assert found.first_path_day == found.day


def test_a_first_path_comes_before_the_bridge_and_stays_known():
    early = Bridging().between(0.0, 10.0, lambda day: 0.03 * day)
    assert early.first_path_day == 1.0
    assert np.isnan(early.day)
    late = early.between(10.0, 30.0, lambda day: 0.03 * day)
    assert late.first_path_day == 1.0
    assert late.day == 17.0  # first whole day with 0.03 day >= 0.5


def test_what_an_arm_had_before_its_injection_stays():
    before = Bridging(5.0, 30.0)
    assert before.before(7.0, Bridging(9.0, 20.0)) == Bridging(5.0, 20.0)


def test_a_stretch_of_a_day_and_a_rounding_is_searched_to_its_end():
    """From below 64 to above, `low + 1` rounds away from a day: the interval stays longer than one."""
    rng = np.random.default_rng(1)
    for low in 63 + rng.random(2000):
        high = low + 1
        found = Bridging().between(low, high, lambda day, high=high: float(day >= high))
        assert found.day == high
