"""How far a state is from equilibrium: forces out of balance, and the error they leave in the force of the test.

The sum of the forces out of balance bounds the error of every load, but coarsely: where a body flows, forces of
neighbouring nodes cancel. The error of the force itself is seen by virtual work: on whatever admissible motion v of
amplitude 1, forces in balance do the same work f . v, the force of the test. So the force is read on three motions,
that of the supports alone, that of the elastic body and that of the last step (the mechanism, where the body flows).
They have to agree; and a free motion, on which the elastic body goes along, has to take no force.
"""

from dataclasses import dataclass

import numpy as np

from ..systems.system import System
from .state import State


@dataclass(frozen=True, eq=False)
class Balance:
    """Motions on which forces are read.

    Attributes
    ----------
    system : System
    driven : ndarray, shape (n, 3)
        Displacement of the supports at amplitude 1; zero elsewhere.
    elastic : ndarray, shape (n, 3)
        That of the elastic body, free motions in balance.
    free : ndarray, shape (f, n, 3)
        Motions of the supports that no force may hold.
    followed : ndarray, shape (f, n, 3)
        Those of the elastic body.
    """

    system: System
    driven: np.ndarray
    elastic: np.ndarray
    free: np.ndarray
    followed: np.ndarray

    def imbalance(self, state: State) -> float:
        """Sum of forces out of balance over half the sum of the reactions (action and reaction).

        A free motion counts by its generalised force over its longest lever.
        """
        out = np.linalg.norm(self.system.rows(state.force), axis=-1).sum()
        if len(self.free):
            out += np.sum(np.abs(np.tensordot(self.free, state.force[0], 2)) / _lever(self.free))
        held = np.linalg.norm(np.where(self.system.constraints.held, state.force[0], 0.0), axis=-1).sum()
        return float(2.0 * out / held) if held > 0 else np.inf

    def force_error(self, state: State, velocity: np.ndarray) -> float:
        """Largest difference between readings of the force, relative.

        Parameters
        ----------
        state : State
        velocity : ndarray, shape (1, n, 3)
            Displacement of the last step over its amplitude.

        Returns
        -------
        float
            Infinite where there is no force.
        """
        force = work(self.driven, state.force[0])
        if force == 0:
            return np.inf
        errors = [
            (work(self.elastic, state.force[0]) - force) / force,
            (work(velocity[0], state.force[0]) - force) / force,
        ]
        if len(self.free):
            levers = _lever(self.free) / _lever(self.driven[None])
            errors.extend(np.tensordot(self.followed, state.force[0], 2) / levers / force)
        return float(np.abs(errors).max())


def work(motion: np.ndarray, force: np.ndarray) -> float:
    """Work of forces (n, 3) on a motion (n, 3).

    Not by BLAS: it wakes threads for vectors of this length, whose waiting takes more processor time than the sum.
    """
    return float(np.einsum("ni,ni->", motion, force))


def _lever(motions: np.ndarray) -> np.ndarray:
    """Largest displacement (k,) of motions (k, n, 3)."""
    return np.linalg.norm(motions, axis=2).max(axis=1)
