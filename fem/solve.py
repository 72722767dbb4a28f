"""Linear elasticity on one mesh with changing moduli: the public face of the room."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import bsr_array

from .assembly import assemble_stiffness, internal_force
from .constraints import read_loads, read_mesh, read_moduli, read_supports
from .direct import solve_direct
from .geometry import Geometry, compute_geometry
from .krylov import conjugate_gradients, multiply
from .multigrid import Multigrid
from .pattern import Pattern, build_pattern
from .stress import strain_of, stress_of

METHODS = ("auto", "iterative", "direct")
DIRECT_UNKNOWNS = 3000
"""`auto` factorises up to this many unknowns: there a factorisation is faster than a hierarchy."""


@dataclass(frozen=True)
class Solution:
    """Equilibrium of one set of moduli. The axis of k load modes is there if the caller gave one.

    Attributes
    ----------
    displacement : ndarray, shape (n, 3) or (k, n, 3) [mm]
    reaction : ndarray, shape (n, 3) or (k, n, 3) [N]
        Force that the supports exert on the body; zero on free unknowns.
    energy : float or ndarray, shape (k, k) [N mm]
        u_i . K u_j: twice the strain energy on the diagonal. With a displacement d prescribed the stiffness
        is energy / d^2, whose error is second order in that of the solution.
    iterations : int
        Of conjugate gradients; 0 where a factorisation was used.
    residual : float
        Largest over modes of |b - K u| / |b| on free unknowns.
    method : str
        "iterative" or "direct".
    """

    displacement: np.ndarray
    reaction: np.ndarray
    energy: float | np.ndarray
    iterations: int
    residual: float
    method: str
    _cells: np.ndarray = field(repr=False)
    _geometry: Geometry = field(repr=False)
    _lam: np.ndarray = field(repr=False)
    _mu: np.ndarray = field(repr=False)

    def strain(self) -> np.ndarray:
        """Strain at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [-]."""
        stacked = self.displacement.ndim == 3
        strain = strain_of(
            self._cells, self._geometry, self.displacement if stacked else self.displacement[None]
        )
        return strain if stacked else strain[0]

    def stress(self) -> np.ndarray:
        """Stress at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [MPa]."""
        return stress_of(self.strain(), self._lam, self._mu)


class Elasticity:
    """Linear elasticity on a fixed mesh with fixed supports, solved for any moduli.

    Parameters
    ----------
    points : array, shape (n, 3) [mm]
    cells : array of int, shape (m, 4) or (m, 10)
        Nodes of each tetrahedron in VTK order.
    supports : array, shape (n, 3) or (k, n, 3) [mm]
        Prescribed displacement, NaN where free; k load modes share one pattern of NaN.
    method : {"auto", "iterative", "direct"}
        "auto" factorises small problems and iterates otherwise.

    Attributes
    ----------
    volume : ndarray, shape (m, q) [mm3]
        Volume that each quadrature point stands for.
    n_unknowns : int
        Free displacements.

    Raises
    ------
    ValueError
        For shapes that do not match, inverted cells, and parts of the mesh that can move freely.
    """

    def __init__(self, points, cells, supports, *, method: str = "auto"):
        self._method = _read_method(method)
        self._points, self._cells = read_mesh(points, cells)
        self._constraints = read_supports(supports, len(self._points))
        self._geometry = compute_geometry(self._points, self._cells)
        self._pattern: Pattern = build_pattern(self._points, self._cells, self._constraints)
        held = self._constraints.held
        self._all_cells = np.arange(len(self._cells), dtype=np.int32)
        self._held_cells = np.flatnonzero(held[self._cells].any(axis=(1, 2))).astype(np.int32)

    @property
    def volume(self) -> np.ndarray:
        """Volume that each quadrature point stands for, shape (m, q) [mm3]."""
        return self._geometry.volume

    @property
    def n_unknowns(self) -> int:
        """Number of free displacements."""
        return self._pattern.n_unknowns

    def solve(
        self, young, poisson, loads=None, tolerance: float = 1e-8, *, method: str | None = None
    ) -> Solution:
        """Find the equilibrium for the given moduli.

        Parameters
        ----------
        young : float or array, shape (m,) [MPa]
            Young's modulus of each cell, positive.
        poisson : float or array, shape (m,) [-]
            Poisson's ratio of each cell, above -1 and below 0.5.
        loads : array, shape (n, 3) or (k, n, 3) [N], optional
            Nodal forces; those on prescribed unknowns go straight into the supports.
        tolerance : float
            Bound of |b - K u| / |b| on free unknowns for each mode.
        method : {"auto", "iterative", "direct"}, optional
            Overrides the method of the problem.

        Raises
        ------
        ValueError
            For moduli out of range or shapes that do not match.
        NotConverged
            With the residual history.
        """
        lam, mu = read_moduli(young, poisson, len(self._cells))
        prescribed, forces, stacked = self._modes(loads)
        b = self._right_hand_side(lam, mu, prescribed, forces)
        chosen = self._choose(self._method if method is None else _read_method(method))
        if not len(self._pattern.node):
            x, iterations = b, 0
        elif chosen == "direct":
            x, iterations = solve_direct(self._pattern, self._assemble(lam, mu), b), 0
        else:
            values = self._assemble(lam, mu)
            self._multigrid.refresh(values)
            x, convergence = conjugate_gradients(
                lambda p: multiply(self._pattern.indptr, self._pattern.indices, values, p),
                self._multigrid.apply,
                b,
                np.zeros_like(b),
                tolerance=tolerance,
            )
            iterations = convergence.iterations
        return self._solution(lam, mu, prescribed, forces, stacked, b, x, iterations, chosen)

    def system(self, young, poisson, loads=None) -> tuple[bsr_array, np.ndarray]:
        """Stiffness on free nodes and right-hand sides, as the solvers see them (for comparisons).

        Returns
        -------
        K : scipy.sparse.bsr_array, shape (3 r, 3 r) [N/mm]
            Unknowns of nodes that are held in part stand on the diagonal only.
        b : ndarray, shape (k, 3 r) [N]
        """
        lam, mu = read_moduli(young, poisson, len(self._cells))
        prescribed, forces, _ = self._modes(loads)
        b = self._right_hand_side(lam, mu, prescribed, forces)
        size = 3 * len(self._pattern.node)
        values = self._assemble(lam, mu)
        K = bsr_array((values, self._pattern.indices, self._pattern.indptr), shape=(size, size))
        return K, b.reshape(len(b), -1)

    @cached_property
    def _multigrid(self) -> Multigrid:
        return Multigrid(self._pattern, self._points)

    def _choose(self, method):
        if method == "auto":
            return "direct" if self.n_unknowns <= DIRECT_UNKNOWNS else "iterative"
        return method

    def _modes(self, loads):
        """Prescribed displacements (k, n, 3), forces (k, n, 3) or None, and whether modes have an axis."""
        prescribed = self._constraints.prescribed
        forces, stacked = read_loads(loads, len(self._points), len(prescribed))
        if forces is not None:
            shape = (max(len(prescribed), len(forces)), *prescribed.shape[1:])
            prescribed, forces = np.broadcast_to(prescribed, shape), np.broadcast_to(forces, shape)
        return prescribed, forces, stacked or self._constraints.stacked

    def _assemble(self, lam, mu):
        return assemble_stiffness(self._pattern, self._geometry, lam, mu)

    def _right_hand_side(self, lam, mu, prescribed, forces):
        """Right-hand side f - K u_prescribed on the rows, zero on held unknowns; (k, r, 3)."""
        prescribed = np.ascontiguousarray(prescribed)
        force = -internal_force(self._held_cells, self._cells, self._geometry, lam, mu, prescribed)
        if forces is not None:
            force += forces
        return np.ascontiguousarray(force[:, self._pattern.node] * self._pattern.free)

    def _solution(self, lam, mu, prescribed, forces, stacked, b, x, iterations, method):
        """Full fields, reactions, energy and true residual from the free displacements x (k, r, 3)."""
        displacement = prescribed.copy()
        displacement[:, self._pattern.node] += x * self._pattern.free
        internal = internal_force(self._all_cells, self._cells, self._geometry, lam, mu, displacement)
        k = len(displacement)
        energy = displacement.reshape(k, -1) @ internal.reshape(k, -1).T
        external = internal if forces is None else internal - forces
        held = self._constraints.held
        rest = np.sqrt((np.where(held, 0.0, external) ** 2).sum(axis=(1, 2)))
        norm = np.sqrt((b**2).sum(axis=(1, 2)))
        residual = float(np.max(rest / np.where(norm > 0, norm, 1.0)))
        reaction = np.where(held, external, 0.0)
        return Solution(
            displacement=displacement if stacked else displacement[0],
            reaction=reaction if stacked else reaction[0],
            energy=0.5 * (energy + energy.T) if stacked else float(energy[0, 0]),
            iterations=iterations,
            residual=residual,
            method=method,
            _cells=self._cells,
            _geometry=self._geometry,
            _lam=lam,
            _mu=mu,
        )


def _read_method(method: str) -> str:
    if method not in METHODS:
        text = f"method is {method!r}, expected one of {', '.join(METHODS)}."
        raise ValueError(text)
    return method
