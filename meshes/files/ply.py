"""PLY: elements with named properties, in binary or as text; vertices and faces are used.

Format: G. Turk, The PLY polygon file format, Stanford University, 1994.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .polygons import Polygons
from .refusal import UnreadableFile
from .text import fitting_indices

TYPES = {
    "char": "i1",
    "uchar": "u1",
    "short": "i2",
    "ushort": "u2",
    "int": "i4",
    "uint": "u4",
    "float": "f4",
    "double": "f8",
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float32": "f4",
    "float64": "f8",
}
ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
INDICES = ("vertex_indices", "vertex_index")


@dataclass(frozen=True)
class Element:
    """A kind of thing in the file: its name, how many there are, and type and name of the properties of each.

    The type of a list is a pair, that of its length and that of its members.
    """

    name: str
    count: int
    properties: tuple[tuple[str, str | tuple[str, str]], ...]

    @property
    def has_lists(self) -> bool:
        """Whether one of the properties is a list, so that the size of a thing is known once it is read."""
        return any(isinstance(kind, tuple) for _, kind in self.properties)


class Words:
    """The body of a text file, taken word by word."""

    def __init__(self, data: bytes):
        self.words, self.at = data.split(), 0

    def table(self, element: Element) -> dict[str, np.ndarray]:
        """Columns of an element without lists."""
        width = len(element.properties)
        values = self._take(width * element.count, element).reshape(element.count, width)
        return {name: values[:, i] for i, (name, _) in enumerate(element.properties)}

    def number(self, kind: str, element: Element) -> float:
        """Next number."""
        return self._take(1, element)[0]

    def numbers(self, kind: str, count: int, element: Element) -> np.ndarray:
        """Next numbers."""
        return self._take(count, element)

    def _take(self, count: int, element: Element) -> np.ndarray:
        taken = self.words[self.at : self.at + count]
        if len(taken) < count:
            raise _cut(element)
        self.at += count
        try:
            return np.array(taken, dtype="S").astype(float) if taken else np.empty(0)
        except ValueError:
            found = next(word for word in taken if not _is_number(word)).decode("latin-1")
            message = f"found {found[:20]!r} in a {element.name} element, expected a number"
            raise UnreadableFile(message) from None


class Bytes:
    """The body of a binary file, taken type by type."""

    def __init__(self, data: bytes, order: str):
        self.data, self.order, self.at = data, order, 0

    def table(self, element: Element) -> dict[str, np.ndarray]:
        """Columns of an element without lists."""
        row = np.dtype([(name, self.order + str(kind)) for name, kind in element.properties])
        table = self._take(row, element.count, element)
        return {name: table[name].astype(float) for name, _ in element.properties}

    def number(self, kind: str, element: Element) -> float:
        """Next number."""
        return self._take(np.dtype(self.order + kind), 1, element)[0]

    def numbers(self, kind: str, count: int, element: Element) -> np.ndarray:
        """Next numbers."""
        return self._take(np.dtype(self.order + kind), count, element)

    def _take(self, kind: np.dtype, count: int, element: Element) -> np.ndarray:
        if count * kind.itemsize > len(self.data) - self.at:
            raise _cut(element)
        taken = np.frombuffer(self.data, kind, count, self.at)
        self.at += count * kind.itemsize
        return taken


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _cut(element: Element) -> UnreadableFile:
    return UnreadableFile(f"the file ends before all {element.count} of its {element.name} elements")


def _count(word: str) -> int:
    count = int(word)
    if count < 0:
        raise ValueError
    return count


def _head(data: bytes) -> tuple[str, list[Element], bytes]:
    """Format, elements and body of a file."""
    end = data.find(b"end_header")
    if not data.startswith(b"ply") or end < 0:
        message = f"found {data[:20]!r}, expected a head from ply to end_header"
        raise UnreadableFile(message)
    stated, elements = "", []
    for line in data[:end].decode("latin-1").splitlines():
        words = line.split()
        try:
            if words[:1] == ["format"]:
                stated = words[1]
            elif words[:1] == ["element"]:
                elements.append(Element(words[1], _count(words[2]), ()))
            elif words[:1] == ["property"]:
                kinds = [TYPES[word] for word in (words[2:4] if words[1] == "list" else words[1:2])]
                kind = (kinds[0], kinds[1]) if words[1] == "list" else kinds[0]
                last = elements.pop()
                elements.append(Element(last.name, last.count, (*last.properties, (words[-1], kind))))
        except (IndexError, KeyError, ValueError):
            message = f"found {line.strip()[:60]!r} in its head, expected format, element or property as PLY has them"
            raise UnreadableFile(message) from None
    if stated not in ORDERS:
        message = f"found format {stated!r} in its head, expected one of {', '.join(ORDERS)}"
        raise UnreadableFile(message)
    newline = data.find(b"\n", end)
    start = newline if newline >= 0 else data.find(b"\r", end)
    return ORDERS[stated], elements, data[start + 1 :] if start >= 0 else b""


def _lists(body: Words | Bytes, element: Element) -> list[np.ndarray]:
    """Read an element that has lists; returns its list of vertex indices, empty if there is none."""
    found = []
    for _ in range(element.count):
        for name, kind in element.properties:
            if not isinstance(kind, tuple):
                body.number(kind, element)
                continue
            length = int(body.number(kind[0], element))
            if length < 0:
                message = f"a list of {length} members in a {element.name} element, expected 0 or more"
                raise UnreadableFile(message)
            members = body.numbers(kind[1], length, element)
            if name in INDICES:
                found.append(members)
    return found


def read_ply(path: Path) -> Polygons:
    """Read vertices and faces; other elements and properties are ignored.

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
    order, elements, rest = _head(path.read_bytes())
    body = Bytes(rest, order) if order else Words(rest)
    points, faces = np.empty((0, 3)), []
    for element in elements:
        if element.has_lists:
            lists = _lists(body, element)
            faces = lists if element.name == "face" else faces
            continue
        table = body.table(element)
        if element.name == "vertex" and {"x", "y", "z"} <= table.keys():
            points = np.column_stack([table[axis] for axis in "xyz"])
    sizes = np.array([len(face) for face in faces])
    if not len(points) or not len(faces) or sizes.min() < 3:
        message = f"{len(points)} vertices with x, y, z and {len(faces)} faces, expected faces of 3 or more vertices"
        raise UnreadableFile(message)
    corners = np.concatenate(faces).astype(np.int64)
    return Polygons(points, fitting_indices(corners, len(points)), sizes)
