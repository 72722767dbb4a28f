"""The mesh that every other room receives: points, tetrahedra, named regions and node sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

REGIONS = (
    "trabecular",
    "shell",
    "superior_endplate",
    "inferior_endplate",
    "superior_cap",
    "inferior_cap",
)
"""Names of the cell regions; a cell stores its index. The two caps are not bone."""


@dataclass(frozen=True)
class TetMesh:
    """Tetrahedra of a vertebral body or of a whole vertebra, with or without end caps.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
        Nodes in RAS axes: x right, y anterior, z superior.
    cells : ndarray of int32, shape (m, 4) or (m, 10)
        Nodes of each tetrahedron in VTK order, positive volume.
    region : ndarray of int8, shape (m,)
        Index into `REGIONS` of the region that fills most of the cell.
    zeta : ndarray, shape (n,) [-]
        Relative height of a node between the endplate surfaces: 0 on the inferior, 1 on the superior one,
        clipped to [0, 1] in the caps. Nodes that move with a crush or onto its borders keep theirs, so that layers
        stay between surfaces of constant `zeta`.
    layer : ndarray of int16, shape (m,)
        Section of constant relative height that the cell belongs to, counted upwards from 0 between the
        two endplate layers; -1 in endplates, caps, arch and processes: a section is one of the body.
    shell_fraction, endplate_fraction : ndarray, shape (m,) [-]
        Volume fraction of cortical shell and of bony endplate in the cell: 0 or 1 where the layers are
        conforming, between where a layer is thinner than an element. What is left is trabecular bone.
    node_sets : mapping of str to ndarray of int32
        `superior_endplate`, `inferior_endplate`: nodes of the bony end surfaces; `superior_face`,
        `inferior_face`: nodes of the outer faces that platens hold (the endplates where there are no caps);
        `wall`: nodes of the lateral surface.
    """

    points: np.ndarray
    cells: np.ndarray
    region: np.ndarray
    zeta: np.ndarray
    layer: np.ndarray
    shell_fraction: np.ndarray
    endplate_fraction: np.ndarray
    node_sets: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def n_points(self) -> int:
        """Number of nodes."""
        return len(self.points)

    @property
    def n_cells(self) -> int:
        """Number of tetrahedra."""
        return len(self.cells)

    @property
    def order(self) -> int:
        """1 for 4-node, 2 for 10-node tetrahedra."""
        return 1 if self.cells.shape[1] == 4 else 2

    def in_region(self, *names: str) -> np.ndarray:
        """Mark the cells of the named regions.

        Returns
        -------
        ndarray of bool, shape (m,)
        """
        return np.isin(self.region, [REGIONS.index(name) for name in names])

    @cached_property
    def is_bone(self) -> np.ndarray:
        """Cells that are bone, not cap; ndarray of bool, shape (m,)."""
        return ~self.in_region("superior_cap", "inferior_cap")

    @cached_property
    def is_arch(self) -> np.ndarray:
        """Cells of arch and processes: trabecular bone and shell in no section; ndarray of bool, shape (m,)."""
        return (self.layer < 0) & self.in_region("trabecular", "shell")

    @cached_property
    def is_body(self) -> np.ndarray:
        """Bone of the body, endplates included, arch and processes not; ndarray of bool, shape (m,)."""
        return self.is_bone & ~self.is_arch
