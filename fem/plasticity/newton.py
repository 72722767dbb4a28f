"""Equilibrium of an elastic, perfectly plastic body at given supports: inexact Newton on a convex energy.

With backward Euler and associated flow the displacement minimises a convex energy, whose gradient is the force that is
out of balance and whose Hessian is the stiffness of the consistent tangent. That is singular where bodies flow, so a
small share of the elastic stiffness is added to it: it changes the way, not the end. Each direction is found by
conjugate gradients to a loose tolerance, and each step goes to where the energy's derivative along the direction has
fallen enough (line search).

The preconditioner is the multigrid hierarchy of the elastic body with the smoother of the tangent. No tangent is
stiffer than the elastic body, so its coarse corrections are too short where the body flows, never too long: iterations
are as few as with a hierarchy of every tangent, whose set-up takes more time than they do. With the hierarchy of an
earlier tangent they are up to ten times as many.

Some motions of the supports may be free, as the rotations of a platen on a ball joint: their amplitudes minimise the
energy as well. With w_j the free motion j in linearised equilibrium (one more right-hand side), the stiffness
S_ij = w_i . K w_j and the force of every free motion, a step adds the motions -S^-1 (w . force) to the direction.
"""

from dataclasses import dataclass

import numpy as np

from ..multigrid.inexact import inexact_gradients
from ..multigrid.krylov import NotConverged, conjugate_gradients
from ..multigrid.vcycle import Multigrid
from ..systems.system import System
from .assembly import tangent_stiffness
from .balance import Balance, work
from .state import Material, State, evaluate, linearised_force, yielding

ELASTIC_SHARE = 0.01
"""Of the elastic stiffness in the matrix of a Newton step: 0.02 and 0.04 take as long, 0.001 half as long again."""
LINEAR_TOLERANCE = 0.1
"""Relative residual of a Newton direction."""
SLOPE = 0.3
"""A step is long enough when the derivative along it has fallen to this share: a looser search (0.8) saves evaluations
and takes a fifth more linear systems, which cost more."""
SEARCHES = 6
"""Evaluations of one line search at most."""
FORCE_ERROR = 1e-3
"""Error of the force, relative, that no tolerance of the imbalance loosens."""
NEWTON_STEPS = 40
"""At given supports before giving up."""


@dataclass
class Work:
    """Counts what a test has cost.

    Attributes
    ----------
    newton_steps : int
        Linear systems solved, loosely.
    iterations : int
        Of conjugate gradients, the elastic solve included.
    elastic_iterations : int
        Of the one elastic solve, to 1e-8.
    refreshes : int
        Of the whole hierarchy, or factorisations.
    evaluations : int
        Passes of the return mapping over all points.
    """

    newton_steps: int = 0
    iterations: int = 0
    elastic_iterations: int = 0
    refreshes: int = 0
    evaluations: int = 0


