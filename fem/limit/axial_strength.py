"""What a material dissipates where velocities point along one axis, from its uniaxial strengths and that in shear.

A body whose principal stresses are bounded by -C <= s_i <= T and s_1 - s_3 <= R (the box, cut by a shear strength R/2)
flows with the velocity v = -u(x) z, z the axis. The strain rate -sym(z grad u) has the principal values

    e_1 = (|grad u| - u_z) / 2 >= 0,   e_2 = 0,   e_3 = -(|grad u| + u_z) / 2 <= 0,

and dissipates the largest s_1 e_1 + s_3 e_3 over the yield set (s and e share their axes and their order, s_2 is free
between). The largest lies where s_1 - s_3 = R, at s_1 = T or at s_3 = -C, whatever R between max(C, T) and C + T:

    h(grad u) = R/2 |grad u| + max((C - R/2) u_z, (R/2 - T) u_z).

With R = C + T, where the shear strength is that of the box, (C + T)/2 |grad u| + (C - T)/2 u_z. A surface that is
normal to the axis costs C an area (T where it opens), one along it R/2. h is the support function of the fluxes

    q with |q - m z| <= R/2 for some m in [R/2 - T, C - R/2]:

a ball swept along a piece of the axis, which is what the traction (s_xz, s_yz, -s_zz) on the axis may be.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, eq=False)
class AxialStrength:
    """Fluxes that cells bear: within `radius` of a piece of the axis from `down` to `up`.

    Attributes
    ----------
    radius, up, down : ndarray, shape (m,) [MPa]
        R/2, C - R/2 and R/2 - T.
    """

    radius: np.ndarray
    up: np.ndarray
    down: np.ndarray

    @classmethod
    def of(cls, compression: np.ndarray, tension: np.ndarray, shear: np.ndarray | float = np.inf) -> Self:
        """Cut the box of the uniaxial strengths by a shear strength.

        Parameters
        ----------
        compression, tension : ndarray, shape (m,) [MPa]
            Positive and finite.
        shear : ndarray, shape (m,), or float [MPa]
            Largest shear stress (s_1 - s_3) / 2, at least half of either uniaxial strength; that of the box by default.

        Raises
        ------
        ValueError
            A strength is out of range.
        """
        compression, tension = np.asarray(compression, float), np.asarray(tension, float)
        strength = np.stack([compression, tension])
        usable = np.isfinite(strength) & (strength > 0)
        if not usable.all():
            bad = int(np.argmin(usable.all(axis=0)))
            message = (
                f"cell {bad} has the strengths {compression[bad]:g} and {tension[bad]:g} MPa, expected positive, "
                "finite ones. Leave caps and holes out."
            )
            raise ValueError(message)
        shear = np.broadcast_to(np.asarray(shear, float), compression.shape)
        needed = strength.max(axis=0) / 2
        weak = ~(shear >= needed * (1 - 1e-9))
        if weak.any():
            bad = int(np.argmax(weak))
            message = (
                f"cell {bad} has the shear strength {shear[bad]:g} MPa, expected at least half of its uniaxial "
                f"strengths {compression[bad]:g} and {tension[bad]:g} MPa, which it would lower. Raise it."
            )
            raise ValueError(message)
        radius = np.minimum(np.maximum(shear, needed), (compression + tension) / 2)
        return cls(radius, compression - radius, radius - tension)

    def dissipation(self, gradient: np.ndarray, axis: np.ndarray) -> np.ndarray:
        """Power a volume of gradients of u (m, 3) along axes (m, 3) of length one: h, shape (m,)."""
        along = np.einsum("ci,ci->c", gradient, axis)
        steep = np.sqrt(np.einsum("ci,ci->c", gradient, gradient))
        return self.radius * steep + np.maximum(self.up * along, self.down * along)

    def moving(self, speed: np.ndarray, velocity: np.ndarray) -> Self:
        """Strengths of cells whose points move unevenly along one axis.

        Where points move to and fro, |v| a has a mean above that of v a: the difference goes to the radius, so that a
        surface across the axis dissipates what its points do.

        Parameters
        ----------
        speed : ndarray, shape (m,)
            Mean over the cell of |v|.
        velocity : ndarray, shape (m,)
            Size of the mean of v, at most `speed`.
        """
        to_and_fro = (self.up - self.down) / 2 * np.maximum(speed - velocity, 0.0)
        return type(self)(self.radius * speed + to_and_fro, self.up * velocity, self.down * velocity)

    def take(self, cells: np.ndarray) -> Self:
        """Strengths of some cells, in their order."""
        return type(self)(self.radius[cells], self.up[cells], self.down[cells])


def even_out(values: np.ndarray, groups: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """One strength for each group of cells: the mean by volume.

    Parameters
    ----------
    values : ndarray, shape (m,) [MPa]
    groups : ndarray of int, shape (m,)
        Number of the group of each cell from 0 on; cells of -1 keep their value.
    volume : ndarray, shape (m,) [mm3]

    Returns
    -------
    ndarray, shape (m,) [MPa]
    """
    grouped = groups >= 0
    number = groups[grouped]
    mean = np.bincount(number, (values * volume)[grouped]) / np.maximum(
        np.bincount(number, volume[grouped]), np.finfo(float).tiny
    )
    out = np.array(values, float)
    out[grouped] = mean[number]
    return out
