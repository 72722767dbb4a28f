"""OBJ: vertices and polygons as text.

Format: Wavefront Object Files, version 3.0; polygonal geometry only.
"""

from pathlib import Path

import numpy as np

from .polygons import Polygons
from .refusal import UnreadableFile
from .text import coordinates, fitting_indices, meaningful_lines


def read_obj(path: Path) -> Polygons:
    """Read vertices (`v`) and polygons (`f`); everything else, such as normals, texture and groups, is ignored.

    Indices count from 1 or, negative, back from the last vertex before them; `f 1/2/3` uses vertex 1.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Polygons

    Raises
    ------
    UnreadableFile
    """
    data = path.read_bytes()
    points: list[list[float]] = []
    corners: list[int] = []
    sizes: list[int] = []
    for number, words in meaningful_lines(data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")):
        word = words[0].lower()
        if word == "v":
            points.append(coordinates(words[1:], number))
        elif word == "f":
            polygon = [_index(each, len(points), number) for each in words[1:]]
            if len(polygon) < 3:
                message = f"line {number}: a polygon of {len(polygon)} vertices, expected 3 or more"
                raise UnreadableFile(message)
            corners += polygon
            sizes.append(len(polygon))
    if not points or not sizes:
        message = f"{len(points)} vertices and {len(sizes)} polygons in its {len(data)} bytes"
        raise UnreadableFile(message)
    return Polygons(np.array(points), fitting_indices(np.array(corners), len(points)), np.array(sizes))


def _index(word: str, n_points: int, number: int) -> int:
    """Index from 0 of the vertex that a corner such as `3/1/2` or `-1` uses."""
    try:
        index = int(word.partition("/")[0])
    except ValueError:
        index = 0
    if index == 0:
        message = (
            f"line {number}: found corner {word[:20]!r}, expected a number of a vertex, 1 or more or negative"
        )
        raise UnreadableFile(message)
    return index - 1 if index > 0 else n_points + index