class EquilibriumSearch:
    """Finds equilibria of one body and material, and keeps the hierarchy from one to the next.

    Parameters
    ----------
    system : System
    material : Material
    free_motions : ndarray, shape (f, n, 3) [mm]
        Motions of the supports that no force may hold; none for f = 0.
    direct : bool
        Factorise every tangent instead of iterating.
    """

    def __init__(self, system: System, material: Material, free_motions: np.ndarray, *, direct: bool):
        self.system = system
        self.material = material
        self.free_motions = free_motions
        self.work = Work()
        self._stiffness = system.stiffness(material.moduli)
        self._values = np.empty_like(self._stiffness)  # of the last tangent
        self._inverse = system.factorisation if direct else Multigrid(system.pattern, system.points)
        self._followed = np.zeros((len(free_motions), len(system.pattern.node), 3))

    def elastic(self, tolerance: float = 1e-8) -> tuple[np.ndarray, np.ndarray]:
        """Elastic displacement (k, n, 3) of each prescribed mode and their stiffness (k, k) [N mm]."""
        system, material = self.system, self.material
        b = system.right_hand_side(material.moduli, system.load_modes(None))
        self._inverse.refresh(self._stiffness)
        self.work.refreshes += 1
        x, convergence = conjugate_gradients(
            system.product(self._stiffness), self._inverse.apply, b, np.zeros_like(b), tolerance=tolerance
        )
        self.work.iterations += convergence.iterations
        self.work.elastic_iterations += convergence.iterations
        displacement = system.constraints.prescribed + system.nodal(x)
        internal = system.internal(material.moduli, displacement)
        return displacement, np.einsum("ani,bni->ab", displacement, internal)

    def evaluate(self, displacement: np.ndarray, plastic: np.ndarray) -> State:
        """State at a displacement (1, n, 3) after the plastic strain (m, q, 6)."""
        self.work.evaluations += 1
        return evaluate(self.system, self.material, displacement, plastic)

    def find(
        self, trial: State, last: State, increment: float, balance: Balance, tolerance: float
    ) -> tuple[State, list[float]]:
        """Move what is free of a first guess until its forces balance.

        Parameters
        ----------
        trial : State
            Evaluated at the guess, which has the prescribed displacements.
        last : State
            Equilibrium at the beginning of the step.
        increment : float
            Of the amplitude, from the beginning of the step.
        balance : Balance
        tolerance : float
            Bound of the imbalance. The error of the force is bounded by `FORCE_ERROR` as well.

        Returns
        -------
        State
        list of float
            Imbalance of the guess and after every Newton step.

        Raises
        ------
        NotConverged
        """
        state, history = trial, [balance.imbalance(trial)]
        while True:
            error = balance.force_error(state, (state.displacement - last.displacement) / increment)
            if history[-1] <= tolerance and error <= FORCE_ERROR:
                return state, history
            if len(history) > NEWTON_STEPS:
                text = (
                    f"equilibrium not found in {NEWTON_STEPS} Newton steps: the imbalance is {history[-1]:.1e}, "
                    f"expected {tolerance:.1e}, the error of the force {error:.1e}, expected {FORCE_ERROR:.1e}."
                )
                raise NotConverged(text, history)
            state = self._search(state, self._direction(state, last.plastic), last.plastic)
            history.append(balance.imbalance(state))

    def _direction(self, state: State, plastic: np.ndarray) -> np.ndarray:
        """Newton direction of all nodes, shape (1, n, 3)."""
        system, material, free = self.system, self.material, self.free_motions
        flowing = yielding(material, state, plastic)
        values = tangent_stiffness(
            system,
            self._stiffness,
            flowing.tangent,
            material.lam,
            material.mu,
            ELASTIC_SHARE,
            flowing.cells,
            self._values,
        )
        b = -system.rows(state.force)
        if not len(free):
            return system.nodal(self._solve(values, b, np.zeros_like(b)))

        def linear(u):
            return linearised_force(system, material, flowing, ELASTIC_SHARE, u)

        b = np.concatenate([b, -system.rows(linear(free))])
        start = np.concatenate([np.zeros_like(b[:1]), self._followed])
        x = self._solve(values, b, start)
        self._followed = x[1:]
        w = free + system.nodal(self._followed)
        stiffness = np.tensordot(w, linear(w), axes=([1, 2], [1, 2]))
        amplitude = -np.linalg.solve(stiffness, np.tensordot(w, state.force[0], 2))
        return system.nodal(x[:1]) + np.tensordot(amplitude, w, 1)

    def _solve(self, values, b, start) -> np.ndarray:
        """Loose solution (k, r, 3) of the linearised equations."""
        self.work.newton_steps += 1
        if isinstance(self._inverse, Multigrid):
            self._inverse.refresh_smoother(values)
            residual = b - self.system.product(values)(start) if start.any() else b
            x, iterations = inexact_gradients(
                self._inverse, residual, np.linalg.norm(b, axis=(1, 2)), tolerance=LINEAR_TOLERANCE
            )
            self.work.iterations += iterations
            return start + x
        self._inverse.refresh(values)
        self.work.refreshes += 1
        x, convergence = conjugate_gradients(
            self.system.product(values), self._inverse.apply, b, start, tolerance=LINEAR_TOLERANCE
        )
        self.work.iterations += convergence.iterations
        return x

    def _search(self, state: State, move: np.ndarray, plastic: np.ndarray) -> State:
        """Go along the move (1, n, 3) until the energy's derivative has fallen to a share of its start."""
        start = work(move[0], state.force[0])
        low, at_low = 0.0, start
        high, at_high = np.inf, np.inf
        length = 1.0
        best, found = np.inf, state
        for _ in range(SEARCHES):
            trial = self.evaluate(state.displacement + length * move, plastic)
            slope = work(move[0], trial.force[0])
            if abs(slope) < best:
                best, found = abs(slope), trial
            if abs(slope) <= SLOPE * abs(start):
                break
            if slope < 0:
                low, at_low = length, slope
            else:
                high, at_high = length, slope
            length = 2.0 * length if np.isinf(high) else low - (high - low) * at_low / (at_high - at_low)
        return found
