"""Ellipsoids of any orientation: exact distance, nearest point and normal of their surface."""

from dataclasses import dataclass

import numpy as np

_ITERATIONS = 60
_OFF_PLANE = 1e-9
"""Least distance from a plane of symmetry over the semi-axis: within the focal ellipse the nearest point is not one."""


@dataclass(frozen=True)
class Ellipsoid:
    """One ellipsoid.

    Attributes
    ----------
    centre : ndarray, shape (3,) [mm]
    semi_axes : ndarray, shape (3,) [mm]
    frame : ndarray, shape (3, 3) [-]
        Unit vectors of the semi-axes, one a row.
    """

    centre: np.ndarray
    semi_axes: np.ndarray
    frame: np.ndarray

    @classmethod
    def upright(cls, centre, semi_axes):
        """Ellipsoid with its axes along x, y and z."""
        return cls(np.asarray(centre, float), np.asarray(semi_axes, float), np.eye(3))

    def grown(self, offset):
        """Ellipsoid with every semi-axis longer by `offset` [mm]."""
        return Ellipsoid(self.centre, self.semi_axes + offset, self.frame)

    def nearest(self, points):
        """Signed distance to the surface, and the nearest point and outward normal there.

        Solves sum (a_i y_i / (t + a_i^2))^2 = 1 for the largest root t by Newton steps from its lower bound, where
        the function is convex and falls, so that they never overshoot                            [1]_

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        distance : ndarray, shape (n,) [mm]
            Negative inside.
        nearest, normal : ndarray, shape (n, 3) [mm], [-]

        References
        ----------
        .. [1] D. Eberly, Distance from a point to an ellipse, an ellipsoid, or a hyperellipsoid, 2013, section 3
        """
        a = self.semi_axes
        local = (np.asarray(points, float) - self.centre) @ self.frame.T
        y = np.maximum(np.abs(local), _OFF_PLANE * a)
        t = (a * y - a**2).max(axis=1)
        for _ in range(_ITERATIONS):
            ratio = a * y / (t[:, None] + a**2)
            excess = (ratio**2).sum(axis=1) - 1
            step = excess / (2 * (ratio**2 / (t[:, None] + a**2)).sum(axis=1))
            t = t + step
            if np.all(step <= 1e-12 * a.max() ** 2):
                break
        foot = np.copysign(a**2 * y / (t[:, None] + a**2), local)
        normal = foot / a**2
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        distance = np.copysign(np.linalg.norm(local - foot, axis=1), ((local / a) ** 2).sum(axis=1) - 1)
        return distance, foot @ self.frame + self.centre, normal @ self.frame

    def contains(self, points):
        """Mark points inside; shape (n,)."""
        local = (points - self.centre) @ self.frame.T
        return ((local / self.semi_axes) ** 2).sum(axis=-1) <= 1
