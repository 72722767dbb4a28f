import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.meshes.fracture.crush import KINDS, _fraction_below, crush_body, zone_borders
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


@pytest.mark.parametrize("kind", KINDS)
def test_zone_is_made_of_whole_layers_and_takes_the_compaction(bone, kind):
    crushed = crush_body(bone, kind, 0.17)
    assert set(np.unique(crushed.zone)) == {0.0, 1.0}
    layers = [set(bone.layer[crushed.zone == z]) for z in (0, 1)]
    assert not layers[0] & layers[1]
    assert crushed.compaction[crushed.zone == 0] == pytest.approx(1, abs=0.05)
    assert crushed.compaction.max() > 1.2
    assert crushed.compaction.min() > 0.95


def test_crush_lowers_everything_above_the_zone_alike(bone):
    crushed = crush_body(bone, "crush", 0.17)
    down = bone.points[:, 2] - crushed.mesh.points[:, 2]
    above, below = bone.zeta >= 0.8, bone.zeta <= 0.2
    assert down[above] == pytest.approx(np.full(above.sum(), crushed.loss_mm))
    assert down[below] == pytest.approx(np.zeros(below.sum()))
    assert crushed.after.mean_mm == pytest.approx((1 - 0.17) * crushed.before.mean_mm)
    assert crushed.compaction[crushed.zone == 0] == pytest.approx(1)
    # 0.60 H of bone is squeezed into 0.43 H
    inside = crushed.zone == 1
    volume = cell_volumes(bone.points, bone.cells)[inside].sum()
    left = cell_volumes(crushed.mesh.points, bone.cells)[inside].sum()
    assert volume / left == pytest.approx(0.60 / (0.60 - 0.17), rel=0.02)


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


def test_unaligned_zone_gets_volume_fractions():
    mesh = parametric_body("L1", 3.0, 1, concavity_superior_mm=0, concavity_inferior_mm=0)
    crushed = crush_body(mesh, "crush", 0.1, centre=0.45, zone=0.5)
    assert np.any((crushed.zone > 0.1) & (crushed.zone < 0.9))
    aligned = parametric_body(
        "L1", 3.0, 1, breaks=(0.2, 0.7), concavity_superior_mm=0, concavity_inferior_mm=0
    )
    exact = crush_body(aligned, "crush", 0.1, centre=0.45, zone=0.5)
    volume = [c.zone @ cell_volumes(m.points, m.cells) for c, m in ((crushed, mesh), (exact, aligned))]
    assert volume[0] == pytest.approx(volume[1], rel=0.01)


def test_fraction_below_matches_sampling(bone):
    rng = np.random.default_rng(3)
    zeta = rng.uniform(0, 1, 4)
    mesh = dataclasses.replace(
        bone, points=np.zeros((4, 3)), cells=np.arange(4, dtype=np.int32)[None], zeta=zeta
    )
    weights = rng.dirichlet(np.ones(4), 200_000)
    for height in np.linspace(0, 1, 13):
        sampled = np.mean(weights @ zeta < height)
        assert _fraction_below(mesh, height)[0] == pytest.approx(sampled, abs=0.005)


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
    ("arguments", "message"),
    [
        (("burst", 0.17), "expected one of wedge, biconcave, crush"),
        (("crush", 17.0), "divided by 100"),
        (("crush", 0.49, 0.5, 0.4), "thicker zone or a smaller height_loss"),
        (("crush", 0.17, 0.2, 0.6), "Move its centre"),
        (("crush", 0.05, 0.5, 0.99), "reaches into a bony endplate"),
    ],
)
def test_refusals_say_what_to_do(bone, arguments, message):
    kind, loss, *place = arguments
    with pytest.raises(ValueError, match=message):
        crush_body(bone, kind, loss, **dict(zip(("centre", "zone"), place, strict=False)))


def test_zone_borders_are_the_default_breaks():
    assert zone_borders() == (0.2, 0.8)
