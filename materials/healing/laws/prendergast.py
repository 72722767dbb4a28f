"""Differentiation by octahedral shear strain after Prendergast, Huiskes and Lacroix, in elastic form."""

import numpy as np

from ...table import value
from .differentiation import Differentiation, above, below
from .strain import octahedral_shear_strain


def stimulus(strain) -> np.ndarray:
    """S = gamma / 0.0375, without the share of the fluid.

    The published stimulus adds the speed of the interstitial fluid over 3 um/s. An elastic model has no fluid;
    leaving it out makes every place look quieter than the biphasic model would.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    return octahedral_shear_strain(strain) / value("mechanoregulation", "prendergast.reference_strain")


def prendergast(strain) -> Differentiation:
    """Fibrous tissue, cartilage, immature or mature bone by the stimulus S.

    S > 3           fibrous tissue
    1 to 3          cartilage
    0.267 to 1      immature woven bone
    0.01 to 0.267   mature bone
    S < 0.01        resorption

    Immature bone mineralises (it ages wherever it exists) but does not turn lamellar.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]

    Returns
    -------
    Differentiation

    References
    ----------
    .. [1] Prendergast, Huiskes, Soballe 1997, J Biomech 30:539
    .. [2] Lacroix & Prendergast 2002, J Biomech 35:1163
    """
    width = value("mechanoregulation", "transition")
    disuse, mature, bone, cartilage = (
        value("mechanoregulation", f"prendergast.limit.{name}")
        for name in ("resorption", "mature", "bone", "cartilage")
    )
    s = stimulus(strain)
    forms_bone = below(s, bone, width)
    return Differentiation(
        intramembranous=forms_bone,
        chondrogenesis=below(s, cartilage, width),
        ossification=forms_bone,
        mineralisation=forms_bone,
        maturation=below(s, mature, width),
        rupture=above(s, cartilage, width),
        resorption=below(s, disuse, width),
    )
