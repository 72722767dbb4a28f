"""How vessels come back into crushed bone: the coefficients of a diffusion-reaction equation.

The vascularity n is 0 without vessels and 1 in vital bone. It grows into the broken territory by

    dn/dt = div(D grad n) + s (1 - n),

from the rim with the diffusivity D, and from remnants of vital bone inside the crushed zone, which sprout at the rate
s. D alone would bring the middle of a crushed zone, 5 mm from both borders, to a half after 3 weeks and to 95 % after
9 (1 - 4/pi exp(-pi^2 D t / 4 L^2) in a slab of half thickness L), too late for a zone that is bone after 7-8 weeks;
s stands for the fragments and marrow spaces that live on inside it and is calibrated on that. A cleft holds neither
remnants nor scaffold: fronts from its rim are all that comes, and they are slow, so that the time to cross it grows
with the square of its thickness. Cement lets nothing through. Local strain and smoking slow both.

On the bundled scenarios (3 mm elements, no strain) the mean over the fracture zone is

    day                0     7     14    28    42    56
    crush            0.29  0.76  0.91  0.99  1.00  1.00
    main, wedge      0.60  0.86  0.95  0.99  1.00  1.00
    biconcave        0.39  0.69  0.83  0.95  0.99  1.00

and the least value in broken bone of the crush 0.10, 0.62, 0.85, 0.98 on days 0, 7, 14, 28. Cells at the rim share
nodes with vital bone, so the mean of day 0 falls with the element (crush: 0.20 at 1.5 mm); from day 7 on it moves by
1 %.
"""

from dataclasses import dataclass, field

import numpy as np

from ...table import value
from ..laws.strain import largest_strain
from .pace import Pace


def is_vital(territory, gap: np.ndarray | float = 0.0) -> np.ndarray:
    """Bone whose vessels are whole: hardly broken and beside no cleft.

    Parameters
    ----------
    territory, gap : ndarray, shape (m,) [-]
        Broken share of each element (`damage.damage`); volume fraction of a cleft in it.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    return (np.asarray(territory) < value("perfusion", "vital_below")) & (np.asarray(gap) <= 0)


def fresh_vascularity(territory, gap: np.ndarray | float = 0.0) -> np.ndarray:
    """Vascularity on day 0: all of it in the vital share of an element, little in the broken one, none in a cleft.

    n = (1 - gap) (1 - g (1 - residual))

    Parameters
    ----------
    territory, gap : ndarray, shape (m,) [-]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    lost = np.asarray(territory, dtype=float) * (1 - value("perfusion", "residual"))
    return np.asarray((1 - np.asarray(gap, dtype=float)) * (1 - lost))


def strain_slowdown(strain) -> np.ndarray:
    """Share of their rate at which vessels grow under strain: 1 up to the first limit, 0 from the second.

    The measure is the largest magnitude of a principal strain.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]
        Voigt order xx yy zz yz xz xy with engineering shear.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    unhindered, torn = value("perfusion", "strain.unhindered"), value("perfusion", "strain.torn")
    return np.clip((torn - largest_strain(strain)) / (torn - unhindered), 0, 1)


@dataclass(frozen=True)
class VesselGrowth:
    """Rates at which vessels of one patient grow.

    Attributes
    ----------
    speed : float [-]
        Rates of this patient over those of a healthy one, by what acts throughout.
    pace : Pace
        Days on which vessels grow faster or slower than that.
    diffusivity : float [mm2/d]
    sprouting : float [1/d]
    """

    speed: float = 1.0
    pace: Pace = field(default_factory=Pace)
    diffusivity: float = field(default_factory=lambda: value("perfusion", "diffusivity"))
    sprouting: float = field(default_factory=lambda: value("perfusion", "sprouting"))

    def __post_init__(self):
        """Refuse a pace that is none."""
        if not self.speed > 0:
            message = f"speed is {self.speed:g}, expected a positive factor: 1 without risk factors."
            raise ValueError(message)

    def coefficients(
        self, gap: np.ndarray | float = 0.0, cement: np.ndarray | float = 0.0, strain=None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Diffusivity and sprouting rate of every element.

        D = speed D0 (1 - gap (1 - cleft)) (1 - cement) slowdown,   s = speed s0 (1 - gap) (1 - cement) slowdown

        where `cleft` is the diffusivity in a cleft over that in crushed bone.

        Parameters
        ----------
        gap, cement : ndarray, shape (m,), or float [-]
            Volume fractions of a cleft and of the augmented region.
        strain : ndarray, shape (m, 6), optional [-]
            Mean strain of each element under the daily load.

        Returns
        -------
        diffusivity : ndarray, shape (m,) [mm2/d]
        sprouting : ndarray, shape (m,) [1/d]
        """
        slowdown = 1.0 if strain is None else strain_slowdown(strain)
        share = self.speed * (1 - np.asarray(cement, dtype=float)) * slowdown
        remnants = 1 - np.asarray(gap, dtype=float)
        passable = remnants + (1 - remnants) * value("perfusion", "cleft")
        return np.asarray(share * self.diffusivity * passable), np.asarray(share * self.sprouting * remnants)
