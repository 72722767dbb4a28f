import meshio
import numpy as np
import pytest

from vertebra.meshes.files.writing import FORMATS, write_mesh


@pytest.mark.parametrize("ending", FORMATS)
def test_points_and_cells_come_back(mesh, tmp_path, ending):
    back = meshio.read(write_mesh(mesh, tmp_path / f"body{ending}"))
    assert {block.type for block in back.cells} - {"triangle", "triangle6"} == {
        "tetra" if mesh.order == 1 else "tetra10"
    }
    np.testing.assert_allclose(back.points, mesh.points, rtol=1e-13, atol=0)
    np.testing.assert_array_equal(back.cells[0].data, mesh.cells)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"body{ending}"]


@pytest.mark.parametrize("ending", FORMATS)
def test_endings_may_be_in_capitals(mesh, tmp_path, ending):
    written = write_mesh(mesh, tmp_path / f"BODY{ending.upper()}")
    assert written.read_bytes() == write_mesh(mesh, tmp_path / f"body{ending}").read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("body.stl", "expected .vtu, .msh, .inp. Rename the file"),
        ("body", "a file without ending"),
        ("none/body.vtu", "does not exist: expected an existing one. Make it first"),
    ],
)
def test_refusals_say_what_to_do(mesh, tmp_path, name, message):
    with pytest.raises(ValueError, match=message):
        write_mesh(mesh, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_finished_does_not_appear(mesh, tmp_path, monkeypatch):
    (tmp_path / "body.inp").write_text("before")

    def fail(mesh, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FORMATS, ".inp", fail)
    with pytest.raises(OSError, match="No space left"):
        write_mesh(mesh, tmp_path / "body.inp")
    assert [p.name for p in tmp_path.iterdir()] == ["body.inp"]
    assert (tmp_path / "body.inp").read_text() == "before"
