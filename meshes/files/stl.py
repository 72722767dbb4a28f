"""STL: triangles, each with its own corners, in binary or as text.

Format: Stereolithography Interface Specification, 3D Systems, 1989.
"""

from pathlib import Path

import numpy as np

from .polygons import Polygons
from .refusal import UnreadableFile
from .text import coordinates, meaningful_lines

HEAD = 84
"""Bytes before the first triangle of a binary file: 80 of any text, 4 for the number of triangles."""

TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])

SILENT = ("outer", "endloop", "color")
"""Words that a line may start with and that change nothing."""


def read_stl(path: Path) -> Polygons:
    """Read triangles; the first words of a binary file may be those of a text file.

    Text may be in any case, in one or several solids, with comments, exponents and names of any kind; lines
    may end as they like. Normals are ignored: the order of the corners says which side is outside.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Polygons
        Equal corners are one point.

    Raises
    ------
    UnreadableFile
    """
    data = path.read_bytes()
    announced = int.from_bytes(data[80:HEAD], "little") if len(data) >= HEAD else 0
    room = max(0, (len(data) - HEAD) // TRIANGLE.itemsize)
    is_text = b"\0" not in data and len(data) != HEAD + announced * TRIANGLE.itemsize
    if is_text:
        corners = _corners_of_text(data)
    elif 0 < announced <= room:
        corners = np.frombuffer(data, TRIANGLE, announced, HEAD)["corners"].astype(float)
    else:
        message = f"its head announces {announced} triangles, the {len(data)} bytes of the file hold {room}"
        raise UnreadableFile(message)
    points, first, index = np.unique(corners.reshape(-1, 3), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)  # as they come in the file
    return Polygons(points[order], np.argsort(order)[index.ravel()], np.full(len(corners), 3))


def _corners_of_text(data: bytes) -> np.ndarray:
    """Corners of the triangles of a text file; ndarray, shape (k, 3, 3)."""
    corners: list[list[float]] = []
    number, start = 0, 0
    for number, words in meaningful_lines(data):
        word = words[0].lower()
        if word == "vertex":
            corners.append(coordinates(words[1:], number))
        elif word in ("facet", "endfacet", "solid", "endsolid"):
            if len(corners) != start and len(corners) != start + 3:
                message = f"line {number}: a facet of {len(corners) - start} vertices ends, expected 3"
                raise UnreadableFile(message)
            start = len(corners)
        elif word not in SILENT:
            message = (
                f"line {number}: found {' '.join(words)[:60]!r}, expected solid, facet, outer loop or vertex"
            )
            raise UnreadableFile(message)
    if len(corners) != start and len(corners) != start + 3:
        message = f"line {number}: the file ends within a facet, after {len(corners) - start} of 3 vertices"
        raise UnreadableFile(message)
    if not corners:
        message = f"no triangles in its {len(data)} bytes"
        raise UnreadableFile(message)
    return np.array(corners).reshape(-1, 3, 3)
