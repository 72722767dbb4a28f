"""A body at one loss after another."""

import dataclasses

import numpy as np
import pytest

from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.collapsing import CollapsingBody
from vertebra.meshes.fracture.crush import crush_body, fit_to_band
from vertebra.meshes.fracture.shape import KINDS
from vertebra.meshes.heights import body_heights
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.placement import place_cement
from vertebra.meshes.quality import cell_volumes, inverted_cells

RULE = BandRule()


@pytest.fixture(scope="module", params=[1, 2])
def bone(request):
    return parametric_body("L1", 4.0, request.param, breaks=RULE.borders(0.17))


@pytest.mark.parametrize("kind", KINDS)
def test_mineral_is_conserved_and_the_band_grows_at_every_loss(bone, kind):
    body = CollapsingBody.of(fit_to_band(bone, kind, 0.17, RULE), kind, RULE)
    first = crush_body(body.mesh, kind, 0.17, RULE)
    assert np.array_equal(body.crushed(0.17).points, first.mesh.points)
    before, zone = cell_volumes(body.mesh.points, bone.cells), np.zeros(bone.n_cells)
    heights = []
    for loss in (0.17, 0.22, 0.3, 0.4):
        done = body.crushed(loss)
        now = cell_volumes(done.points, bone.cells)
        assert now.min() > 0
        assert done.compaction * now == pytest.approx(before, rel=1e-12)
        if body.full_band(loss) is None:  # beyond, what is crushed shrinks beside what is not
            assert np.all(done.zone >= zone - 1e-6)
            zone = done.zone
        heights.append(body_heights(dataclasses.replace(bone, points=done.points)).mean_mm)
    assert np.all(np.diff(heights) < 0)


def test_the_loss_is_that_of_the_height_it_is_a_share_of(bone):
    body = CollapsingBody.of(fit_to_band(bone, "wedge", 0.17, RULE), "wedge", RULE)
    mesh = dataclasses.replace(bone, points=body.crushed(0.25).points)
    assert body_heights(mesh).anterior_mm == pytest.approx(0.75 * body.peak_mm)
    assert body.full_band(0.17) is None
    assert body.full_band(0.4).from_loss == pytest.approx(0.263, abs=0.02)


def test_a_mesh_that_follows_cement_is_crushed_further_from_where_it_stands(bone):
    body = CollapsingBody.of(fit_to_band(bone, "wedge", 0.17, RULE), "wedge", RULE)
    done = body.crushed(0.2)
    placed = place_cement(dataclasses.replace(bone, points=done.points), 4.0, zone=done.zone)
    moved = body.pulled_back(0.2, placed.points)
    again = moved.crushed(0.2)
    assert again.points == pytest.approx(placed.points, abs=1e-9)
    band = [each.zone @ cell_volumes(each.points, bone.cells) for each in (done, again)]
    assert band[1] == pytest.approx(band[0], rel=0.01)
    later = body_heights(dataclasses.replace(bone, points=moved.crushed(0.25).points))
    assert later.anterior_mm == pytest.approx(0.75 * body.peak_mm, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_stretched_back_regains_its_share_and_stays_broken(bone, kind):
    body = CollapsingBody.of(fit_to_band(bone, kind, 0.3, RULE), kind, RULE).stretched_from(0.3)
    before, intact = cell_volumes(body.mesh.points, bone.cells), body_heights(body.mesh)
    worst = body.crushed(0.3)
    lost = intact.anterior_mm, intact.middle_mm
    left = body_heights(dataclasses.replace(bone, points=worst.points))
    for share in (0.0, 0.2, 0.5, 0.9, 1.0):
        done = body.crushed(0.3 * (1 - share))
        assert not len(inverted_cells(done.points, bone.cells))
        now = cell_volumes(done.points, bone.cells)
        assert done.compaction * now == pytest.approx(before, rel=1e-9)
        assert done.worst_compaction == pytest.approx(worst.band_compaction, rel=0.06)
        straight = worst.points + share * (body.mesh.points - worst.points)
        assert done.points == pytest.approx(straight, abs=1e-9)
        heights = body_heights(dataclasses.replace(bone, points=done.points))
        found = heights.anterior_mm, heights.middle_mm
        for regained, whole, low in zip(found, lost, (left.anterior_mm, left.middle_mm), strict=True):
            assert regained - low == pytest.approx(share * (whole - low), abs=1e-9)
    assert np.all(body.crushed(0.0).band_compaction[worst.zone > 0] < worst.band_compaction[worst.zone > 0])


def test_a_body_that_is_lost_again_is_that_of_its_loss(bone):
    body = CollapsingBody.of(fit_to_band(bone, "wedge", 0.17, RULE), "wedge", RULE)
    restored = body.stretched_from(0.2)
    for loss in (0.2, 0.25):
        one, other = body.crushed(loss), restored.crushed(loss)
        for name in ("points", "zone", "band_compaction", "worst_compaction"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
    assert restored.stretched_from(0.1).deepest == 0.2


def test_cement_in_a_body_stretched_back_keeps_its_place(bone):
    body = CollapsingBody.of(fit_to_band(bone, "wedge", 0.3, RULE), "wedge", RULE).stretched_from(0.3)
    done = body.crushed(0.15)
    placed = place_cement(dataclasses.replace(bone, points=done.points), 4.0, zone=done.zone)
    again = body.pulled_back(0.15, placed.points).crushed(0.15)
    assert again.points == pytest.approx(placed.points, abs=1e-9)
