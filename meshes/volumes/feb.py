"""FEB: the mesh section of FEBio files (versions 3.0 and 4.0, and the Geometry of 2.5).

Format: FEBio user's manual 4, chapter 3.6 (Mesh).
"""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np

from ..files.refusal import UnreadableFile
from ..files.xml_prolog import refuse_declarations
from .content import Block, FileMesh, MeshFileError

_ELEMENTS = {"tet4": "tetra", "tet10": "tetra10", "hex8": "hexahedron", "penta6": "wedge", "pyra5": "pyramid"}
_LARGEST = 2_000_000_000


def read_feb(path: Path) -> FileMesh:
    """Read nodes, elements (each `Elements` is an element set), element, node and surface sets.

    Raises
    ------
    MeshFileError
    """
    try:
        refuse_declarations(path)
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, UnicodeDecodeError, UnreadableFile) as error:
        message = f"{path}: this is not readable XML ({error}). Export the model again."
        raise MeshFileError(message) from error
    mesh = root.find("Mesh")
    mesh = root.find("Geometry") if mesh is None else mesh
    if root.tag != "febio_spec" or mesh is None:
        message = (
            f"{path}: found no <Mesh> in <{root.tag}>, expected a FEBio file with its mesh. Export the model "
            f"again."
        )
        raise MeshFileError(message)
    try:
        return _mesh(mesh)
    except (ValueError, KeyError) as error:
        if isinstance(error, MeshFileError):
            raise
        message = f"{path}: its mesh cannot be read ({error}). Export the model again."
        raise MeshFileError(message) from error


def _mesh(mesh: ElementTree.Element) -> FileMesh:
    row: dict[int, int] = {}
    points: list[list[float]] = []
    node_sets: dict[str, np.ndarray] = {}
    for part in mesh.findall("Nodes"):
        named = []
        for node in part.findall("node"):
            row[int(node.attrib["id"])] = len(points)
            named.append(len(points))
            points.append([float(word) for word in (node.text or "").split(",")])
        if part.get("name"):
            node_sets[str(part.get("name"))] = np.array(named, np.int64)
    blocks, sets, place, skipped = [], {}, {}, {}
    for part in mesh.findall("Elements"):
        kind = _ELEMENTS.get(str(part.get("type")).lower())
        listed = part.findall("elem")
        if kind is None:
            skipped[part.get("type")] = skipped.get(part.get("type"), 0) + len(listed)
            continue
        nodes = [[row[int(word)] for word in (each.text or "").split(",")] for each in listed]
        first = len(place)
        for each in listed:
            place[int(each.attrib["id"])] = len(place)
        blocks.append(Block(kind, np.array(nodes, np.int64)))
        if part.get("name"):
            sets[str(part.get("name"))] = np.arange(first, len(place))
    for part in mesh.findall("ElementSet"):
        sets[str(part.get("name"))] = np.array(
            [place[i] for i in _numbers(part, "elem") if i in place], np.int64
        )
    for part in mesh.findall("NodeSet"):
        node_sets[str(part.get("name"))] = np.array([row[i] for i in _numbers(part, "node", "n")], np.int64)
    for part in mesh.findall("Surface"):
        faces = [int(word) for face in part for word in (face.text or "").split(",")]
        node_sets.setdefault(str(part.get("name")), np.unique([row[i] for i in faces]))
    notes = tuple(
        f"{count} elements of type {kind} left out: no volume element" for kind, count in skipped.items()
    )
    return FileMesh(np.array(points, float).reshape(-1, 3), tuple(blocks), sets, node_sets, notes)


def _numbers(part: ElementTree.Element, *tags: str) -> list[int]:
    """Numbers of a set: as a list of text (4.0), or one element each (3.0)."""
    listed = [int(each.attrib["id"]) for tag in tags for each in part.findall(tag)]
    return listed or [int(word) for word in (part.text or "").replace(",", " ").split()]
