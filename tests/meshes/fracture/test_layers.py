"""Layers that follow the borders of the crushed band."""

import numpy as np
import pytest

from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.crush import crush_body, fit_to_band
from vertebra.meshes.fracture.shape import KINDS
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.parametric.levels import stacked_nodes
from vertebra.meshes.quality import cell_volumes, inverted_cells
from vertebra.meshes.shapes import box
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.tetmesh import TetMesh


def built(kind, loss, order=1, edge_mm=3.0):
    body = parametric_body("L1", edge_mm, order, breaks=BandRule().borders(loss))
    return body, fit_to_band(body, kind, loss)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("loss", [0.05, 0.17, 0.30])
def test_a_crush_is_made_of_whole_cells(loss, order):
    _, fitted = built("crush", loss, order)
    crushed = crush_body(fitted, "crush", loss)
    assert set(np.unique(crushed.zone)) == {0.0, 1.0}
    layers = [set(fitted.layer[crushed.zone == z]) for z in (0, 1)]
    assert not (layers[0] - {-1}) & layers[1]


@pytest.mark.parametrize("kind", ["wedge", "biconcave"])
def test_most_of_a_tapering_band_is_made_of_whole_cells(kind):
    shares = []
    for body in built(kind, 0.17):
        crushed = crush_body(body, kind, 0.17)
        inside = crushed.zone * cell_volumes(crushed.mesh.points, body.cells)
        shares.append(inside[crushed.zone == 1].sum() / inside.sum())
    assert shares[1] > 0.8
    assert shares[1] > shares[0] + 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_topology_ends_and_labels_stay_and_cells_are_positive(kind):
    for order in (1, 2):
        body, fitted = built(kind, 0.25, order)
        assert fitted.cells is body.cells
        assert fitted.zeta is body.zeta
        assert len(inverted_cells(fitted.points, fitted.cells)) == 0
        ends = np.concatenate([body.node_sets[f"{side}_endplate"] for side in ("inferior", "superior")])
        assert fitted.points[ends] == pytest.approx(body.points[ends])
        volume = [cell_volumes(mesh.points, mesh.cells).sum() for mesh in (body, fitted)]
        assert volume[1] == pytest.approx(volume[0], rel=0.003)
        shell = [cell_volumes(m.points, m.cells)[m.in_region("shell")].sum() for m in (body, fitted)]
        assert shell[1] == pytest.approx(shell[0], rel=0.01)


def test_levels_are_those_of_the_stack():
    body = parametric_body("L1", 4.0, 2)
    stacked = stacked_nodes(body)
    assert stacked.shape == (
        body.layer.max() + 4,
        len(np.unique(body.cells[:, :4])) // (body.layer.max() + 4),
    )
    assert np.all(np.diff(body.points[stacked, 2], axis=0) > 0)
    assert set(stacked[0]) <= set(body.node_sets["inferior_endplate"])


def test_other_meshes_stay_as_they_are():
    points, cells = box((20.0, 20.0, 24.0), (5, 5, 6), order=1)
    n, m = len(points), len(cells)
    zeta = points[:, 2] / 24
    sets = {"inferior_endplate": np.flatnonzero(zeta == 0), "superior_endplate": np.flatnonzero(zeta == 1)}
    sets["wall"] = np.unique(outer_faces(cells)[0])
    region = np.zeros(m, np.int8)
    layer = np.minimum(zeta[cells].mean(axis=1) * 6, 5).astype(np.int16)
    mesh = TetMesh(points, cells, region, zeta, layer, np.zeros(m), np.zeros(m), sets)
    order = np.random.default_rng(1).permutation(n)
    new = np.argsort(order)
    mixed = TetMesh(
        points[order],
        new[cells].astype(np.int32),
        region,
        zeta[order],
        layer,
        np.zeros(m),
        np.zeros(m),
        {name: np.sort(new[nodes]) for name, nodes in sets.items()},
    )
    assert stacked_nodes(mixed) is None
    assert fit_to_band(mixed, "wedge", 0.2) is mixed
    crushed = [crush_body(body, "wedge", 0.2) for body in (mesh, mixed)]
    assert crushed[0].zone == pytest.approx(crushed[1].zone)
    assert crushed[0].zone.max() > 0.9
