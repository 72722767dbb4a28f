"""One mesh with its supports: everything that does not depend on the moduli, and the operations that do."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..cells.folding import refuse_folded
from ..cells.geometry import Geometry, compute_geometry
from ..cells.moduli import Moduli
from ..multigrid.krylov import multiply
from ..multigrid.vcycle import Multigrid
from ..turns import Turns
from .assembly import assemble_stiffness, internal_force
from .constraints import Constraints, read_loads, read_mesh, read_supports
from .direct import Factorisation
from .pattern import Pattern, build_pattern, rigid_modes


@dataclass(frozen=True)
class LoadModes:
    """Right-hand sides: `prescribed` displacements and nodal `forces` (or None), both (k, n, 3).

    `stacked` is true if the caller gave the axis of modes.
    """

    prescribed: np.ndarray
    forces: np.ndarray | None
    stacked: bool


class System:
    """Mesh, supports, geometry and pattern of one problem.

    Parameters
    ----------
    points, cells, supports : array
        As for `Elasticity`.
    """

    points: np.ndarray
    cells: np.ndarray
    constraints: Constraints
    geometry: Geometry
    turns: Turns
    """Taken by everything that refreshes the hierarchy or the factorisation, which all solves share."""

    def __init__(self, points, cells, supports):
        self.turns = Turns()
        self.points, self.cells = read_mesh(points, cells)
        self.constraints = read_supports(supports, len(self.points))
        self.geometry = compute_geometry(self.points, self.cells)
        refuse_folded(self.points, self.cells)
        touched = np.any(self.constraints.held, axis=1)
        some = touched[self.cells[:, 0]]
        for nodes in self.cells.T[1:]:
            some |= touched[nodes]
        self._held_cells = np.flatnonzero(some).astype(np.int32)

    def anew(self) -> "System":
        """The same mesh, geometry and pattern with a hierarchy and a factorisation still to be made."""
        other = copy(self)
        other.turns = Turns()
        for kept in ("multigrid", "factorisation"):
            other.__dict__.pop(kept, None)
        return other

    def again(self) -> "System":
        """The same with a hierarchy of its own on the same aggregates."""
        other = self.anew()
        if "multigrid" in self.__dict__:
            other.__dict__["multigrid"] = self.multigrid.moved(self.pattern, self.points)
        return other

    def moved(self, points, supports) -> "System":
        """The same cells with nodes at other places, held in the same unknowns: order and aggregates are kept.

        Raises
        ------
        ValueError
        """
        other = self.anew()
        other.points, other.cells = read_mesh(points, self.cells)
        other.constraints = read_supports(supports, len(other.points))
        if not np.array_equal(other.constraints.held, self.constraints.held):
            changed = int(np.flatnonzero((other.constraints.held != self.constraints.held).any(axis=1))[0])
            text = (
                f"supports hold other displacements of node {changed} than those of the problem that is moved, "
                "expected the same pattern of NaN. Make a new Elasticity for other supports."
            )
            raise ValueError(text)
        other.geometry = compute_geometry(other.points, other.cells)
        refuse_folded(other.points, other.cells)
        other.__dict__.pop("rigid_fields", None)
        other.__dict__["pattern"] = self.pattern.at(other.points)
        if "multigrid" in self.__dict__:
            other.__dict__["multigrid"] = self.multigrid.moved(other.pattern, other.points)
        return other

    @cached_property
    def pattern(self) -> Pattern:
        """Sparsity of the stiffness on nodes that can move.

        Raises
        ------
        ValueError
            Parts of the mesh can move freely.
        """
        return build_pattern(self.points, self.cells, self.constraints)

    def check_held(self) -> None:
        """Refuse parts of the mesh that can move freely.

        Raises
        ------
        ValueError
        """
        _ = self.pattern

    @cached_property
    def multigrid(self) -> Multigrid:
        """Hierarchy that is kept from solve to solve."""
        return Multigrid(self.pattern, self.points)

    @cached_property
    def factorisation(self) -> Factorisation:
        """Direct solver with the same interface."""
        return Factorisation(self.pattern)

    @cached_property
    def rigid_fields(self) -> np.ndarray:
        """Six rigid motions of the free unknowns, shape (6, n, 3): test fields of global balance."""
        modes = np.moveaxis(rigid_modes(self.points), 2, 0)
        return np.where(self.constraints.held, 0.0, modes)

    def load_modes(self, loads) -> LoadModes:
        """Combine the prescribed displacements with nodal forces (n, 3) or (k, n, 3)."""
        prescribed = self.constraints.prescribed
        forces, stacked = read_loads(loads, len(self.points), len(prescribed))
        if forces is not None:
            shape = (max(len(prescribed), len(forces)), *prescribed.shape[1:])
            prescribed, forces = np.broadcast_to(prescribed, shape), np.broadcast_to(forces, shape)
        return LoadModes(np.ascontiguousarray(prescribed), forces, stacked or self.constraints.stacked)

    def stiffness(self, moduli: Moduli) -> np.ndarray:
        """Block-CSR values (b, 3, 3) [N/mm]."""
        return assemble_stiffness(self.pattern, self.geometry, moduli)

    def product(self, values):
        """Map k vectors (k, r, 3) to their product with the stiffness."""
        return lambda x: multiply(self.pattern.indptr, self.pattern.indices, values, x)

    def rows(self, field) -> np.ndarray:
        """Free unknowns (k, r, 3) of nodal fields (k, n, 3); zero where a node is held in part."""
        return np.ascontiguousarray(field[:, self.pattern.node] * self.pattern.free)

    def nodal(self, x) -> np.ndarray:
        """Nodal fields (k, n, 3) of free unknowns (k, r, 3), zero on held ones."""
        field = np.zeros((len(x), len(self.points), 3))
        field[:, self.pattern.node] = x * self.pattern.free
        return field

    def right_hand_side(self, moduli: Moduli, modes: LoadModes) -> np.ndarray:
        """Load f - K u_prescribed on the free unknowns, shape (k, r, 3) [N]."""
        force = -self.held_force(moduli, modes.prescribed)
        if modes.forces is not None:
            force += modes.forces
        return self.rows(force)

    def held_force(self, moduli: Moduli, displacement) -> np.ndarray:
        """Share of K u, shape (k, n, 3) [N], of the cells that touch a held unknown: all of it on held unknowns."""
        return internal_force(self._held_cells, self.cells, self.geometry, moduli, displacement)

    def internal(self, moduli: Moduli, displacement) -> np.ndarray:
        """K u on all nodes, held ones too, shape (k, n, 3) [N]."""
        everywhere = np.arange(len(self.cells), dtype=np.int32)
        return internal_force(everywhere, self.cells, self.geometry, moduli, displacement)


def relative_size(vector, reference) -> float:
    """Largest over k of |vector| / |reference|, both (k, r, 3); |vector| itself where the reference is zero."""
    size = np.sqrt((vector**2).sum(axis=(1, 2)))
    norm = np.sqrt((reference**2).sum(axis=(1, 2)))
    return float(np.max(size / np.where(norm > 0, norm, 1.0)))
