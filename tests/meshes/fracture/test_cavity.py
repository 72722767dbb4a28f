"""Bone that a cavity pushes aside."""

import dataclasses

import numpy as np
import pytest

from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.cavity import Cavity
from vertebra.meshes.fracture.collapsing import CollapsingBody
from vertebra.meshes.fracture.crush import fit_to_band
from vertebra.meshes.fracture.shape import KINDS
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.placement import place_cement
from vertebra.meshes.quality import cell_volumes, inverted_cells
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.reading import read_surface

RULE = BandRule()
LOSS, PRESSED = 0.25, 1 / (1 - RULE.strain)


def kyphoplasty(bone, kind, share, volume_ml):
    """Mesh, compaction before the cavity, and the cavity of a body that has regained a share of its loss."""
    body = CollapsingBody.of(fit_to_band(bone, kind, LOSS, RULE), kind, RULE).stretched_from(LOSS)
    loss = LOSS * (1 - share)
    done = body.crushed(loss)
    placed = place_cement(dataclasses.replace(bone, points=done.points), volume_ml, zone=done.zone)
    done = body.pulled_back(loss, placed.points).crushed(loss)
    mesh = dataclasses.replace(bone, points=placed.points)
    distance = placed.shape.grown(placed.resolved.offset_mm).nearest(mesh.points)[0]
    return mesh, done.compaction, Cavity.of(mesh, placed.fraction, distance, done.compaction, RULE.strain)


def mineral_of(mesh, compaction, density):
    trabecular = 1 - mesh.shell_fraction - mesh.endplate_fraction
    return density * compaction * cell_volumes(mesh.points, mesh.cells) * trabecular


@pytest.fixture(scope="module", params=[1, 2])
def bone(request):
    return parametric_body("L1", 4.0, request.param, breaks=RULE.borders(LOSS))


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_cells_are_positive_and_mineral_is_conserved_in_any_field_of_density(bone, kind, share):
    mesh, compaction, cavity = kyphoplasty(bone, kind, share, 3.0)
    assert not len(inverted_cells(mesh.points, mesh.cells))
    assert cavity.volume_ml == pytest.approx(3.0, rel=0.005)
    density = np.random.default_rng(1).uniform(0.05, 0.2, mesh.n_cells)
    for field in (density, np.ones(mesh.n_cells)):
        mineral = mineral_of(mesh, compaction, field)
        packing = cavity.packing(mineral)
        assert packing @ mineral == pytest.approx(mineral.sum(), rel=1e-12)
        assert np.all(packing[cavity.emptied == 0] >= 1)
        assert np.all(packing[cavity.emptied == 1] == 0)
    densest = max(cavity.compaction, compaction.max())
    assert np.all(packing * compaction <= densest * (1 + 1e-6))  # of equal density everywhere


def test_the_shell_is_pressed_to_the_strain_of_a_band_and_no_thicker_than_needed(bone):
    mesh, compaction, cavity = kyphoplasty(bone, "wedge", 0.8, 2.0)
    assert cavity.compaction == pytest.approx(PRESSED, rel=1e-9)
    mineral = mineral_of(mesh, compaction, 1.0)
    pushed = cavity.emptied @ mineral
    taken = ((1 - cavity.emptied) * cavity.gain) @ mineral
    assert taken == pytest.approx(pushed, rel=1e-6)  # for equal density the gain is that of the shell
    smaller = kyphoplasty(bone, "wedge", 0.8, 1.0)[2]
    assert smaller.shell_mm < cavity.shell_mm
    assert smaller.shell_ml < cavity.shell_ml


def test_bone_that_the_body_has_no_room_for_is_pressed_further(bone):
    mesh, compaction, cavity = kyphoplasty(bone, "crush", 0.0, 4.0)
    assert cavity.compaction > PRESSED
    mineral = mineral_of(mesh, compaction, 1.0)
    assert cavity.packing(mineral) @ mineral == pytest.approx(mineral.sum(), rel=1e-12)


def test_without_bone_around_it_a_cavity_is_refused(bone):
    whole = np.where(bone.is_body, 1 - bone.shell_fraction - bone.endplate_fraction, 0.0)
    with pytest.raises(ValueError, match="smaller volume"):
        Cavity.of(bone, whole, -np.ones(bone.n_points), np.ones(bone.n_cells), RULE.strain)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "order"), [("L1_body", 1), ("L3_body", 2)])
def test_real_bodies(shared_data, name, order):
    body = align_body(read_surface(shared_data / "remus-lumbar" / f"{name}.obj", unit="m", axes="ALS"))
    layers = {"edge_mm": 4.0, "shell_mm": 0.5, "endplate_mm": 0.8}
    real, _ = fit_body(body, order=order, breaks=RULE.borders(LOSS), **layers)
    for kind in KINDS:
        for share in (0.0, 0.5, 1.0):
            mesh, compaction, cavity = kyphoplasty(real, kind, share, 3.0)
            assert not len(inverted_cells(mesh.points, mesh.cells))
            assert cavity.volume_ml == pytest.approx(3.0, rel=0.005)
            mineral = mineral_of(mesh, compaction, 1 + mesh.points[mesh.cells[:, 0], 2] ** 2)
            assert cavity.packing(mineral) @ mineral == pytest.approx(mineral.sum(), rel=1e-9)
