"""VTP as VTK writes it, and files that only look like it."""

import numpy as np
import pytest
import pyvista
from surfaces import BOX, BOX_MM3, SIDES, enclosed

from vertebra.meshes.files.refusal import UnreadableFile
from vertebra.meshes.files.vtp import read_vtp


@pytest.fixture
def box():
    return pyvista.PolyData(BOX, faces=np.insert(SIDES, 0, 4, axis=1).ravel())


@pytest.mark.parametrize("is_binary", [True, False])
def test_polygons_are_read(box, is_binary, tmp_path):
    box.save(tmp_path / "box.vtp", binary=is_binary)
    assert enclosed(read_vtp(tmp_path / "box.vtp")) == pytest.approx(BOX_MM3, rel=1e-12)


def test_strips_are_read(box, tmp_path):
    strips = box.triangulate().strip()
    assert strips.n_strips > 0
    strips.save(tmp_path / "box.vtp")
    assert enclosed(read_vtp(tmp_path / "box.vtp")) == pytest.approx(BOX_MM3, rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'NumberOfPoints="8"',
            'NumberOfPoints="2000000000"',
            "announces 2000000000 points, too many for its",
        ),
        ('NumberOfPolys="6"', 'NumberOfPolys="2000000000"', "announces 2000000000 polys, too many for its"),
        ('NumberOfPoints="8"', 'NumberOfPoints="80"', "too short"),
        ('NumberOfPoints="8"', 'NumberOfPoints="7"', "uses vertex 7, counted from 0; expected 0 to 6"),
        ("0 1 3 2", "0 1 99 2", "uses vertex 99"),
        ("0 1 3 2", "0 1 -3 2", "uses vertex -3"),
        ("4 8 12", "4 800 12", "offsets"),
        ("PolyData", "UnstructuredGrid", "PolyData"),
        ("</PolyData>", "", "Error parsing XML"),
    ],
)
def test_files_that_are_no_surface_are_refused_in_silence(box, old, new, reason, tmp_path, capfd, caplog):
    box.save(tmp_path / "box.vtp", binary=False)
    content = (tmp_path / "box.vtp").read_text()
    assert old in content
    (tmp_path / "box.vtp").write_text(content.replace(old, new))
    with pytest.raises(UnreadableFile, match=reason):
        read_vtp(tmp_path / "box.vtp")
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("is_binary", [True, False])
def test_cut_files_are_refused(box, share, is_binary, tmp_path):
    box.save(tmp_path / "box.vtp", binary=is_binary)
    content = (tmp_path / "box.vtp").read_bytes()
    (tmp_path / "box.vtp").write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnreadableFile):
        read_vtp(tmp_path / "box.vtp")
