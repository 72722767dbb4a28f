"""Linear elasticity on one mesh with changing moduli: the public face of the room."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from .cells.anisotropy import Anisotropy
from .cells.locking import warn_of_locking
from .cells.moduli import Moduli
from .distributed.solution import solve_elsewhere
from .distributed.worker import PetscWorker
from .multigrid.krylov import NotConverged, conjugate_gradients
from .series.stepper import Stepper
from .series.trajectory import Trajectory, follow
from .solution import Basis, Solution, TrajectorySolution
from .systems.equilibrium import load_of, work
from .systems.system import System, relative_size

if TYPE_CHECKING:
    from scipy.sparse import bsr_array

METHODS = ("auto", "iterative", "direct", "petsc")
DIRECT_UNKNOWNS = 1200
"""`auto` factorises up to this many unknowns: the break-even is near 700 for linear, 1200 for quadratic cells."""
FACTORISED = 1e-6
"""Relative residual that a factorisation stays far below unless the body is a mechanism."""


class Elasticity:
    """Linear elasticity on a fixed mesh with fixed supports, solved for any moduli.

    Several threads may share one problem: they solve in turn. Problems of their own run at the same time.

    Parameters
    ----------
    points : array, shape (n, 3) [mm]
    cells : array of int, shape (m, 4) or (m, 10)
        Nodes of each tetrahedron in VTK order.
    supports : array, shape (n, 3) or (k, n, 3) [mm]
        Prescribed displacement, NaN where free; k load modes share one pattern of NaN.
    method : {"auto", "iterative", "direct", "petsc"}
        "auto" factorises small problems and iterates otherwise. "petsc" solves in processes of their own, which may run
        on several machines; this one then forms no matrix.
    worker : PetscWorker, optional
        How the processes of "petsc" are started.

    Raises
    ------
    ValueError
        For shapes that do not match, inverted or folded cells, and parts of the mesh that can move freely.
    """

    def __init__(self, points, cells, supports, *, method: str = "auto", worker: PetscWorker | None = None):
        self._method = _read_method(method)
        self._system = System(points, cells, supports)
        self._worker = worker
        if self._method != "petsc":
            self._system.check_held()

    def anew(self) -> "Elasticity":
        """The same problem with a solver of its own: nothing in it depends on what this one has solved before."""
        other = copy(self)
        other._system = self._system.anew()
        return other

    def again(self) -> "Elasticity":
        """The same problem with a solver of its own, which takes over the aggregates of this one where there are some."""
        other = copy(self)
        other._system = self._system.again()
        return other

    def prepare(self, young, poisson, anisotropy: Anisotropy | None = None) -> None:
        """Build the hierarchy for given moduli, ahead of solves for moduli that are like them.

        Parameters
        ----------
        young, poisson, anisotropy
            As for `solve`.
        """
        system = self._system
        if self._choose(None) != "iterative":
            return
        values = system.stiffness(Moduli.read(young, poisson, len(system.cells), anisotropy))
        with system.turns:
            system.multigrid.refresh(values)

    def moved(self, points, supports) -> "Elasticity":
        """The same cells with their nodes at other places, by a solver of its own.

        What the cells alone decide is kept, and so are the aggregates of the hierarchy: those of what this problem was
        last solved for, where it has been solved.

        Parameters
        ----------
        points : array, shape (n, 3) [mm]
        supports : array, shape (n, 3) or (k, n, 3) [mm]
            Prescribed on the same unknowns as before.

        Raises
        ------
        ValueError
            For shapes that do not match, other unknowns that are held, and inverted or folded cells.
        """
        other = copy(self)
        other._system = self._system.moved(points, supports)
        return other

    @property
    def volume(self) -> np.ndarray:
        """Volume that each quadrature point stands for, shape (m, q) [mm3]."""
        return self._system.geometry.volume

    @property
    def n_unknowns(self) -> int:
        """Number of free displacements."""
        return int(np.count_nonzero(~self._system.constraints.held))

    @property
    def n_modes(self) -> int:
        """Number of prescribed motions of the supports."""
        return len(self._system.constraints.prescribed)

    @property
    def method(self) -> str:
        """Default method of `solve`: "iterative", "direct" or "petsc"."""
        return self._choose(None)

    def solve(
        self,
        young,
        poisson,
        loads=None,
        tolerance: float = 1e-8,
        *,
        anisotropy: Anisotropy | None = None,
        method: str | None = None,
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
        anisotropy : Anisotropy, optional
            Share of each cell that is stiffer in one direction than in others; isotropic without.
        method : {"auto", "iterative", "direct", "petsc"}, optional
            Overrides the method of the problem.

        Raises
        ------
        ValueError
            For moduli out of range or shapes that do not match.
        NotConverged
            With the residual history.
        WorkerFailed
            PETSc cannot be started, or died.

        Warns
        -----
        LockingWarning
            Where 4-node tetrahedra have a Poisson's ratio above 0.4.
        """
        system = self._system
        moduli = Moduli.read(young, poisson, len(system.cells), anisotropy)
        warn_of_locking(system.cells, poisson)
        modes = system.load_modes(loads)
        chosen = self._choose(method)
        if chosen == "petsc":
            return solve_elsewhere(system, modes, moduli, self._worker or PetscWorker(), tolerance)
        load = load_of(system, modes, moduli)
        x, iterations = np.zeros_like(load.b), 0
        image = np.zeros_like(x)
        if len(system.pattern.node):
            values = system.stiffness(moduli)
            product = system.product(values)
            with system.turns:
                if chosen == "direct":
                    system.factorisation.refresh(values)
                    x = system.factorisation.apply(load.b)
                    x += system.factorisation.apply(load.b - product(x))
                else:
                    system.multigrid.refresh(values)
                    x, convergence = conjugate_gradients(
                        product, system.multigrid.apply, load.b, x, tolerance=tolerance
                    )
                    iterations = convergence.iterations
            image = product(x)
        residual = relative_size(load.b - image, load.b)
        if chosen == "direct" and not residual <= FACTORISED:
            text = (
                f"the factorisation leaves a relative residual of {residual:.2e}, expected at most {FACTORISED:.0e}: "
                "the body can move without strain, as where pieces hang together by single nodes or edges, or "
                "moduli span too many decades. Check supports, mesh and moduli."
            )
            raise NotConverged(text, [residual])
        displacement = modes.prescribed + system.nodal(x)
        force = system.nodal(load.coupling + image)
        np.copyto(force, system.held_force(moduli, displacement), where=system.constraints.held)
        energy = work(displacement, force)
        return Solution(
            energy=energy if modes.stacked else float(energy[0, 0]),
            iterations=iterations,
            residual=residual,
            method=chosen,
            _system=system,
            _modes=modes,
            _read_moduli=lambda: moduli,
            _basis=Basis(x),
            _coefficients=np.eye(len(x)),
        )

    def trajectory(
        self,
        history: Sequence,
        loads=None,
        *,
        energy_tolerance: float = 1e-4,
        consume: Callable[[int, TrajectorySolution], None] | None = None,
        method: str | None = None,
    ) -> Trajectory:
        """Find the equilibria along a history of moduli that is known in advance.

        Parameters
        ----------
        history : sequence of (young, poisson) or (young, poisson, anisotropy)
            One item per time, each as for `solve`; an item may be computed when it is asked for. The share of an
            anisotropy may change with time, its material and axes may not; such histories are solved item by item.
        loads : array, shape (n, 3) or (k, n, 3) [N], optional
            Nodal forces, the same at all times.
        energy_tolerance : float
            Allowed relative error of each displacement in the energy norm.
        consume : callable, optional
            Called once per time with (index, solution), in any order, so that nothing has to be kept.
        method : {"auto", "iterative", "direct"}, optional
            Overrides the method of the problem.

        Returns
        -------
        Trajectory
            Sequence of solutions in the given order. It keeps coefficients on a shared basis, not fields; a
            solution is formed when it is asked for, from the same item of `history`.
        """
        stepper = self.stepper(loads, energy_tolerance=energy_tolerance, method=method)
        with self._system.turns:
            return follow(stepper, history, consume)

    def stepper(self, loads=None, *, energy_tolerance: float = 1e-4, method: str | None = None) -> Stepper:
        """Solve for moduli that become known one after another, each time building on the times before.

        Parameters
        ----------
        loads : array, shape (n, 3) or (k, n, 3) [N], optional
            Nodal forces, the same at all times.
        energy_tolerance : float
            Allowed relative error of each displacement in the energy norm.
        method : {"auto", "iterative", "direct"}, optional
            Overrides the method of the problem.

        Returns
        -------
        Stepper
            `stepper.solve(young, poisson)`, with an anisotropy or without, gives the solution of one time.
        """
        chosen = self._choose(method)
        if chosen == "petsc":
            text = (
                "method is 'petsc' for moduli that change, expected iterative or direct: series build on a hierarchy "
                "in this process. Solve each time by `solve`, or take another method."
            )
            raise ValueError(text)
        return Stepper(self._system, loads, energy_tolerance=energy_tolerance, direct=chosen == "direct")

    def system(
        self, young, poisson, loads=None, *, anisotropy: Anisotropy | None = None
    ) -> "tuple[bsr_array, np.ndarray]":
        """Stiffness on free nodes and right-hand sides, as the solvers see them (for comparisons).

        Returns
        -------
        K : scipy.sparse.bsr_array, shape (3 r, 3 r) [N/mm]
            Unknowns of nodes that are held in part stand on the diagonal only.
        b : ndarray, shape (k, 3 r) [N]
        """
        from scipy.sparse import bsr_array  # late, see `systems.direct`

        system = self._system
        moduli = Moduli.read(young, poisson, len(system.cells), anisotropy)
        b = system.right_hand_side(moduli, system.load_modes(loads))
        size = 3 * len(system.pattern.node)
        values = system.stiffness(moduli)
        K = bsr_array((values, system.pattern.indices, system.pattern.indptr), shape=(size, size))
        return K, b.reshape(len(b), -1)

    def _choose(self, method):
        chosen = self._method if method is None else _read_method(method)
        if chosen == "auto":
            return "direct" if self.n_unknowns <= DIRECT_UNKNOWNS else "iterative"
        return chosen


def _read_method(method: str) -> str:
    if method not in METHODS:
        text = f"method is {method!r}, expected one of {', '.join(METHODS)}."
        raise ValueError(text)
    return method
