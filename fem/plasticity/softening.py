"""Loss of strength with flow: linear, to a residual share. Off unless asked for.

sigma(k) = sigma_0 max(r, 1 - (1 - r) k / k_r) for compression, tension and shear alike, with the accumulated size of
the flow k = sum |d eps_p| (Frobenius). The strength of an increment is that of its beginning, so that every increment
stays a convex problem; the error is of first order in the increment. A body that softens localises in one layer of
cells, so its curve beyond the largest force depends on the mesh: choose k_r for the cell size, or do not read that
part.
"""

from dataclasses import dataclass

import numpy as np

from .return_mapping import Strength


@dataclass(frozen=True)
class Softening:
    """Law of linear softening.

    Attributes
    ----------
    strain : float [-]
        Size of the flow k_r at which the residual strength is reached.
    residual : float [-]
        Share r of the strength that stays, above zero.
    """

    strain: float
    residual: float = 0.1

    def __post_init__(self):
        """Refuse laws that are no softening.

        Raises
        ------
        ValueError
        """
        if not self.strain > 0 or not 0 < self.residual <= 1:
            text = (
                f"softening to a share of {self.residual} at a flow of {self.strain}: expected a share above 0 "
                "and at most 1, and a positive flow."
            )
            raise ValueError(text)

    def apply(self, strength: Strength, flow: np.ndarray) -> Strength:
        """Strength after an accumulated flow (m, q) [-]."""
        share = np.maximum(self.residual, 1 - (1 - self.residual) * flow / self.strain)
        return Strength(strength.compression * share, strength.tension * share, strength.shear * share)


def flow_size(increment: np.ndarray) -> np.ndarray:
    """Frobenius norm (...) of increments of plastic strain (..., 6), engineering shear."""
    normal = (increment[..., :3] ** 2).sum(axis=-1)
    return np.sqrt(normal + 0.5 * (increment[..., 3:] ** 2).sum(axis=-1))
