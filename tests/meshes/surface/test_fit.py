from dataclasses import replace

import numpy as np
import pytest
from surfaces import UPRIGHT

from vertebra.meshes.parametric.structured import Divisions
from vertebra.meshes.quality import cell_volumes, mesh_quality
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.closed_surface import SurfaceError
from vertebra.meshes.surface.fit import area_samples, fit_body
from vertebra.meshes.surface.reading import read_surface
from vertebra.meshes.surface.synthetic import synthetic_body

pytestmark = pytest.mark.slow

LAYERS = {"shell_mm": 0.35, "endplate_mm": 0.5}


def test_samples_spread_evenly_over_area():
    corners = np.array([[(0.0, 0, 0), (3, 0, 0), (0, 3, 0)], [(3.0, 0, 0), (3, 1, 0), (0, 3, 0)]])
    points = area_samples(corners, 0.001)
    lower = points[:, 0] + points[:, 1] <= 3
    assert lower.mean() == pytest.approx(4.5 / 6.0, abs=0.01)
    assert points[lower].mean(axis=0) == pytest.approx([1, 1, 0], abs=0.01)


@pytest.mark.parametrize(("edge_mm", "order", "p95_mm"), [(3.0, 1, 0.3), (3.0, 2, 0.15), (2.0, 1, 0.2)])
def test_mesh_follows_a_smooth_body(edge_mm, order, p95_mm):
    mesh, report = fit_body(UPRIGHT, edge_mm=edge_mm, order=order, **LAYERS)
    assert mesh.order == order
    assert mesh_quality(mesh).n_inverted == 0
    assert report.surface_to_mesh_p95_mm < p95_mm
    assert report.mesh_to_surface_p95_mm < p95_mm
    assert report.surface_to_mesh_max_mm < 0.6
    volume = cell_volumes(mesh.points, mesh.cells).sum()
    assert report.volume_ratio == pytest.approx(volume / UPRIGHT.surface.volume, rel=0.01)
    assert 0.98 < report.volume_ratio < 1.0
    assert report.smooth_mm == 0
    assert "95 % of it within" in str(report)


def test_layers_are_as_thick_as_asked():
    mesh, _ = fit_body(UPRIGHT, edge_mm=3.0, order=1, **LAYERS)
    volume = cell_volumes(mesh.points, mesh.cells)
    area = np.linalg.norm(UPRIGHT.surface.area_normals, axis=1)
    steep = np.abs(UPRIGHT.surface.area_normals[:, 2]) < 0.7 * area
    assert volume[mesh.in_region("shell")].sum() == pytest.approx(0.35 * area[steep].sum(), rel=0.1)
    ends = volume[mesh.in_region("superior_endplate", "inferior_endplate")].sum()
    assert ends == pytest.approx(0.5 * area[~steep].sum(), rel=0.1)


def test_fit_does_not_depend_on_where_the_body_stood():
    turned = np.array([[1, 0, 0], [0, np.cos(0.2), -np.sin(0.2)], [0, np.sin(0.2), np.cos(0.2)]])
    surface = replace(UPRIGHT.surface, points=UPRIGHT.surface.points @ turned.T + 77)
    here, _ = fit_body(UPRIGHT, edge_mm=4.0, order=1, **LAYERS)
    there, report = fit_body(align_body(surface), edge_mm=4.0, order=1, **LAYERS)
    assert (here.cells == there.cells).all()
    assert there.points == pytest.approx(here.points, abs=0.05)
    assert report.tilt_deg == pytest.approx(np.degrees(0.2), abs=0.1)


def test_patients_of_one_division_share_their_topology():
    other = align_body(replace(synthetic_body(48, 8), points=synthetic_body(48, 8).points * [1.1, 0.95, 1.1]))
    same = {"edge_mm": 4.0, "order": 1, "divisions": Divisions(4, (2, 4, 2)), **LAYERS}
    meshes = [fit_body(body, **same)[0] for body in (UPRIGHT, other)]
    assert (meshes[0].cells == meshes[1].cells).all()
    assert not np.allclose(meshes[0].points, meshes[1].points)


def test_rough_surface_keeps_its_shape_with_straight_edges():
    points = UPRIGHT.surface.points
    rough = points + 0.6 * np.sin(points[:, [1, 2, 0]] / 0.7) * np.sin(points / 0.9)
    body = replace(UPRIGHT, surface=replace(UPRIGHT.surface, points=rough))
    mesh, report = fit_body(body, edge_mm=4.0, order=2, **LAYERS)
    assert mesh_quality(mesh).n_inverted == 0
    assert any("kept straight" in note for note in report.notes)
    assert report.smooth_mm == 0
    assert report.surface_to_mesh_p95_mm < 0.8
    clean, _ = fit_body(UPRIGHT, edge_mm=4.0, order=2, **LAYERS)
    assert (clean.cells == mesh.cells).all()
    for name, nodes in clean.node_sets.items():
        assert (mesh.node_sets[name] == nodes).all()


@pytest.mark.parametrize(("key", "value"), [("edge_mm", 9.0), ("shell_mm", 0.0), ("order", 3)])
def test_impossible_sizes_are_refused_as_such(key, value):
    sizes = {"edge_mm": 3.0, "order": 2, **LAYERS, key: value}
    with pytest.raises(ValueError, match=rf"^{key} = {value:g}: expected"):
        fit_body(UPRIGHT, **sizes)


def test_a_body_of_thin_air_is_refused_with_the_other_method():
    with pytest.raises(SurfaceError, match="tetwild"):
        fit_body(replace(UPRIGHT, is_whole=True), edge_mm=3.0, **LAYERS)


@pytest.mark.parametrize("name", ["L1_body", "L3_body"])
def test_real_bodies(shared_data, name):
    body = align_body(read_surface(shared_data / "remus-lumbar" / f"{name}.obj", unit="m", axes="ALS"))
    for edge_mm, order, p95_mm in ((4.0, 1, 0.25), (3.0, 2, 0.05)):
        mesh, report = fit_body(body, edge_mm=edge_mm, order=order, **LAYERS)
        assert mesh_quality(mesh).n_inverted == 0
        assert report.surface_to_mesh_p95_mm < p95_mm
        assert report.surface_to_mesh_max_mm < 0.5
        assert report.volume_ratio == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("file", ["remus-lumbar/L1_Schrumpfverpacken.obj", "clouthier-L3/L3_mean.ply"])
def test_real_whole_vertebrae_are_sent_to_the_other_method(shared_data, file):
    body = align_body(read_surface(shared_data / file, axes="ALS"))
    with pytest.raises(SurfaceError, match=r'method = "tetwild"'):
        fit_body(body, edge_mm=3.0, **LAYERS)
