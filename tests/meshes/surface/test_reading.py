from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
import pyvista

import vertebra.scenarios
from vertebra.meshes.surface.closed_surface import SurfaceError
from vertebra.meshes.surface.reading import axes_matrix, read_surface
from vertebra.meshes.surface.synthetic import synthetic_body, write_stl

BODY = synthetic_body(24, 4)
CODES = ["".join(code) for order in permutations(("RL", "AP", "SI")) for code in product(*order)]


def write(path, points=BODY.points, triangles=BODY.triangles):
    mesh = pyvista.PolyData.from_regular_faces(points, triangles)
    if path.suffix == ".obj":
        rows = [f"v {x:.9g} {y:.9g} {z:.9g}\n" for x, y, z in points]
        rows += ["f " + " ".join(str(i + 1) for i in triangle) + "\n" for triangle in triangles]
        path.write_text("".join(rows))
    else:
        mesh.save(path)
    return path


@pytest.mark.parametrize("suffix", [".stl", ".obj", ".ply", ".vtp"])
def test_every_format_gives_the_same_body(tmp_path, suffix):
    surface = read_surface(write(tmp_path / f"body{suffix}"), unit="mm")
    assert surface.volume == pytest.approx(BODY.volume, rel=1e-5)
    assert surface.centroid == pytest.approx(BODY.centroid, abs=1e-3)
    assert len(surface.points) == len(BODY.points)


def test_ascii_stl_is_read(tmp_path):
    pyvista.PolyData.from_regular_faces(BODY.points, BODY.triangles).save(tmp_path / "a.stl", binary=False)
    assert read_surface(tmp_path / "a.stl").volume == pytest.approx(BODY.volume, rel=1e-4)


def test_polygons_and_repeated_vertices_are_understood(tmp_path):
    box = np.array([(x, y, z) for x in (0, 40.0) for y in (0, 30.0) for z in (0, 25.0)])
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    rows = []
    for side in sides:  # each polygon brings its own vertices, normals and texture, as modellers write them
        rows += [f"v {x} {y} {z}\n" for x, y, z in box[list(side)]] + ["vt 0 0\n", "vn 0 0 1\n"]
        rows += ["f -4/-1/-1 -3/-1/-1 -2/-1/-1 -1/-1/-1\n"]
    (tmp_path / "box.obj").write_text("# a comment\no box\n" + "".join(rows))
    surface = read_surface(tmp_path / "box.obj")
    assert len(surface.points) == 8
    assert surface.volume == pytest.approx(40 * 30 * 25)


@pytest.mark.parametrize("code", CODES)
def test_axes_bring_the_body_home_whatever_its_hand(tmp_path, code):
    matrix = axes_matrix(code)
    stored = write(tmp_path / "turned.ply", BODY.points @ matrix)  # x_stored = M^-1 x = M^T x
    surface = read_surface(stored, unit="mm", axes=code)
    assert surface.volume == pytest.approx(BODY.volume, rel=1e-5)
    assert surface.centroid == pytest.approx(BODY.centroid, abs=1e-3)


@pytest.mark.parametrize("code", ["", "RA", "RASS", "RLS", "XYZ", "AAS", "R-S", "SIA"])
def test_nonsense_axes_are_refused(tmp_path, code):
    with pytest.raises(SurfaceError, match=r"axes = .* Expected three letters"):
        read_surface(write(tmp_path / "b.stl"), axes=code)


@pytest.mark.parametrize(("unit", "mm"), [("mm", 1.0), ("cm", 10.0), ("m", 1000.0)])
def test_unit_is_guessed_and_said(tmp_path, unit, mm):
    path = write(tmp_path / "body.ply", BODY.points / mm)
    guessed = read_surface(path)
    assert guessed.volume == pytest.approx(BODY.volume, rel=1e-4)
    assert any(note.startswith(f"unit guessed: {unit},") for note in guessed.notes)
    assert not any("guessed" in note for note in read_surface(path, unit=unit).notes)


