"""The band of crushed bone and where it meets the endplates."""

import numpy as np
import pytest

from vertebra.materials.damage import plateau_strain
from vertebra.meshes.fracture.band import STRAIN, THINNEST_MM, BandRule, grow_band, require_room
from vertebra.meshes.fracture.columns import REST_MM, Columns, EndSurfaces
from vertebra.meshes.fracture.full_band import find_full_band
from vertebra.meshes.parametric.body import parametric_body


def columns(height=24.0, n=3, rest=1.0):
    full = np.full(n, float(height))
    return Columns(0 * full, full, 0 * full + rest, full - rest)


def test_meshes_and_materials_grow_the_band_at_the_same_strain():
    assert plateau_strain() == pytest.approx(STRAIN)


def test_thickness_is_the_loss_over_the_strain_until_the_column_is_full():
    loss = np.array([0.0, 3.4, 6.8])
    band = grow_band(columns(), loss, BandRule())
    assert band.thickness == pytest.approx([0, 12, 22])  # 6.8 mm ask for 24 mm, 22 lie between the endplates
    assert band.strain == pytest.approx([0, STRAIN, 6.8 / 22])
    assert list(band.is_full) == [False, False, True]
    assert band.lower == pytest.approx([12, 6, 1])


def test_a_loss_that_no_trabecula_feels_crushes_nothing():
    loss = STRAIN * THINNEST_MM * np.array([0.99, 1.01, 0.0])
    assert list(grow_band(columns(), loss, BandRule()).thickness > 0) == [False, True, False]


def test_a_band_off_the_middle_grows_the_other_way_where_it_meets_an_endplate():
    band = grow_band(columns(), np.array([0.68, 2.72, 5.44]), BandRule(centre=0.25))
    assert band.thickness == pytest.approx([2.4, 9.6, 19.2])
    assert band.lower == pytest.approx([4.8, 1.2, 1.0])
    assert not band.is_full.any()


def test_a_given_thickness_is_uniform_and_its_strain_follows_the_loss():
    loss = np.array([0.0, 2.0, 4.0])
    band = grow_band(columns(), loss, BandRule(thickness_mm=10.0))
    assert band.thickness == pytest.approx(np.full(3, 10.0))
    assert band.strain == pytest.approx(loss / 10)


def test_borders_for_the_mesh_are_those_of_the_calibrated_crush():
    assert BandRule().borders(0.17) == (0.2, 0.8)
    assert BandRule().borders(0.4) == (0.1, 0.9)
    assert BandRule(centre=0.2).borders(0.17) == (0.1, 0.7)
    assert BandRule(thickness_mm=8.0).borders(0.17, 24.0) == pytest.approx((1 / 3, 2 / 3))
    with pytest.raises(ValueError, match="height_mm is missing"):
        BandRule(thickness_mm=8.0).borders(0.17)


@pytest.mark.parametrize("centre", [0.5, 0.3])
def test_the_largest_band_that_an_error_names_fits(centre):
    with pytest.raises(ValueError, match=r"zone_mm = (\d+\.\d) or less") as refused:
        require_room(columns(24.04), np.ones(3), BandRule(centre, thickness_mm=30.0), 0.05)
    named = float(str(refused.value).split("zone_mm = ")[1].split(" ")[0])
    require_room(columns(24.04), np.ones(3), BandRule(centre, thickness_mm=named), 0.05)
    with pytest.raises(ValueError, match="reaches into a bony endplate"):
        require_room(columns(24.04), np.ones(3), BandRule(centre, thickness_mm=named + 0.1), 0.05)
    assert ("towards 0.5" in str(refused.value)) == (centre != 0.5)


def test_the_largest_loss_that_an_error_names_fits():
    rule = BandRule(thickness_mm=10.0)
    with pytest.raises(ValueError, match=r"height_loss = 0.39 or less, or zone_mm up to 22.0"):
        require_room(columns(), np.full(3, 12.0), rule, 0.5)
    require_room(columns(), np.full(3, 0.39 * 24), rule, 0.39)


def test_end_surfaces_of_a_flat_body_are_its_planes():
    body = parametric_body(
        "L1",
        4.0,
        1,
        concavity_superior_mm=0,
        concavity_inferior_mm=0,
        height_anterior_mm=24,
        height_posterior_mm=24,
    )
    ends = EndSurfaces.of(body)
    assert ends.endplates_mm == pytest.approx((0.5, 0.5), rel=0.02)
    through = ends.columns(body.points)
    assert through.height == pytest.approx(np.full(body.n_points, 24.0))
    assert through.room == pytest.approx(np.full(body.n_points, 24 - 2 * (0.5 + REST_MM)), abs=0.03)
    middles, area = ends.section()
    assert len(middles) == len(area)
    rim = body.points[body.node_sets["superior_endplate"]]
    assert 0.7 * np.prod(np.ptp(rim[:, :2], axis=0)) < area.sum() < 0.85 * np.prod(np.ptp(rim[:, :2], axis=0))


def test_columns_follow_dished_and_tilted_ends():
    body = parametric_body("L1", 3.0, 1)
    through = EndSurfaces.of(body).columns(body.points)
    for side, ends in (("inferior", through.bottom), ("superior", through.top)):
        nodes = body.node_sets[f"{side}_endplate"]
        assert ends[nodes] == pytest.approx(body.points[nodes, 2])


def test_a_full_band_says_from_which_loss_and_where():
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9)))
    section, area = np.column_stack([x, y, 0 * x]), np.ones(81)
    through = columns(n=81)
    front = np.maximum(y, 0)

    def found(loss_mm, height_loss):
        return find_full_band(section, area, through, loss_mm, height_loss, BandRule())

    assert found(np.full(81, 6.0), 0.25) is None
    everywhere = found(np.full(81, 7.2), 0.30)
    assert everywhere.from_loss == pytest.approx(22 * STRAIN / 24)
    assert everywhere.share == 1
    assert everywhere.strain == pytest.approx(7.2 / 22)
    assert "everywhere" in str(everywhere)
    in_front = found(7.2 * front, 0.30)
    assert in_front.place == "in front"
    assert in_front.from_loss == pytest.approx(22 * STRAIN / 24)
    assert in_front.share == pytest.approx(1 / 4)
    middle = found(8.0 * np.maximum(1 - x**2 - y**2, 0) ** 2, 1 / 3)
    assert middle.place == "in the middle"
    assert find_full_band(section, area, through, 8 * front, 0.3, BandRule(thickness_mm=9.0)) is None
