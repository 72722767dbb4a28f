"""How points go that go with the upper platen, and what that makes of the strength of cells."""

from dataclasses import dataclass

import numpy as np

from .axial_strength import AxialStrength

SLOWEST = 1e-3
"""Least speed of a cell that goes with a turning platen, over that of the force; none is a hinge for nothing."""


@dataclass(frozen=True, eq=False)
class PlatenMotion:
    """A platen that moves by 1 along the axis at its pivot and turns.

    Attributes
    ----------
    pivot : ndarray, shape (3,) [mm]
    tilt : tuple of float [1/mm]
        p and q: points beside the pivot move by 1 + p x + q y along the axis.
    """

    pivot: np.ndarray
    tilt: tuple[float, float]

    def at(self, points: np.ndarray) -> np.ndarray:
        """Velocity R of points (..., 3) [mm] that go with the platen; the same shape."""
        x, y, z = np.moveaxis(points - self.pivot, -1, 0)
        p, q = self.tilt
        return np.stack([-p * z, -q * z, 1 + p * x + q * y], axis=-1)

    def in_cells(self, corners: np.ndarray, strength: AxialStrength) -> tuple[np.ndarray, AxialStrength]:
        """Direction in which cells go, and their strength times their speed.

        Parameters
        ----------
        corners : ndarray, shape (m, 4, 3) [mm]
        strength : AxialStrength
            Of the m cells.

        Returns
        -------
        axis : ndarray, shape (m, 3)
        strength : AxialStrength
        """
        here = self.at(corners)
        speed = np.sqrt((here**2).sum(axis=2)).mean(axis=1)
        mean = here.mean(axis=1)
        size = np.sqrt((mean**2).sum(axis=1))
        axis = np.where(
            size[:, None] > 0, mean / np.maximum(size, np.finfo(float).tiny)[:, None], [0.0, 0.0, 1.0]
        )
        return axis, strength.moving(np.maximum(speed, SLOWEST), size)
