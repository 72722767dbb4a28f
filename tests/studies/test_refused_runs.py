"""Runs that the anatomy refuses: one message, exit status 2 and nothing written."""

import numpy as np
import pytest
from coarse_runs import coarse

from vertebra.commands.cli import status
from vertebra.meshes.shapes import box
from vertebra.scenarios.catalogue import bundled_file


def write_stl(file, points, triangles):
    facets = "".join(
        "facet normal 0 0 0\nouter loop\n"
        + "".join(f"vertex {x} {y} {z}\n" for x, y, z in points[triangle])
        + "endloop\nendfacet\n"
        for triangle in triangles
    )
    file.write_text(f"solid body\n{facets}endsolid body\n")


def skin_of_a_box(size):
    points, cells = box(size, (4, 4, 4))
    faces = np.concatenate(
        [cells[:, [1, 2, 3]], cells[:, [0, 3, 2]], cells[:, [0, 1, 3]], cells[:, [0, 2, 1]]]
    )
    _, index, count = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True)
    return points, faces[index[count == 1]]


def bad_surface(kind, folder):
    """Path of a surface that cannot be used."""
    file = folder / "body.stl"
    points, triangles = skin_of_a_box((45.0, 35.0, 28.0))
    if kind == "open":
        write_stl(file, points, triangles[1:])
    elif kind == "tiny":
        write_stl(file, 1e-6 * points, triangles)
    elif kind == "text":
        file.write_text("this is no surface\n")
    elif kind == "empty":
        file.touch()
    elif kind == "binary":
        file.write_bytes(bytes(range(256)) * 20)
    elif kind == "ending":
        file = folder / "body.docx"
        write_stl(file, points, triangles)
    return file


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("open", "open"),
        ("tiny", "unit"),
        ("text", "body.stl"),
        ("empty", "body.stl"),
        ("binary", "body.stl"),
        ("ending", ".docx"),
    ],
)
def test_a_surface_that_cannot_be_used_is_refused_and_nothing_written(tmp_path, capsys, kind, part):
    (tmp_path / "in").mkdir()
    file = bad_surface(kind, tmp_path / "in")
    text = bundled_file("surface").read_text(encoding="utf-8").replace('unit = "mm", ', "")
    (tmp_path / "in" / "s.toml").write_text(text.replace("synthetic_L1.stl", file.name))
    out = tmp_path / "r"
    assert status(["run", str(tmp_path / "in" / "s.toml"), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"error: {tmp_path / 'in' / 's.toml'}: mesh.surface: ")
    assert part in message
    assert "Traceback" not in message
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("arms.vertebroplasty.cement.volume_ml=45", "arms.vertebroplasty.cement: "),  # larger than the body
        ("arms.vertebroplasty.cement.volume_ml=0.01", "arms.vertebroplasty.cement: "),
        (
            "arms.vertebroplasty.cement.clearance_mm=10",
            "arms.vertebroplasty.cement: a cement volume of 4 mL: found room for",
        ),
        ("fracture.zone_mm=39", "fracture: a crushed band of 39 mm around relative height 0.5 reaches into"),
        ("fracture.height_loss=0.001", "fracture: "),
    ],
)
def test_what_does_not_fit_the_body_is_refused_and_nothing_written(tmp_path, capsys, override, part):
    assert status([*coarse("main", override), "--out", str(tmp_path / "r")]) == 2
    *stages, message = capsys.readouterr().err.splitlines()
    assert set(stages) <= {"meshing"}  # which is said where it lasts
    assert message.startswith(f"error: {bundled_file('main')}: ")
    assert part in message
    assert list(tmp_path.iterdir()) == []


def test_bone_crushed_beyond_solid_is_refused_and_nothing_written(tmp_path, capsys):
    words = coarse(
        "crush", "fracture.height_loss=0.5", "bone.density_qct_mg_cm3=600", "bone.distribution=uniform"
    )
    assert status([*words, "--out", str(tmp_path / "r")]) == 2
    message = capsys.readouterr().err
    assert "fracture.height_loss: found bone of 600 mg/cm3 compacted" in message
    assert list(tmp_path.iterdir()) == []
