"""Every format comes back with its sets; what users reported as lost is here."""

import numpy as np
import pytest

from vertebra.exports.feb import write_feb
from vertebra.exports.model import ExportModel
from vertebra.meshes.caps import add_caps
from vertebra.meshes.files.writing import write_mesh
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.tetmesh import REGIONS
from vertebra.meshes.volumes.content import MeshFileError
from vertebra.meshes.volumes.naming import tetmesh_of
from vertebra.meshes.volumes.reading import read_file_mesh, read_tetrahedra
from vertebra.models.response.specimen import hold


@pytest.fixture(scope="module", params=[1, 2])
def mesh(request):
    return add_caps(parametric_body("L1", 4.0, request.param, breaks=(0.5,)))


def written(mesh, path):
    if path.suffix != ".feb":
        return write_mesh(mesh, path)
    nothing = np.zeros(mesh.n_cells)
    platen = np.zeros((len(mesh.node_sets["superior_face"]), 3))
    write_feb(ExportModel(mesh, nothing + 300, nothing + 0.3, platen, 1000.0, False, "title"), path)
    return path


def force(points, cells, sets, young):
    """Axial force of the platen for a unit approach."""
    pivot = points[sets["superior_face"]].mean(axis=0)

    class Held:
        node_sets = sets

    Held.points, Held.cells = points, cells
    solution = hold(Held, pivot, ("axial",), "iterative").solve(
        young, np.full(len(cells), 0.3), tolerance=1e-12
    )
    return float(np.atleast_2d(solution.energy)[0, 0])


@pytest.mark.parametrize("ending", [".inp", ".msh", ".vtu", ".feb"])
def test_a_mesh_comes_back_with_its_sets_and_its_force(mesh, tmp_path, ending):
    back = read_tetrahedra(written(mesh, tmp_path / f"body{ending}"))
    for i, name in enumerate(REGIONS):
        assert len(back.element_sets[name]) == (mesh.region == i).sum()
    for name in ("superior_endplate", "inferior_endplate", "superior_face", "inferior_face"):
        np.testing.assert_array_equal(np.sort(back.node_sets[name]), np.sort(mesh.node_sets[name]))
    modulus = np.array([300.0, 6000, 3000, 3000, 2500, 2500])
    young = np.zeros(len(back.cells))
    for i, name in enumerate(REGIONS):
        young[back.element_sets[name]] = modulus[i]
    expected = force(mesh.points, mesh.cells, mesh.node_sets, modulus[mesh.region])
    assert force(back.points, back.cells, back.node_sets, young) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("ending", [".inp", ".msh", ".vtu", ".feb"])
def test_regions_and_ends_are_mapped_by_name_and_caps_left_out(mesh, tmp_path, ending):
    content = read_tetrahedra(written(mesh, tmp_path / f"body{ending}"))
    named, frame, notes = tetmesh_of(
        content, regions={}, nodes={}, frame=None, shell_mm=0.35, endplate_mm=0.5, section_mm=3.0
    )
    bone = mesh.is_bone
    assert named.n_cells == bone.sum()
    np.testing.assert_array_equal(np.bincount(named.region), np.bincount(mesh.region[bone]))
    np.testing.assert_array_equal(frame.rotation, np.eye(3))
    assert any("caps left out" in note for note in notes)
    recapped = add_caps(named)
    assert recapped.n_cells == mesh.n_cells


DECK = """*HEADING
title
*PART, NAME=P
*NODE, NSET=ALLNODES
1, 0., 0., 0.
2, 1., 0., 0.
3, 0., 1., 0.
4, 0., 0., 1.
5, 1., 1., 1.D+00
** a comment
*ELEMENT, TYPE=C3D4, ELSET=Lower
 10, 1, 2,
 3, 4
*ELEMENT, TYPE=C3D4H, ELSET=upper
 20, 2, 3, 4, 5
*ELEMENT, TYPE=S3
 30, 1, 2, 3
*NSET, NSET=bottom, GENERATE
1, 3, 1
*ELSET, ELSET=both
upper, 10
*ELSET, ELSET=nested
both
*NSET, NSET=mixed
bottom, 5
*NSET, NSET=from_elements, ELSET=UPPER
*NSET, NSET=bottom
4
*SURFACE, NAME=face, TYPE=ELEMENT
lower, S1
*END PART
*ASSEMBLY, NAME=A
*INSTANCE, NAME=I, PART=P
*END INSTANCE
*NSET, NSET=picked, INSTANCE=I
5,
*ELSET, ELSET=by_path, INSTANCE=I
I.upper
*END ASSEMBLY
*MATERIAL, NAME=M
*ELASTIC
300., .3
"""


