import meshio
import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.files.writing import write_mesh
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.tetmesh import REGIONS


@pytest.fixture(scope="module", params=[1, 2])
def mesh(request):
    return add_caps(parametric_body("T11", 4.0, request.param, breaks=(0.5,)))


@pytest.mark.parametrize("ending", [".vtu", ".msh", ".inp"])
def test_points_and_cells_come_back(mesh, tmp_path, ending):
    back = meshio.read(write_mesh(mesh, tmp_path / f"body{ending}"))
    cells = np.concatenate([block.data for block in back.cells])
    assert {block.type for block in back.cells} == {"tetra" if mesh.order == 1 else "tetra10"}
    here, there = mesh.points[mesh.cells].sum(axis=1), back.points[cells].sum(axis=1)
    for found, wanted in ((there, here), (back.points[cells[:, -1]], mesh.points[mesh.cells[:, -1]])):
        assert np.sort(found, axis=0) == pytest.approx(np.sort(wanted, axis=0), abs=1e-9)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"body{ending}"]


def test_vtu_keeps_regions_and_sets(mesh, tmp_path):
    back = meshio.read(write_mesh(mesh, tmp_path / "body.vtu"))
    assert np.array_equal(back.cell_data["region"][0], mesh.region)
    assert np.array_equal(np.flatnonzero(back.point_data["superior_face"]), mesh.node_sets["superior_face"])
    assert back.point_data["zeta"] == pytest.approx(mesh.zeta)


def test_msh_names_its_volumes(mesh, tmp_path):
    back = meshio.read(write_mesh(mesh, tmp_path / "body.msh"))
    tags = np.concatenate(back.cell_data["gmsh:physical"])
    for i, name in enumerate(REGIONS):
        assert np.sum(tags == back.field_data[name][0]) == np.sum(mesh.region == i)


def test_inp_keeps_element_and_node_sets(mesh, tmp_path):
    back = meshio.read(write_mesh(mesh, tmp_path / "body.inp"))
    for name, nodes in mesh.node_sets.items():
        assert np.array_equal(np.sort(back.point_sets[name]), nodes)
    for i, name in enumerate(REGIONS):
        assert np.array_equal(np.sort(back.cell_sets[name][0]), np.flatnonzero(mesh.region == i))


@pytest.mark.parametrize(
    ("name", "message"), [("body.stl", "expected .vtu, .msh, .inp"), ("none/body.vtu", "does not exist")]
)
def test_refusals_say_what_to_do(mesh, tmp_path, name, message):
    with pytest.raises(ValueError, match=message):
        write_mesh(mesh, tmp_path / name)
    assert not list(tmp_path.iterdir())
