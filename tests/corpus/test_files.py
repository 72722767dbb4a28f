"""Broken and hostile files behind a scenario: images, surfaces, meshes, states of an interrupted run."""

import gzip
import io
import pickle
import struct
import zlib

import numpy as np
import pytest

from vertebra.commands.cli import status
from vertebra.scenarios.catalogue import bundled_file

MASK = bundled_file("image").parent / "phantom_L1_mask.nii.gz"
STL = bundled_file("surface").parent / "synthetic_L1.stl"
MESH = """schema = 1
name = "a mesh"
[mesh]
file = { path = "body.ENDING" }
order = 1
[bone]
density_qct_mg_cm3 = 100
"""
BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>\n"
)
OUTSIDE = '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'
VTU = '<VTKFile type="UnstructuredGrid" version="0.1"><UnstructuredGrid><Piece NumberOfPoints="4" NumberOfCells="1">&i;'
FEB = '<febio_spec version="4.0"><Mesh><Nodes name="&i;"></Nodes></Mesh></febio_spec>'


def nifti_header(shape, datatype=4, bits=16, code=1):
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, len(shape), *shape, *([1] * (7 - len(shape))))
    struct.pack_into("<hh", head, 70, datatype, bits)
    struct.pack_into("<8f", head, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", head, 108, 352)
    struct.pack_into("<hh", head, 252, code, code)
    for row in range(3):
        struct.pack_into("<4f", head, 280 + 16 * row, *(float(row == column) for column in range(4)))
    head[344:348] = b"n+1\0"
    return bytes(head)


IMAGES = {
    "empty.nii.gz": b"",
    "text.nii.gz": b"no image\n",
    "cut.nii.gz": MASK.read_bytes()[:400],
    "damaged.nii.gz": MASK.read_bytes()[:200] + bytes(200) + MASK.read_bytes()[400:],
    "not gzip.nii.gz": gzip.decompress(MASK.read_bytes()),
    "bomb.nii.gz": gzip.compress(nifti_header((64, 64, 64)) + bytes(64)) + gzip.compress(bytes(30_000_000)),
    "huge header.nii.gz": gzip.compress(nifti_header((32000, 32000, 32000)) + bytes(1000)),
    "promises.nii.gz": gzip.compress(nifti_header((512, 512, 512)) + bytes(1000)),
    "negative.nii.gz": gzip.compress(nifti_header((-5, 64, 64)) + bytes(1000)),
    "flat.nii.gz": gzip.compress(nifti_header((64, 64)) + bytes(2 * 64 * 64)),
    "of no type.nii.gz": gzip.compress(nifti_header((8, 8, 8), datatype=999) + bytes(1000)),
    "of colours.nii.gz": gzip.compress(nifti_header((8, 8, 8), datatype=128, bits=24) + bytes(3 * 512)),
    "nowhere.nii.gz": gzip.compress(nifti_header((8, 8, 8), code=0) + bytes(2 * 512)),
    "without a body.nii.gz": gzip.compress(nifti_header((40, 40, 40)) + bytes(2 * 64000)),
    "mask.docx": MASK.read_bytes(),
    "mask.nrrd": b"NRRD0004\ntype: short\ndimension: 3\nsizes: 99999 99999 99999\nencoding: gzip\n\n"
    + gzip.compress(b"0"),
    "bomb.nrrd": b"NRRD0004\ntype: short\ndimension: 3\nspace: right-anterior-superior\nsizes: 4 4 4\n"
    b"space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: gzip\n\n"
    + gzip.compress(bytes(50_000_000)),
    "outside.nhdr": b"NRRD0004\ntype: short\ndimension: 3\nspace: right-anterior-superior\nsizes: 4 4 4\n"
    b"space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: raw\n"
    b"data file: ../../../../../../../../etc/passwd\n\n",
    "outside.mhd": b"ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_SHORT\n"
    b"TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 1\nElementDataFile = /etc/passwd\n",
    "endless.mha": b"x" * 300_000,
    "many.mha": b"ObjectType = Image\nNDims = 3\nDimSize = 90000 90000 90000\nElementType = MET_SHORT\n"
    b"CompressedData = True\nElementDataFile = LOCAL\n" + zlib.compress(bytes(1000)),
}
SURFACES = {
    "cut.stl": STL.read_bytes()[:1000],
    "counts.stl": bytes(80) + struct.pack("<I", 4_000_000_000) + bytes(500),
    "text.stl": b"solid nothing\nendsolid\n",
    "no numbers.stl": b"solid x\nfacet normal a b c\nouter loop\nvertex 1 2\nendloop\nendfacet\nendsolid\n",
    "nan.obj": b"v nan 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 2 3 4\n",
    "far index.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 999999999\n",
    "open.obj": b"v 0 0 0\nv 40 0 0\nv 0 40 0\nv 0 0 40\nf 1 2 3\nf 1 2 4\nf 1 3 4\nf 1 2 3\n",
    "huge.ply": b"ply\nformat ascii 1.0\nelement vertex 4000000000\nproperty float x\nend_header\n",
    "bad.ply": b"ply\nformat ascii 1.0\nelement vertex -1\nend_header\n",
    "laughs.vtp": (BILLION_LAUGHS + '<VTKFile type="PolyData"><PolyData>&i;</PolyData></VTKFile>').encode(),
    "binary.obj": bytes(range(256)) * 100,
    "python.stl": pickle.dumps({"a": 1}),
}
MESHES = {
    "laughs.vtu": (BILLION_LAUGHS + VTU).encode(),
    "outside.vtu": (OUTSIDE + VTU.replace("&i;", "&a;")).encode(),
    "laughs.feb": (BILLION_LAUGHS + FEB).encode(),
    "outside.feb": (OUTSIDE + FEB.replace("&i;", "&a;")).encode(),
    "text.feb": b"<febio_spec",
    "other.feb": b"<html></html>",
    "empty.inp": b"",
    "nodes only.inp": b"*NODE\n1, 0., 0., 0.\n",
    "unknown node.inp": b"*NODE\n1, 0., 0., 0.\n*ELEMENT, TYPE=C3D4\n1, 1, 2, 3, 4\n",
    "no number.inp": b"*NODE\n1, a, b, c\n*ELEMENT, TYPE=C3D4\n1, 1, 1, 1, 1\n",
    "cut.msh": b"$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 999999999 1 999999999\n",
    "binary.vtk": bytes(range(256)) * 50,
    "python.npz": pickle.dumps([1]),
}


def ending_of(name):
    return name.partition(".")[2]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_that_cannot_be_used_is_refused(tmp_path, refused, name):
    file = tmp_path / f"mask.{ending_of(name)}"
    file.write_bytes(IMAGES[name])
    text = bundled_file("image").read_text(encoding="utf-8")
    ct = bundled_file("image").parent / "phantom_L1_ct.nii.gz"
    text = text.replace("phantom_L1_mask.nii.gz", file.name).replace("phantom_L1_ct.nii.gz", str(ct))
    scenario = tmp_path / "s.toml"
    scenario.write_text(text, encoding="utf-8")
    refused(["run", scenario], scenario, "mesh.image", file.name)


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_that_cannot_be_used_is_refused(tmp_path, refused, name):
    file = tmp_path / f"body.{ending_of(name)}"
    file.write_bytes(SURFACES[name])
    text = bundled_file("surface").read_text(encoding="utf-8").replace("synthetic_L1.stl", file.name)
    scenario = tmp_path / "s.toml"
    scenario.write_text(text, encoding="utf-8")
    refused(["run", scenario], scenario, "mesh.surface", file.name)


@pytest.mark.parametrize("name", MESHES)
def test_a_mesh_that_cannot_be_used_is_refused(tmp_path, refused, name):
    file = tmp_path / f"body.{ending_of(name)}"
    file.write_bytes(MESHES[name])
    scenario = tmp_path / "s.toml"
    scenario.write_text(MESH.replace("ENDING", ending_of(name)), encoding="utf-8")
    refused(["run", scenario], scenario, "mesh.file", file.name)


class Harmful:
    """Makes a file where it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (str(self.file), "w")


def test_a_pickle_among_the_states_of_an_interrupted_run_is_not_loaded(tmp_path, capsys, monkeypatch):
    out, mark = tmp_path / "r", tmp_path / "harm"
    words = [
        "run",
        "intact",
        "--set",
        "mesh.parametric.edge_mm=4",
        "--set",
        "mesh.order=1",
        "--out",
        str(out),
        "--resume",
    ]

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("vertebra.studies.run.solve_all", interrupted)
    assert status(words) == 130
    stream = io.BytesIO()
    np.savez(stream, numbers=np.array([Harmful(mark)], dtype=object), allow_pickle=True)
    (tmp_path / "r.unfinished" / "states" / "intact-00000.npz").write_bytes(stream.getvalue())
    monkeypatch.undo()
    capsys.readouterr()
    assert status(words) == 2
    assert "intact-00000.npz: is not what an interrupted run has left" in capsys.readouterr().err
    assert not mark.exists()
    assert not out.exists()
