import numpy as np
import pytest
from surfaces import UPRIGHT

from vertebra.meshes.caps import add_caps
from vertebra.meshes.quality import mesh_quality
from vertebra.meshes.surface import tetwild
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import surface_distances
from vertebra.meshes.surface.reading import read_surface
from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.meshes.surface.tetwild import MeshingFailed, default_cache, tetrahedralize, tetwild_body
from vertebra.meshes.surface.topology import enclosed_volume

LAYERS = {"shell_mm": 0.35, "endplate_mm": 0.5}


@pytest.mark.slow
def test_body_is_meshed_once_and_kept(tmp_path, monkeypatch):
    body = align_body(synthetic_body(16, 3))
    here = set(tmp_path.parent.iterdir())
    said = []
    with tetwild.hearing_passes(said.append):
        mesh = tetwild_body(body, edge_mm=7.0, order=2, cache_dir=tmp_path, **LAYERS)
    assert said[0].startswith("meshing by fTetWild: ")
    assert said[1] == f"meshing by fTetWild: pass 1 of at most {tetwild.MOST_PASSES}"
    quality = mesh_quality(mesh)
    assert quality.n_inverted == 0
    assert sum(quality.volume_mm3.values()) == pytest.approx(body.surface.volume, rel=0.02)
    there, back = surface_distances(body.surface, mesh)
    assert max(np.percentile(there, 95), np.percentile(back, 95)) < 0.3
    assert mesh_quality(add_caps(mesh)).n_inverted == 0
    assert set(tmp_path.parent.iterdir()) == here  # the mesher's own files stay in its folder

    kept = list((tmp_path / "tetwild").iterdir())
    assert [file.suffix for file in kept] == [".npz"]

    def no_child(*_):
        message = "the kept mesh was not used"
        raise AssertionError(message)

    monkeypatch.setattr(tetwild, "_run_child", no_child)
    again = tetwild_body(
        align_body(synthetic_body(16, 3)), edge_mm=7.0, order=1, cache_dir=tmp_path, **LAYERS
    )
    assert (again.cells == mesh.cells[:, :4]).all()
    with pytest.raises(AssertionError):
        tetwild_body(body, edge_mm=5.0, cache_dir=tmp_path, **LAYERS)


def fake(points, cells):
    return lambda *_: (np.array(points, float), np.array(cells, np.int32))


CORNER = ([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [(0, 1, 2, 3)])


def test_damaged_or_forbidden_cache_does_no_harm(tmp_path, monkeypatch):
    surface = UPRIGHT.surface
    monkeypatch.setattr(tetwild, "_run_child", fake(*CORNER))
    tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path)
    (kept,) = (tmp_path / "tetwild").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    _, cells = tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path)
    assert len(cells) == 1
    (tmp_path / "file").write_text("not a folder")
    assert len(tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path / "file")[1]) == 1


def test_result_is_one_piece_of_positive_cells(tmp_path, monkeypatch):
    points = [*CORNER[0], (1, 1, 1), (5, 5, 5), (6, 5, 5), (5, 6, 5), (5, 5, 6)]
    monkeypatch.setattr(tetwild, "_run_child", fake(points, [(1, 0, 2, 3), (1, 2, 3, 4), (5, 6, 7, 8)]))
    points, cells = tetrahedralize(UPRIGHT.surface.points, UPRIGHT.surface.triangles, 4.0, cache_dir=tmp_path)
    assert len(points) == 5
    assert cells.shape == (2, 4)
    a, b, c, d = points[cells].transpose(1, 0, 2)
    assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) > 0).all()


def test_time_limit_and_crash_are_reported(tmp_path, monkeypatch):
    surface = UPRIGHT.surface
    with pytest.raises(MeshingFailed, match=r"did not finish within 0\.2 s .* Try another edge_mm"):
        tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path, time_limit_s=0.2)
    monkeypatch.setattr(tetwild, "_CHILD", "import sys; sys.exit('no wheel turned')")
    with pytest.raises(MeshingFailed, match="ended with status 1 and said: no wheel turned"):
        tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path)
    monkeypatch.setattr(tetwild, "_run_child", fake(np.zeros((0, 3)), np.zeros((0, 4))))
    with pytest.raises(MeshingFailed, match="empty mesh"):
        tetrahedralize(surface.points, surface.triangles, 4.0, cache_dir=tmp_path)
    assert not list(tmp_path.rglob("*.npz"))


@pytest.mark.parametrize(("key", "value"), [("edge_mm", 0.1), ("shell_mm", 0.0), ("order", 3)])
def test_impossible_sizes_are_refused(key, value, tmp_path):
    sizes = {"edge_mm": 3.0, **LAYERS, key: value}
    with pytest.raises(ValueError, match=rf"{key} = {value:g}: expected"):
        tetwild_body(UPRIGHT, cache_dir=tmp_path, **sizes)


def test_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("VERTEBRA_CACHE_DIR", str(tmp_path))
    assert default_cache() == tmp_path
    monkeypatch.delenv("VERTEBRA_CACHE_DIR")
    assert "vertebra" in default_cache().parts


@pytest.mark.slow
def test_crude_whole_vertebra_is_filled(shared_data, tmp_path):
    body = align_body(read_surface(shared_data / "myosim-lowpoly/lumbar1.stl", unit="m", axes="ASR"))
    mesh = tetwild_body(body, edge_mm=7.0, order=1, cache_dir=tmp_path, **LAYERS)
    assert mesh_quality(mesh).n_inverted == 0
    assert sum(mesh_quality(mesh).volume_mm3.values()) == pytest.approx(
        enclosed_volume(body.surface.points, body.surface.triangles), rel=0.02
    )
    assert (mesh.layer == -1).sum() > 100  # arch and processes belong to no section
