"""PLY as programs write it, and files that only look like it."""

import struct

import pytest
from surfaces import BOX, BOX_MM3, SIDES, enclosed

from vertebra.meshes.files.ply import read_ply
from vertebra.meshes.files.refusal import UnreadableFile

HEAD = (
    "ply\nformat ascii 1.0\ncomment by hand\nelement vertex 8\nproperty float x\nproperty float y\n"
    "property float z\nelement face 6\nproperty list uchar int vertex_indices\nend_header\n"
)
POINTS = "".join("{:g} {:g} {:g}\n".format(*point) for point in BOX)
FACES = "".join("4 {} {} {} {}\n".format(*side) for side in SIDES)
PLAIN = HEAD + POINTS + FACES


def binary(order, point="3f", face="B4i", head=HEAD):
    sign = {"little": "<", "big": ">"}[order]
    rows = [struct.pack(sign + point, *each) for each in BOX]
    rows += [struct.pack(sign + face, 4, *side) for side in SIDES]
    return head.replace("ascii", f"binary_{order}_endian").encode() + b"".join(rows)


DOUBLES = HEAD.replace("float", "double")
LITTLE = binary("little")
READ = {
    "text": PLAIN,
    "text, CR LF": PLAIN.replace("\n", "\r\n"),
    "text, no final newline": PLAIN.rstrip(),
    "text, trailing blanks": HEAD + (POINTS + FACES).replace("\n", " \t\n"),
    "text, exponents": HEAD + "".join("{:.4E} {:.4E} {:.4E}\n".format(*point) for point in BOX) + FACES,
    "vertex_index": PLAIN.replace("vertex_indices", "vertex_index"),
    "names with bits": PLAIN.replace("float", "float32").replace("uchar int", "uint8 uint32"),
    "obj_info": PLAIN.replace("comment", "obj_info made\ncomment"),
    "more properties": HEAD.replace("float z\n", "float z\nproperty uchar red\n")
    + POINTS.replace("\n", " 7\n")
    + FACES,
    "other order": HEAD.replace("property float x\n", "").replace("float z\n", "float z\nproperty float x\n")
    + "".join(f"{y:g} {z:g} {x:g}\n" for x, y, z in BOX)
    + FACES,
    "faces with more": PLAIN.replace("indices\n", "indices\nproperty uchar red\n").replace(
        FACES, FACES.replace("\n", " 7\n")
    ),
    "faces with more lists": PLAIN.replace(
        "indices\n", "indices\nproperty list uchar float texcoord\n"
    ).replace(FACES, FACES.replace("\n", " 2 0.5 0.5\n")),
    "edges after faces": PLAIN.replace("end_h", "element edge 1\nproperty int vertex1\nend_h") + "0\n",
    "triangles and polygons": PLAIN.replace("face 6", "face 7").replace("4 0 1 3 2", "3 0 1 3\n3 0 3 2"),
    "little": LITTLE,
    "big": binary("big"),
    "little, double": binary("little", "3d", head=DOUBLES),
    "big, double": binary("big", "3d", head=DOUBLES),
    "little, short": binary("little", face="B4H", head=HEAD.replace(" int ", " ushort ")),
    "big, long lists": binary("big", face="I4I", head=HEAD.replace("uchar int", "uint uint")),
    "little, CR LF in head": binary("little", head=HEAD.replace("\n", "\r\n")),
}
REFUSED = {
    "empty": ("", "found b'', expected a head from ply to end_header"),
    "other text": ("hello", "expected a head"),
    "head alone": (HEAD, "ends before all 8 of its vertex elements"),
    "head cut": (HEAD[:60], "expected a head"),
    "no format": (PLAIN.replace("format ascii 1.0\n", ""), "found format '' in its head"),
    "unknown type": (PLAIN.replace("float y", "real y"), "found 'property real y' in its head"),
    "number missing in head": (PLAIN.replace("vertex 8", "vertex"), "found 'element vertex' in its head"),
    "cut": (PLAIN[:-20], "ends before all 6 of its face elements"),
    "cut, binary": (LITTLE[:-30], "ends before all 6 of its face elements"),
    "huge": (PLAIN.replace("vertex 8", "vertex 2000000000"), "ends before all 2000000000 of its vertex"),
    "huge, binary": (LITTLE.replace(b"vertex 8", b"vertex 2000000000"), "ends before all 2000000000"),
    "huge faces": (LITTLE.replace(b"face 6", b"face 2000000000"), "ends before all 2000000000 of its face"),
    "long list": (
        LITTLE.replace(struct.pack("<Bi", 4, SIDES[0, 0]), struct.pack("<Bi", 250, 0), 1),
        "ends before",
    ),
    "negative list": (PLAIN.replace("\n4 0 1", "\n-4 0 1"), "a list of -4 members"),
    "negative number": (PLAIN.replace("face 6", "face -6"), "found 'element face -6' in its head"),
    "unknown vertex": (
        PLAIN.replace("\n4 0 1", "\n4 99 1"),
        "uses vertex 99, counted from 0; expected 0 to 7",
    ),
    "negative vertex": (PLAIN.replace("\n4 0 1", "\n4 -1 1"), "uses vertex -1"),
    "words": (
        PLAIN.replace("20 30 25", "20 thirty 25"),
        "found 'thirty' in a vertex element, expected a number",
    ),
    "points alone": (PLAIN.split("element face")[0] + "end_header\n" + POINTS, "8 vertices .* and 0 faces"),
    "no z": (PLAIN.replace("float z", "float height"), "0 vertices with x, y, z"),
}


@pytest.mark.parametrize("kind", READ)
def test_files_as_programs_write_them(kind, tmp_path):
    content = READ[kind]
    (tmp_path / "box.ply").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert enclosed(read_ply(tmp_path / "box.ply")) == pytest.approx(BOX_MM3, rel=1e-12)


@pytest.mark.parametrize("kind", REFUSED)
def test_files_that_are_no_surface_are_refused(kind, tmp_path):
    content, reason = REFUSED[kind]
    (tmp_path / "box.ply").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadableFile, match=reason):
        read_ply(tmp_path / "box.ply")
