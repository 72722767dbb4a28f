import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.band import STRAIN, BandRule, grow_band
from vertebra.meshes.fracture.band_share import share_below
from vertebra.meshes.fracture.columns import EndSurfaces
from vertebra.meshes.fracture.crush import crush, crush_body
from vertebra.meshes.fracture.shape import KINDS, CrushShape
from vertebra.meshes.parametric.body import level_names, parametric_body
from vertebra.meshes.quality import cell_volumes, inverted_cells


@pytest.fixture(scope="module", params=[1, 2])
def bone(request):
    return parametric_body("L1", 3.0, request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_mineral_is_conserved_and_cells_stay(bone, kind):
    crushed = crush_body(bone, kind, 0.17)
    assert crushed.mineral_error < 1e-12
    mass = crushed.compaction * cell_volumes(crushed.mesh.points, crushed.mesh.cells)
    assert mass == pytest.approx(cell_volumes(bone.points, bone.cells), rel=1e-12)
    assert crushed.mesh.cells is bone.cells
    assert len(inverted_cells(crushed.mesh.points, bone.cells)) == 0


@pytest.mark.parametrize("loss", [0.05, 0.17])
@pytest.mark.parametrize("kind", KINDS)
def test_bone_is_compacted_at_one_strain_and_in_the_band_only(bone, kind, loss):
    crushed = crush_body(bone, kind, loss)
    assert crushed.compaction[crushed.zone == 0] == pytest.approx(1, abs=0.06)
    inside = crushed.zone > 0.2
    assert inside.any()
    assert crushed.band_compaction[inside] == pytest.approx(1 / (1 - STRAIN), rel=0.01)
    assert crushed.band_compaction[crushed.zone == 0] == pytest.approx(1)
    # what the band loses is what the body loses
    old, new = (cell_volumes(m.points, m.cells) for m in (bone, crushed.mesh))
    band = float((crushed.zone * new) @ (crushed.band_compaction - 1))
    assert band == pytest.approx(old.sum() - new.sum(), rel=0.02)


def test_crush_lowers_everything_above_the_band_alike(bone):
    crushed = crush_body(bone, "crush", 0.17)
    down = bone.points[:, 2] - crushed.mesh.points[:, 2]
    above, below = bone.zeta >= 0.85, bone.zeta <= 0.15
    assert down[above] == pytest.approx(np.full(above.sum(), crushed.loss_mm))
    assert down[below] == pytest.approx(np.zeros(below.sum()))
    assert crushed.after.mean_mm == pytest.approx((1 - 0.17) * crushed.before.mean_mm)
    assert crushed.compaction[crushed.zone == 0] == pytest.approx(1, abs=1e-4)
    # 0.60 H of bone is squeezed into 0.43 H
    assert crushed.band_mm == pytest.approx(np.full(bone.n_points, 0.60 * crushed.before.mean_mm))


@pytest.mark.parametrize("kind", KINDS)
def test_a_deeper_fracture_widens_the_band_until_it_meets_the_endplates(bone, kind):
    shallow, deep = crush_body(bone, kind, 0.05), crush_body(bone, kind, 0.10)
    assert np.all(deep.band_mm >= shallow.band_mm)
    assert deep.band_mm.max() == pytest.approx(2 * shallow.band_mm.max())
    assert shallow.full is None
    full = crush_body(bone, kind, 0.40).full
    place = {"crush": "everywhere", "wedge": "in front", "biconcave": "in the middle"}[kind]
    assert full.place == place
    assert 0.2 < full.from_loss < 0.28
    assert crush_body(bone, kind, full.from_loss - 0.001).full is None
    assert crush_body(bone, kind, full.from_loss + 0.001).full is not None


def test_nothing_is_crushed_over_the_posterior_third_of_a_wedge(bone):
    crushed = crush_body(bone, "wedge", 0.3)
    end = bone.points[bone.node_sets["superior_endplate"]]
    third = end[:, 1].min() + np.ptp(end[:, 1]) / 3
    behind = (bone.points[bone.cells[:, :4], 1] <= third).all(axis=1)
    assert behind.any()
    assert (crushed.zone[behind] == 0).all()


def test_another_day_is_another_loss_of_the_same_intact_body(bone):
    shape, columns = CrushShape.of(bone, "wedge"), EndSurfaces.of(bone).columns(bone.points)
    days = []
    for loss in (0.10, 0.15, 0.20):
        loss_mm = shape.loss_mm(bone.points, loss)
        days.append(crush(bone, grow_band(columns, loss_mm, BandRule()), loss_mm, shape.from_above))
    assert days[1].points == pytest.approx(crush_body(bone, "wedge", 0.15).mesh.points)
    old = cell_volumes(bone.points, bone.cells)
    crushed = [old * day.zone * day.band_compaction / day.compaction for day in days]  # bone in the band
    assert np.all(crushed[1] >= crushed[0] - 1e-9)
    assert np.all(crushed[2] >= crushed[1] - 1e-9)


def test_wedge_loses_its_height_in_front_and_nothing_behind(bone):
    crushed = crush_body(bone, "wedge", 0.2)
    assert crushed.after.anterior_mm == pytest.approx(0.8 * crushed.before.anterior_mm)
    assert crushed.after.posterior_mm == pytest.approx(crushed.before.posterior_mm)
    end = bone.points[bone.node_sets["superior_endplate"]]
    third = end[:, 1].min() + np.ptp(end[:, 1]) / 3
    behind = bone.points[:, 1] <= third - 4
    assert crushed.mesh.points[behind] == pytest.approx(bone.points[behind])


def test_biconcave_sinks_both_endplates_in_the_middle_only(bone):
    crushed = crush_body(bone, "biconcave", 0.2)
    assert crushed.after.middle_mm == pytest.approx(0.8 * crushed.before.middle_mm, rel=0.01)
    assert crushed.after.anterior_mm == pytest.approx(crushed.before.anterior_mm, rel=0.002)
    assert crushed.after.posterior_mm == pytest.approx(crushed.before.posterior_mm, rel=0.002)
    down = bone.points[:, 2] - crushed.mesh.points[:, 2]
    upper, lower = (down[bone.node_sets[f"{side}_endplate"]] for side in ("superior", "inferior"))
    assert upper.max() == pytest.approx(-lower.min(), rel=0.02)


def test_a_band_that_cuts_cells_holds_as_much_bone_as_one_made_of_layers():
    flat = {"concavity_superior_mm": 0, "concavity_inferior_mm": 0}
    flat |= {"height_anterior_mm": 24, "height_posterior_mm": 24}
    held = []
    for breaks in ((0.2, 0.8), BandRule().borders(0.1)):
        mesh = parametric_body("L1", 3.0, 1, breaks=breaks, **flat)
        crushed = crush_body(mesh, "crush", 0.1)
        held.append(crushed.zone @ cell_volumes(crushed.mesh.points, mesh.cells))
        cut = (crushed.zone > 0.01) & (crushed.zone < 0.99)
        assert cut.any() == (breaks == (0.2, 0.8))
    assert held[0] == pytest.approx(held[1], rel=0.01)


def test_share_below_matches_sampling():
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 1, 4)
    weights = rng.dirichlet(np.ones(4), 200_000)
    for height in np.linspace(0, 1, 13):
        sampled = np.mean(weights @ values < height)
        assert share_below((values - height)[None])[0] == pytest.approx(sampled, abs=0.005)


