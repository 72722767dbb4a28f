"""STL as programs write it, and files that only look like it."""

import re
import struct

import numpy as np
import pytest
from surfaces import BOX, BOX_MM3, TRIANGLES, enclosed

from vertebra.meshes.files.refusal import UnreadableFile
from vertebra.meshes.files.stl import read_stl


def text(triangles=TRIANGLES, number="{:g}", name="body"):
    rows = [f"solid {name}"]
    for triangle in triangles:
        rows += ["  facet normal 0 0 0", "    outer loop"]
        rows += ["      vertex " + " ".join(number.format(x) for x in BOX[i]) for i in triangle]
        rows += ["    endloop", "  endfacet"]
    return "\n".join([*rows, f"endsolid {name}", ""])


def binary(head=b"", announced=12, tail=b""):
    rows = [struct.pack("<12fH", 0, 0, 0, *BOX[triangle].ravel(), 0) for triangle in TRIANGLES]
    return head.ljust(80)[:80] + struct.pack("<I", announced) + b"".join(rows) + tail


def with_numbers(**words):
    """The text with the sizes of the box spelt otherwise, in vertices only."""

    def spelt(line):
        return re.sub(r"\b(20|30|25)\b", lambda size: words["mm" + size[0]], line[0])

    return re.sub(r"vertex.*", spelt, text())


PLAIN = text()
READ = {
    "plain": PLAIN,
    "capitals": PLAIN.upper(),
    "capitalised": PLAIN.title(),
    "mixed case": PLAIN.replace("facet", "Facet").replace("vertex", "VERTEX"),
    "name with spaces": text(name="my body (L3), 2nd"),
    "no name": text(name=""),
    "name of key words": text(name="facet outer vertex"),
    "name in Latin-1": text(name="Wirbelkörper").encode("latin-1"),
    "name in UTF-8": text(name="Wirbelkörper").encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "exponents": text(number="{:.3E}"),
    "exponents of every kind": with_numbers(mm20="2.e1", mm30="+3E+001", mm25=".25e2"),
    "exponents of Fortran": with_numbers(mm20="2.D1", mm30="0.3D+02", mm25="25.d0"),
    "trailing blanks": PLAIN.replace("\n", "  \t \n"),
    "tabs": PLAIN.replace(" ", "\t"),
    "CR LF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "no final newline": PLAIN.rstrip(),
    "empty lines": "\n\n  " + PLAIN.replace("\n", "\n\n"),
    "comments": "# by hand\n" + PLAIN.replace("facet normal 0 0 0", "facet normal 0 0 0 # flat\n # next"),
    "colours": PLAIN.replace("  facet normal", "  color 0.5 0.5 0.5\n  facet normal"),
    "no normals": PLAIN.replace("facet normal 0 0 0", "facet"),
    "normals that are no numbers": PLAIN.replace("normal 0 0 0", "normal nan nan nan"),
    "several solids": text(TRIANGLES[:4], name="a") + text(TRIANGLES[4:9], name="b") + text(TRIANGLES[9:]),
    "solid never ended": PLAIN.replace("endsolid body\n", ""),
    "solid ended by the next": text(TRIANGLES[:6]).replace("endsolid body\n", "") + text(TRIANGLES[6:]),
    "loops never ended": PLAIN.replace("    endloop\n", ""),
    "binary": binary(),
    "binary that starts with solid": binary(b"solid body, exported"),
    "binary that starts like text": binary(b"solid facet normal 0 0 0\n outer loop\n vertex 1 2 3"),
    "binary with a head of zeros": binary(b"\0" * 80),
    "binary with a tail": binary(tail=b"\0 colours"),
}
REFUSED = {
    "empty": ("", "no triangles in its 0 bytes"),
    "five bytes": ("solid", "no triangles in its 5 bytes"),
    "other text": ("hello\n" * 30, "line 1: found 'hello', expected solid, facet, outer loop or vertex"),
    "a note": ("solid as a rock\n" * 9, "no triangles"),
    "cut in a facet": (PLAIN[: PLAIN.index("vertex", 400) + 15], r"ends within a facet, after [12] of 3"),
    "cut in a word": (PLAIN[: PLAIN.index("  facet", 400) + 4], r"line \d+: found 'fa'"),
    "four corners": (
        PLAIN.replace("    endloop", "vertex 1 1 1\nendloop", 1),
        "line 9: a facet of 4 vertices",
    ),
    "decimal commas": (
        with_numbers(mm20="20,5", mm30="30", mm25="25"),
        "found '20,5 0 0', .* decimal points",
    ),
    "two coordinates": (
        PLAIN.replace("20 30 25", "20 30"),
        r"line \d+: found '20 30', expected three numbers",
    ),
    "binary, cut": (binary()[:300], "announces 12 triangles, the 300 bytes of the file hold 4"),
    "binary, huge": (binary(announced=4_000_000_000), "announces 4000000000 triangles, .* hold 12"),
    "binary, solid, huge": (binary(b"solid", 4_000_000_000), "announces 4000000000 triangles"),
    "binary, number missing": (binary(announced=0), "announces 0 triangles, .* hold 12"),
}


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


@pytest.mark.parametrize("kind", READ)
def test_files_as_programs_write_them(kind, tmp_path):
    (tmp_path / "box.stl").write_bytes(as_bytes(READ[kind]))
    stored = read_stl(tmp_path / "box.stl")
    assert enclosed(stored) == pytest.approx(BOX_MM3, rel=1e-12)
    np.testing.assert_array_equal(np.unique(stored.points, axis=0), np.unique(BOX, axis=0))
    np.testing.assert_array_equal(stored.points[stored.corners], BOX[TRIANGLES].reshape(-1, 3))


@pytest.mark.parametrize("kind", REFUSED)
def test_files_that_are_no_surface_are_refused(kind, tmp_path):
    content, reason = REFUSED[kind]
    (tmp_path / "box.stl").write_bytes(as_bytes(content))
    with pytest.raises(UnreadableFile, match=reason):
        read_stl(tmp_path / "box.stl")


def test_text_keeps_every_digit(tmp_path):
    (tmp_path / "box.stl").write_text(PLAIN.replace("vertex 20", "vertex 20.123456789012345"))
    assert read_stl(tmp_path / "box.stl").points.max(axis=0)[0] == 20.123456789012345
