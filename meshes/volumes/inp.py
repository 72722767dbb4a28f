"""INP: decks of Abaqus and CalculiX, with all their sets.

Format: G. Dhondt, CalculiX CrunchiX user's manual, version 2.20, chapter 7; Abaqus keywords reference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .content import MOST_ELEMENTS, Block, FileMesh, MeshFileError

_ELEMENTS = {"C3D4": "tetra", "C3D10": "tetra10", "C3D8": "hexahedron", "C3D6": "wedge", "C3D5": "pyramid"}
_NODES = {"tetra": 4, "tetra10": 10, "hexahedron": 8, "wedge": 6, "pyramid": 5}
_TET_FACES = {"S1": (0, 1, 2), "S2": (0, 3, 1), "S3": (1, 3, 2), "S4": (2, 3, 0)}
_TET10_FACES = {
    "S1": (0, 1, 2, 4, 5, 6),
    "S2": (0, 3, 1, 7, 8, 4),
    "S3": (1, 3, 2, 8, 9, 5),
    "S4": (2, 3, 0, 9, 7, 6),
}
_FACES = {
    "tetra": _TET_FACES,
    "tetra10": _TET10_FACES,
    "hexahedron": {
        "S1": (0, 1, 2, 3),
        "S2": (4, 5, 6, 7),
        "S3": (0, 1, 5, 4),
        "S4": (1, 2, 6, 5),
        "S5": (2, 3, 7, 6),
        "S6": (3, 0, 4, 7),
    },
    "wedge": {"S1": (0, 1, 2), "S2": (3, 4, 5), "S3": (0, 1, 4, 3), "S4": (1, 2, 5, 4), "S5": (2, 0, 3, 5)},
    "pyramid": {"S1": (0, 1, 2, 3), "S2": (0, 1, 4), "S3": (1, 2, 4), "S4": (2, 3, 4), "S5": (3, 0, 4)},
}
_LONGEST_INCLUDE = 5


@dataclass
class _Deck:
    """What has been read so far; names of sets are kept as first spelled and compared without case."""

    nodes: dict[int, list[float]] = field(default_factory=dict)
    elements: dict[str, list[list[int]]] = field(default_factory=dict)
    sets: dict[str, dict[str, list[str | int]]] = field(default_factory=lambda: {"node": {}, "element": {}})
    faces: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    instances: int = 0

    def members(self, kind: str, name: str) -> list[str | int]:
        """Members of a set, which is made when it is new."""
        key = name.casefold()
        self.spelled.setdefault(key, name)
        return self.sets[kind].setdefault(key, [])


def read_inp(path: Path) -> FileMesh:
    """Read nodes, volume elements, node and element sets and surfaces.

    Sets are given by `*NSET` and `*ELSET` (numbers, GENERATE, names of other sets, also later ones, at the level of
    part or assembly), by `NSET=` and `ELSET=` of `*NODE` and `*ELEMENT`, and by `*NSET, ELSET=`. Nodes of surfaces
    become node sets under the name of the surface.

    Raises
    ------
    MeshFileError
        With the line that cannot be used.
    """
    deck = _Deck()
    current: tuple[str, dict[str, str]] = ("", {})
    pending: list[str] = []
    for where, line in _lines(path, 0):
        if line.startswith("*"):
            current = _keyword(line)
            _begin(deck, *current, where)
            pending = []
            continue
        words = [word.strip() for word in line.split(",")]
        is_open = words[-1] == ""
        pending += [word for word in words if word] if current[0] == "element" else words
        if current[0] == "element" and not _is_complete(current[1], pending, is_open):
            continue
        try:
            _take(deck, *current, pending)
        except (ValueError, IndexError) as error:
            message = (
                f"{where}: found {line[:60]!r} under *{current[0].upper()}, which cannot be read ({error}). "
                f"Correct the line."
            )
            raise MeshFileError(message) from error
        pending = []
    return _mesh(deck)


def _lines(path: Path, depth: int) -> Iterator[tuple[str, str]]:
    """Place and text of the lines that say something, those of included files in their place."""
    if depth > _LONGEST_INCLUDE:
        message = (
            f"{path}: files include each other more than {_LONGEST_INCLUDE} deep, expected a deck. Join them."
        )
        raise MeshFileError(message)
    with path.open(encoding="latin-1") as file:
        joined = ""
        for number, raw in enumerate(file, 1):
            line = raw.strip()
            if not line or line.startswith("**"):
                continue
            if line.startswith("*") and line.endswith(","):
                joined += line
                continue
            line, joined = joined + line, ""
            name, given = _keyword(line) if line.startswith("*") else ("", {})
            if name == "include":
                inner = path.parent / given.get("input", "")
                if not inner.is_file():
                    message = (
                        f"{path}, line {number}: the file {inner} that it includes is not there. Put both "
                        f"together."
                    )
                    raise MeshFileError(message)
                yield from _lines(inner, depth + 1)
                continue
            yield f"{path}, line {number}", line


def _keyword(line: str) -> tuple[str, dict[str, str]]:
    """Keyword in small letters, and its parameters by their names in small letters."""
    name, *given = line[1:].split(",")
    pairs = (part.partition("=") for part in given)
    return name.strip().lower(), {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}


def _begin(deck: _Deck, name: str, given: dict[str, str], where: str) -> None:
    if name == "instance":
        deck.instances += 1
        if deck.instances > 1:
            message = (
                f"{where}: found a second *INSTANCE, expected one part with one instance. Flatten the model."
            )
            raise MeshFileError(message)
    for kind, keyword in (("node", "nset"), ("element", "elset")):
        if name == keyword and keyword in given:
            members = deck.members(kind, given[keyword])
            if kind == "node" and "elset" in given:
                members.append(f"\0{given['elset']}")
    if name == "surface" and "name" in given:
        deck.spelled.setdefault(given["name"].casefold(), given["name"])
        deck.faces.setdefault(given["name"].casefold(), [])


def _is_complete(given: dict[str, str], words: list[str], is_open: bool) -> bool:
    """Whether an element, which may go over several lines, has all its nodes."""
    kind = _kind(given.get("type", ""))
    return not is_open if kind is None else len(words) > _NODES[kind]


def _kind(name: str) -> str | None:
    """Kind of an element type, whatever its integration (C3D10M, C3D8R); None for others."""
    letters = name.upper().rstrip("RHMITSE")
    return _ELEMENTS.get(letters)


def _take(deck: _Deck, name: str, given: dict[str, str], words: list[str]) -> None:
    """Take one line of data under a keyword; keywords that say nothing about the mesh are passed over."""
    filled = [word for word in words if word]
    if name == "node":
        number = int(words[0])
        deck.nodes[number] = [
            float(word.lower().replace("d", "e")) if word else 0.0 for word in (*words[1:], "", "", "")[:3]
        ]
        if "nset" in given:
            deck.members("node", given["nset"]).append(number)
    elif name == "element":
        kind = _kind(given.get("type", ""))
        if kind is None:
            deck.skipped[given.get("type", "?")] = deck.skipped.get(given.get("type", "?"), 0) + 1
            return
        deck.elements.setdefault(kind, []).append([int(word) for word in words[: 1 + _NODES[kind]]])
        if "elset" in given:
            deck.members("element", given["elset"]).append(int(words[0]))
    elif name in ("nset", "elset") and name in given:
        members = deck.members("node" if name == "nset" else "element", given[name])
        if "generate" in given:
            first, last, *step = (int(word) for word in filled)
            members.extend(range(first, last + 1, step[0] if step else 1))
        else:
            members.extend(int(word) if word.lstrip("-").isdigit() else _bare(word) for word in filled)
    elif name == "surface" and "name" in given:
        deck.faces[given["name"].casefold()].append((filled[0], filled[1].upper() if len(filled) > 1 else ""))
    elif name == "instance" and any(float(word) for word in filled):
        msg = "the instance is moved or turned: flatten the model"
        raise ValueError(msg)


def _bare(word: str) -> str:
    """Name of a set without that of its instance (Part-1.TOP)."""
    return word.strip('"').rpartition(".")[2]


def _mesh(deck: _Deck) -> FileMesh:
    """Turn numbers into rows and names into members."""
    numbers = np.array(list(deck.nodes), np.int64)
    points = np.array(list(deck.nodes.values()), float).reshape(-1, 3)
    row = dict(zip(numbers.tolist(), range(len(numbers)), strict=True))
    blocks, place, kinds, all_nodes = [], {}, [], []
    for kind, listed in deck.elements.items():
        try:
            nodes = np.array([[row[node] for node in each[1:]] for each in listed], np.int64).reshape(
                -1, _NODES[kind]
            )
        except KeyError as error:
            message = f"an element of type {kind} uses node {error.args[0]}, which is not there. Export the mesh again."
            raise MeshFileError(message) from error
        for each, of in zip(listed, nodes, strict=True):
            place[each[0]] = len(place)
            kinds.append(kind)
            all_nodes.append(of)
        blocks.append(Block(kind, nodes))
    if len(place) != sum(len(block.nodes) for block in blocks):
        message = "two elements have the same number, expected one number each. Renumber the mesh."
        raise MeshFileError(message)
    if len(place) > MOST_ELEMENTS:
        message = f"found {len(place)} elements, expected at most {MOST_ELEMENTS}. Take a coarser mesh."
        raise MeshFileError(message)

    def members(kind: str, key: str, seen: tuple[str, ...] = ()) -> set[int]:
        if key in seen:
            message = (
                f"set {deck.spelled[key]!r} holds itself through {', '.join(seen)}, expected sets without "
                f"circles. Correct it."
            )
            raise MeshFileError(message)
        rows = row if kind == "node" else place
        out: set[int] = set()
        for member in deck.sets[kind].get(key, ()):
            if isinstance(member, int):
                if member in rows:
                    out.add(rows[member])
            elif member.startswith("\0"):
                of = members("element", member[1:].casefold(), (*seen, key))
                out.update(int(n) for e in of for n in all_nodes[e])
            else:
                inner = member.casefold()
                if inner not in deck.sets[kind]:
                    message = (
                        f"set {deck.spelled[key]!r} holds {member!r}, which is no {kind} set here. Correct the "
                        f"deck."
                    )
                    raise MeshFileError(message)
                out |= members(kind, inner, (*seen, key))
        return out

    node_sets = {
        deck.spelled[key]: np.array(sorted(members("node", key)), np.int64) for key in deck.sets["node"]
    }
    element_sets = {
        deck.spelled[key]: np.array(sorted(members("element", key)), np.int64) for key in deck.sets["element"]
    }
    for key, listed in deck.faces.items():
        touched: set[int] = set()
        for what, side in listed:
            number = int(what) if what.isdigit() else None
            name = _bare(what).casefold()
            if side and (number in place or name in deck.sets["element"]):
                of = [place[number]] if number is not None else members("element", name)
                touched.update(int(all_nodes[e][i]) for e in of for i in _FACES[kinds[e]].get(side, ()))
            elif number in row:
                touched.add(row[number])
            elif name in deck.sets["node"]:
                touched |= members("node", name)
        node_sets.setdefault(deck.spelled[key], np.array(sorted(touched), np.int64))
    notes = tuple(
        f"{count} elements of type {kind} left out: no volume element" for kind, count in deck.skipped.items()
    )
    return FileMesh(points, tuple(blocks), element_sets, node_sets, notes)
