"""INP: the input deck of Abaqus and CalculiX, with the regions and node sets of a mesh.

Format: G. Dhondt, CalculiX CrunchiX user's manual, version 2.20, chapter 7.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..tetmesh import REGIONS, TetMesh

ELEMENTS = {1: "C3D4", 2: "C3D10"}
"""Element of each order; mid nodes stand in the order that both programs want."""

MOST_CHARACTERS = 20
"""CalculiX reads no more of a number."""

PER_LINE = 8
"""Members of a set on a line; up to 16 are read."""


def write_inp(mesh: TetMesh, path: Path) -> None:
    """Write nodes, elements, regions as element sets and node sets, to be included in a deck (`*INCLUDE`).

    Nodes and elements are numbered from 1 in the order of the mesh. Sets without members are left out.

    Parameters
    ----------
    mesh : TetMesh
    path : Path
    """
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(mesh_lines(mesh))


def mesh_lines(mesh: TetMesh) -> Iterator[str]:
    """Lines of a deck that hold nodes, elements, regions and node sets of a mesh."""
    yield "** lengths in mm: forces in N, moduli in MPa\n*NODE\n"
    for number, point in enumerate(mesh.points.tolist(), 1):
        yield f"{number},{','.join(map(shortest, point))}\n"
    yield f"*ELEMENT, TYPE={ELEMENTS[mesh.order]}\n"
    for number, nodes in enumerate((mesh.cells + 1).tolist(), 1):
        yield f"{number},{','.join(map(str, nodes))}\n"
    for index, region in enumerate(REGIONS):
        yield from set_lines("*ELSET, ELSET", region, np.flatnonzero(mesh.region == index))
    for name, nodes in mesh.node_sets.items():
        yield from set_lines("*NSET, NSET", name, np.sort(nodes))


def shortest(value: float) -> str:
    """A number of at most `MOST_CHARACTERS`: as it is where it fits, else rounded to 13 or 14 digits."""
    texts = (repr(value), f"{value:.13e}", f"{value:.12e}")
    return next(text for text in texts if len(text) <= MOST_CHARACTERS)


def set_lines(keyword: str, name: str, members: np.ndarray) -> Iterator[str]:
    """Lines of one set, its members counted from 0; none if it has none."""
    if not len(members):
        return
    yield f"{keyword}={name}\n"
    numbers = (members + 1).tolist()
    for start in range(0, len(numbers), PER_LINE):
        yield ",".join(map(str, numbers[start : start + PER_LINE])) + "\n"
