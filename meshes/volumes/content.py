"""What a file of a volume mesh holds: nodes, blocks of elements, sets by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

KINDS = {"tetra": 4, "tetra10": 10, "hexahedron": 8, "wedge": 6, "pyramid": 5}
"""Kinds of elements that are used, and their nodes; VTK order."""
MOST_ELEMENTS = 5_000_000


class MeshFileError(ValueError):
    """A volume mesh that cannot be used: what is wrong, found, expected, next step."""


@dataclass(frozen=True, eq=False)
class Block:
    """Elements of one kind.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    nodes : ndarray of int, shape (m, k)
        Rows of points.
    """

    kind: str
    nodes: np.ndarray


@dataclass(frozen=True, eq=False)
class FileMesh:
    """A volume mesh as its file has it.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In the unit of the file.
    blocks : tuple of Block
    element_sets : mapping of str to ndarray of int
        Elements, counted through all blocks.
    node_sets : mapping of str to ndarray of int
        Rows of points; nodes of surfaces, too.
    notes : tuple of str
        What was left out.
    """

    points: np.ndarray
    blocks: tuple[Block, ...]
    element_sets: Mapping[str, np.ndarray] = field(default_factory=dict)
    node_sets: Mapping[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Tetrahedra:
    """Tetrahedra of one order with sets.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        Those that a cell uses.
    cells : ndarray of int32, shape (m, 4) or (m, 10)
        VTK order, positive volume.
    element_sets, node_sets : mapping of str to ndarray of int
    notes : tuple of str
        What was cut, turned over or dropped.
    """

    points: np.ndarray
    cells: np.ndarray
    element_sets: Mapping[str, np.ndarray]
    node_sets: Mapping[str, np.ndarray]
    notes: tuple[str, ...]
