"""OBJ as programs write it, and files that only look like it."""

import numpy as np
import pytest
from surfaces import BOX, BOX_MM3, SIDES, enclosed

from vertebra.meshes.files.obj import read_obj
from vertebra.meshes.files.refusal import UnreadableFile


def vertices(number="{:g}", end=""):
    return "".join("v " + " ".join(number.format(x) for x in point) + f"{end}\n" for point in BOX)


def polygons(corner=lambda i: f"{i + 1}"):
    return "".join("f " + " ".join(corner(i) for i in side) + "\n" for side in SIDES)


PLAIN = vertices() + polygons()
TRIANGULATED = "".join(f"f {a + 1} {b + 1} {c + 1}\nf {a + 1} {c + 1} {d + 1}\n" for a, b, c, d in SIDES)
OWN_CORNERS = "".join(
    "".join("v {:g} {:g} {:g}\n".format(*BOX[i]) for i in side) + "f -4 -3 -2 -1\n" for side in SIDES
)
READ = {
    "polygons": PLAIN,
    "triangles": vertices() + TRIANGULATED,
    "mixed": vertices() + polygons().replace("f 1 2 4 3", "f 1 2 4\nf 1 4 3"),
    "unused vertices": "v 900 900 900\n" + vertices() + polygons(lambda i: f"{i + 2}") + "v -999 0 0\n",
    "counted backwards": vertices() + polygons(lambda i: f"{i - 8}"),
    "polygons with corners of their own": OWN_CORNERS,
    "texture and normals": vertices() + "vt 0 0\nvn 0 0 1\n" + polygons(lambda i: f"{i + 1}/1/1"),
    "normals": vertices() + "vn 0 0 1\n" + polygons(lambda i: f"{i + 1}//1"),
    "texture": vertices() + "vt 0 0\n" + polygons(lambda i: f"{i + 1}/1"),
    "all backwards": vertices() + "vt 0 0\nvn 0 0 1\n" + polygons(lambda i: f"{i - 8}/-1/-1"),
    "colours": vertices(end=" 1 0.5 0") + polygons(),
    "weights": vertices(end=" 1.0") + polygons(),
    "groups and materials": f"mtllib a.mtl\no b\ng x y\nusemtl red\ns off\n{PLAIN}l 1 2\np 1\n",
    "comments": "# by hand\n" + PLAIN.replace("\n", " # here\n"),
    "Latin-1": "# Wirbelkörper\n".encode("latin-1") + PLAIN.encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "capitals": PLAIN.upper(),
    "tabs": PLAIN.replace(" ", "\t"),
    "CR LF": PLAIN.replace("\n", "\r\n"),
    "trailing blanks, no final newline": PLAIN.replace("\n", " \t\n").rstrip(),
    "exponents": vertices("{:.4E}") + polygons(),
    "continued lines": PLAIN.replace("f 1 2", "f 1 \\\n  2"),
    "continued lines, CR LF": PLAIN.replace("f 1 2", "f 1 \\\n  2").replace("\n", "\r\n"),
    "vertices after polygons": polygons() + vertices(),
}
REFUSED = {
    "empty": ("", "0 vertices and 0 polygons in its 0 bytes"),
    "other text": ("hello\n" * 5, "0 vertices and 0 polygons"),
    "no polygons": (vertices(), "8 vertices and 0 polygons"),
    "no vertices": (polygons(), "0 vertices and 6 polygons"),
    "unknown vertex": (PLAIN.replace("f 1 2", "f 1 99"), "uses vertex 98, counted from 0; expected 0 to 7"),
    "vertex 0": (PLAIN.replace("f 1 2", "f 0 2"), "line 9: found corner '0', expected a number of a vertex"),
    "too far backwards": (vertices() + "f -9 -2 -1\n", "uses vertex -1, counted from 0"),
    "words": (PLAIN.replace("f 1 2", "f 1 two"), "line 9: found corner 'two'"),
    "polygon of two": (PLAIN + "f 1 2\n", "line 15: a polygon of 2 vertices, expected 3 or more"),
    "decimal commas": (
        PLAIN.replace("v 20 0 0", "v 20,5 0 0"),
        "line 5: found '20,5 0 0', .* decimal points",
    ),
    "cut in a vertex": (vertices()[:-4], "line 8: found '20 30', expected three numbers"),
}


@pytest.mark.parametrize("kind", READ)
def test_files_as_programs_write_them(kind, tmp_path):
    content = READ[kind]
    (tmp_path / "box.obj").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert enclosed(read_obj(tmp_path / "box.obj")) == pytest.approx(BOX_MM3, rel=1e-12)


@pytest.mark.parametrize("kind", REFUSED)
def test_files_that_are_no_surface_are_refused(kind, tmp_path):
    content, reason = REFUSED[kind]
    (tmp_path / "box.obj").write_text(content)
    with pytest.raises(UnreadableFile, match=reason):
        read_obj(tmp_path / "box.obj")


def test_polygons_with_a_dent_are_cut_inside(tmp_path):
    # a prism over an arrowhead: a fan from its first corner would leave it
    outline = np.array([(0.0, 0.0), (4.0, 0.0), (1.0, 1.0), (0.0, 4.0)])[[1, 2, 3, 0]]
    rows = [f"v {x:g} {y:g} {z}\n" for z in (0, 3) for x, y in outline]
    rows += ["f 4 3 2 1\n", "f 5 6 7 8\n"]
    rows += [f"f {i + 1} {(i + 1) % 4 + 1} {(i + 1) % 4 + 5} {i + 5}\n" for i in range(4)]
    (tmp_path / "arrow.obj").write_text("".join(rows))
    stored = read_obj(tmp_path / "arrow.obj")
    a, b, c = stored.points[stored.triangles()].transpose(1, 0, 2)
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    around = np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1).sum()
    assert area == pytest.approx(2 * 4.0 + 3 * around)  # the arrowhead has an area of 4
    assert enclosed(stored) == pytest.approx(3 * 4.0)