@settings(max_examples=8, deadline=None)
@given(
    level=st.sampled_from(level_names()),
    kind=st.sampled_from(KINDS),
    loss=st.floats(0.05, 0.4),
    order=st.sampled_from([1, 2]),
)
def test_cells_stay_positive_at_every_level(level, kind, loss, order):
    mesh = parametric_body(level, 4.0, order)
    crushed = crush_body(mesh, kind, loss)
    assert len(inverted_cells(crushed.mesh.points, crushed.mesh.cells)) == 0


@pytest.mark.parametrize(
    ("kind", "loss", "rule", "message"),
    [
        ("burst", 0.17, BandRule(), "expected one of wedge, biconcave, crush"),
        ("crush", 17.0, BandRule(), "divided by 100"),
        ("crush", 0.49, BandRule(thickness_mm=10.0), "height_loss = 0.39 or less, or zone_mm up to 20"),
        (
            "crush",
            0.17,
            BandRule(centre=0.2, thickness_mm=14.0),
            r"zone_mm = 6\.\d or less, or move the centre",
        ),
        ("crush", 0.05, BandRule(thickness_mm=24.0), "reaches into a bony endplate"),
    ],
)
def test_refusals_say_what_to_do(bone, kind, loss, rule, message):
    with pytest.raises(ValueError, match=message):
        crush_body(bone, kind, loss, rule)


def test_caps_are_added_after_the_crush(bone):
    with pytest.raises(ValueError, match="Crush the body first"):
        crush_body(add_caps(bone), "crush", 0.17)