def test_unit_that_no_size_supports_is_not_guessed(tmp_path):
    path = write(tmp_path / "body.ply", BODY.points / 25.4)
    with pytest.raises(SurfaceError, match="unit cannot be recognised"):
        read_surface(write(tmp_path / "inch.ply", BODY.points * 30))
    assert read_surface(path, unit="cm").volume == pytest.approx(BODY.volume / 2.54**3, rel=1e-4)


def test_wrong_unit_is_refused_with_the_one_that_fits(tmp_path):
    with pytest.raises(SurfaceError, match=r'unit = "m" the surface is .* mm across.*mm would give 30'):
        read_surface(write(tmp_path / "body.stl"), unit="m")
    with pytest.raises(SurfaceError, match=r"unit = 'inch' is not known. Expected one of mm, cm, m"):
        read_surface(write(tmp_path / "body.stl"), unit="inch")


def test_open_surface_names_the_file(tmp_path):
    path = write(tmp_path / "open.stl", triangles=BODY.triangles[5:])
    with pytest.raises(SurfaceError, match=r"open\.stl: the surface is open"):
        read_surface(path)


def test_self_intersection_is_refused_with_its_place(tmp_path):
    points = BODY.points.copy()
    points[points[:, 2].argmax(), 2] -= 60
    with pytest.raises(SurfaceError, match=r"passes through itself: \d+ pairs .* around \("):
        read_surface(write(tmp_path / "knot.stl", points))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.stl", None, "no such file"),
        ("body.toml", b"schema = 1", r"cannot be read from a file ending in '\.toml'"),
        ("text.stl", b"schema = 1\nname = 'x'\n" * 20, "not a readable STL"),
        ("short.stl", b"binary".ljust(80) + (7).to_bytes(4, "little"), "not a readable STL"),
        ("empty.obj", b"", "not a readable OBJ"),
        ("text.ply", b"hello", "not a readable PLY"),
        ("text.vtp", b"<html></html>", "not a readable VTP"),
    ],
)
def test_files_that_are_no_surface_are_refused(tmp_path, name, content, says, capfd):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SurfaceError, match=says):
        read_surface(tmp_path / name)
    assert capfd.readouterr().err == ""


def test_bundled_surface_is_the_formula(tmp_path):
    bundled = Path(vertebra.scenarios.__file__).parent / "bundled" / "synthetic_L1.stl"
    stored, made = read_surface(bundled), synthetic_body()
    assert stored.volume == pytest.approx(made.volume, rel=1e-6)
    assert stored.centroid == pytest.approx(made.centroid, abs=1e-4)
    write_stl(made, tmp_path / "again.stl")
    assert (tmp_path / "again.stl").stat().st_size == bundled.stat().st_size == 84 + 50 * len(made.triangles)


def test_vertices_in_no_polygon_do_not_count(tmp_path):
    path = write(tmp_path / "body.obj")
    path.write_text(path.read_text() + "v 9999 0 0\n")
    assert read_surface(path).volume == pytest.approx(BODY.volume, rel=1e-7)


@pytest.mark.parametrize("case", ["uppercase", "lowercase"])
def test_case_of_letters_does_not_matter(shared_data, case):
    surface = read_surface(shared_data.parent / "cases" / f"{case}.stl", unit="mm")
    assert surface.volume == pytest.approx(5000)


@pytest.mark.parametrize(("name", "cm3"), [("L1_body", 43), ("L3_body", 45)])
def test_real_bodies_close_as_stored(shared_data, name, cm3):
    surface = read_surface(shared_data / "remus-lumbar" / f"{name}.obj", axes="ALS")
    assert surface.volume / 1000 == pytest.approx(cm3, abs=0.6)  # volumes stated with the data
    assert any(note.startswith("unit guessed: m,") for note in surface.notes)