def test_a_deck_keeps_every_kind_of_set(tmp_path):
    (tmp_path / "deck.inp").write_text(DECK)
    mesh = read_file_mesh(tmp_path / "deck.inp")
    elements = {name: members.tolist() for name, members in mesh.element_sets.items()}
    assert elements == {"Lower": [0], "upper": [1], "both": [0, 1], "nested": [0, 1], "by_path": [1]}
    nodes = {name: members.tolist() for name, members in mesh.node_sets.items()}
    assert nodes == {
        "ALLNODES": [0, 1, 2, 3, 4],
        "bottom": [0, 1, 2, 3],
        "mixed": [0, 1, 2, 3, 4],
        "from_elements": [1, 2, 3, 4],
        "picked": [4],
        "face": [0, 1, 2],
    }
    assert mesh.points[4].tolist() == [1, 1, 1]
    assert mesh.notes == ("1 elements of type S3 left out: no volume element",)


def test_an_included_file_stands_in_its_place(tmp_path):
    head, _, rest = DECK.partition("*ELEMENT")
    (tmp_path / "nodes.txt").write_text(head)
    (tmp_path / "deck.inp").write_text(f"*INCLUDE, INPUT=nodes.txt\n*ELEMENT{rest}")
    assert len(read_tetrahedra(tmp_path / "deck.inp").cells) == 2


@pytest.mark.parametrize(
    ("found", "put", "reason"),
    [
        (" 20, 2, 3, 4, 5", " 20, 2, 3, 4, 9", "uses node 9, which is not there"),
        ("1, 0., 0., 0.", "1, 0., zero, 0.", r"line 5: found '1, 0., zero, 0.' under \*NODE"),
        ("upper, 10", "uper, 10", "holds 'uper', which is no element set"),
        ("upper, 10", "nested, 10", "holds itself"),
        ("*END INSTANCE", "0., 0., 5.", "flatten the model"),
        (" 20, 2, 3", " 10, 2, 3", "two elements have the same number"),
        ("*HEADING", "*INCLUDE, INPUT=gone.inp\n*HEADING", "gone.inp that it includes is not there"),
    ],
)
def test_a_damaged_deck_is_refused_with_its_place(tmp_path, found, put, reason):
    assert found in DECK
    (tmp_path / "deck.inp").write_text(DECK.replace(found, put, 1))
    with pytest.raises(MeshFileError, match=f"deck.inp.*{reason}"):
        read_tetrahedra(tmp_path / "deck.inp")


@pytest.mark.parametrize("name", ["no.msh", "no.vtu", "no.vtk", "no.feb", "no.inp"])
def test_what_is_no_mesh_is_refused_by_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x89PNG no mesh\n" * 20)
    with pytest.raises(MeshFileError, match=name):
        read_tetrahedra(tmp_path / name)


def test_unknown_endings_and_missing_files_are_named(tmp_path):
    with pytest.raises(MeshFileError, match="no such file"):
        read_tetrahedra(tmp_path / "x.inp")
    (tmp_path / "x.stl").touch()
    with pytest.raises(MeshFileError, match=r"A surface belongs into mesh\.surface\.file"):
        read_tetrahedra(tmp_path / "x.stl")


@pytest.mark.parametrize("is_binary", [True, False])
def test_legacy_files_of_vtk_itself_are_read_with_any_integers(mesh, tmp_path, is_binary):
    pv = pytest.importorskip("pyvista")
    kind, n = (10, 4) if mesh.order == 1 else (24, 10)
    cells = np.column_stack([np.full(mesh.n_cells, n), mesh.cells]).ravel()
    grid = pv.UnstructuredGrid(cells, np.full(mesh.n_cells, kind), mesh.points)
    grid.cell_data["region"] = mesh.region.astype(np.int8)  # "signed_char" there
    grid.save(tmp_path / "body.vtk", binary=is_binary)
    back = read_tetrahedra(tmp_path / "body.vtk")
    assert len(back.cells) == mesh.n_cells
    for i, name in enumerate(REGIONS):
        assert len(back.element_sets[name]) == (mesh.region == i).sum()
