"""Equilibrium of an elastic, perfectly plastic body at given supports: inexact Newton on a convex energy.

With backward Euler and associated flow the displacement minimises a convex energy, whose gradient is the force that is
out of balance and whose Hessian is the stiffness of the consistent tangent. That is singular where bodies flow, so a
small share of the elastic stiffness is added to it: it changes the way, not the end. Each direction is found by
conjugate gradients to a loose tolerance, with the multigrid hierarchy refreshed at a recent tangent, and each step
goes to where the force along the direction has nearly vanished (line search on the energy's derivative).
"""

from dataclasses import dataclass

import numpy as np

from .krylov import NotConverged, conjugate_gradients
from .multigrid import Multigrid
from .plastic_assembly import force_of_stress, tangent_stiffness
from .return_mapping import Strength, return_map_tangent
from .stress import strain_of
from .system import System

ELASTIC_SHARE = 0.003
"""Of the elastic stiffness in the matrix of a Newton step (0.001 to 0.01 need about as many steps)."""
LINEAR_TOLERANCE = 0.03
"""Relative residual of a Newton direction."""
ITERATIONS = 100
"""Of conjugate gradients with an old hierarchy before it is refreshed after all."""
STALE = 1.5
"""The hierarchy is refreshed when a direction has taken so many times the iterations that it took when fresh."""
SLOPE = 0.8
"""A step is long enough when the derivative along it has fallen to this share."""
SEARCHES = 6
"""Evaluations of one line search at most."""
NEWTON_STEPS = 40
"""At given supports before giving up."""


@dataclass(frozen=True)
class Material:
    """Elastic moduli and strengths of all cells.

    Attributes
    ----------
    lam, mu : ndarray, shape (m,) [MPa]
    strength : Strength
    """

    lam: np.ndarray
    mu: np.ndarray
    strength: Strength


@dataclass(frozen=True)
class State:
    """What follows from a displacement and the plastic strain before it.

    Attributes
    ----------
    displacement : ndarray, shape (1, n, 3) [mm]
    force : ndarray, shape (1, n, 3) [N]
        Internal forces on all nodes: reactions where held, out of balance elsewhere.
    stress, plastic : ndarray, shape (m, q, 6) [MPa], [-]
        At the end of the step.
    tangent : ndarray, shape (m, q, 6, 6) [MPa]
    """

    displacement: np.ndarray
    force: np.ndarray
    stress: np.ndarray
    plastic: np.ndarray
    tangent: np.ndarray


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
        Of the one elastic solve.
    refreshes : int
        Of the hierarchy.
    evaluations : int
        Passes of the return mapping over all points.
    """

    newton_steps: int = 0
    iterations: int = 0
    elastic_iterations: int = 0
    refreshes: int = 0
    evaluations: int = 0


class Equilibrium:
    """Finds equilibria of one body and material, and keeps the hierarchy from one to the next.

    Parameters
    ----------
    system : System
    material : Material
    direct : bool
        Factorise every tangent instead of iterating.
    """

    def __init__(self, system: System, material: Material, *, direct: bool):
        self.system = system
        self.material = material
        self.work = Work()
        self._direct = direct
        self._inverse = system.factorisation if direct else Multigrid(system.pattern, system.points)
        self._fresh_iterations: int | None = None
        self._due = True

    def elastic(self, tolerance: float = 1e-6) -> np.ndarray:
        """Elastic displacement (k, n, 3) of each prescribed mode."""
        system, material = self.system, self.material
        b = system.right_hand_side(material.lam, material.mu, system.load_modes(None))
        values = system.stiffness(material.lam, material.mu)
        self._inverse.refresh(values)
        self.work.refreshes += 1
        x, convergence = conjugate_gradients(
            system.product(values), self._inverse.apply, b, np.zeros_like(b), tolerance=tolerance
        )
        self.work.iterations += convergence.iterations
        self.work.elastic_iterations += convergence.iterations
        return system.constraints.prescribed + system.nodal(x)

    def evaluate(self, displacement: np.ndarray, plastic: np.ndarray) -> State:
        """Return mapping at all points."""
        system, material = self.system, self.material
        self.work.evaluations += 1
        strain = strain_of(system.cells, system.geometry, displacement)[0]
        stress, new_plastic, tangent = return_map_tangent(
            strain, plastic, material.lam, material.mu, material.strength
        )
        return State(displacement, force_of_stress(system, stress), stress, new_plastic, tangent)

    def imbalance(self, state: State) -> float:
        """Sum of nodal forces out of balance over half the sum of the reactions (action and reaction)."""
        free = np.linalg.norm(self.system.rows(state.force), axis=-1).sum()
        held = np.linalg.norm(np.where(self.system.constraints.held, state.force[0], 0.0), axis=-1).sum()
        return float(2.0 * free / held) if held > 0 else np.inf

    def find(self, state: State, plastic: np.ndarray, tolerance: float) -> tuple[State, list[float]]:
        """Move the free nodes of a first guess until its imbalance is within the tolerance.

        Parameters
        ----------
        state : State
            Evaluated at the guess, which has the prescribed displacements.
        plastic : ndarray, shape (m, q, 6) [-]
            At the beginning of the step.
        tolerance : float
            Bound of `imbalance`.

        Returns
        -------
        State
        list of float
            Imbalance of the guess and after every Newton step.

        Raises
        ------
        NotConverged
        """
        history = [self.imbalance(state)]
        while not history[-1] <= tolerance:
            if len(history) > NEWTON_STEPS:
                text = (
                    f"equilibrium not found in {NEWTON_STEPS} Newton steps: the imbalance is {history[-1]:.1e}, "
                    f"expected {tolerance:.1e}."
                )
                raise NotConverged(text, history)
            direction = self._direction(state)
            state = self._search(state, direction, plastic)
            history.append(self.imbalance(state))
        return state, history

    def _direction(self, state: State) -> np.ndarray:
        """Newton direction (1, r, 3)."""
        system, material = self.system, self.material
        values = tangent_stiffness(system, state.tangent, material.lam, material.mu, ELASTIC_SHARE)
        b = -system.rows(state.force)
        self.work.newton_steps += 1
        if not self._due and not self._direct:
            try:
                return self._solve(values, b, fresh=False)
            except NotConverged as error:
                self.work.iterations += len(error.residuals)
        self._inverse.refresh(values)
        self.work.refreshes += 1
        return self._solve(values, b, fresh=True)

    def _solve(self, values, b, *, fresh: bool):
        x, convergence = conjugate_gradients(
            self.system.product(values),
            self._inverse.apply,
            b,
            np.zeros_like(b),
            tolerance=LINEAR_TOLERANCE,
            max_iterations=1000 if fresh else ITERATIONS,
        )
        self.work.iterations += convergence.iterations
        if fresh:
            self._fresh_iterations = convergence.iterations
        assert self._fresh_iterations is not None
        self._due = self._direct or convergence.iterations > STALE * self._fresh_iterations
        return x

    def _search(self, state: State, direction: np.ndarray, plastic: np.ndarray) -> State:
        """Go along the direction (1, r, 3) until the energy's derivative has fallen to a share of its start."""
        move = self.system.nodal(direction)
        start = float((self.system.rows(state.force) * direction).sum())
        low, at_low = 0.0, start
        high, at_high = np.inf, np.inf
        length = 1.0
        best, found = np.inf, state
        for _ in range(SEARCHES):
            trial = self.evaluate(state.displacement + length * move, plastic)
            slope = float((self.system.rows(trial.force) * direction).sum())
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
