"""What becomes of cement with time: a paste that sets, and bone that replaces it where it is resorbed.

A computed day stands for its end: on the day of its injection cement is 24 hours old.
"""

import numpy as np

from .cement import Composite, PureCement
from .mixture import MixedProperties
from .table import value

_YEAR = 365.25


def is_set(cement: PureCement, age: float) -> bool:
    """Whether cement carries load at the end of the day that comes `age` days after that of its injection."""
    return 24 * (age + 1) >= cement.setting_hours


def resorbed(per_year: float, age) -> np.ndarray:
    """Share of a cement that is gone.

    R = 1 - (1 - r)^(t / year): every year takes the same share r of what is there.

    Parameters
    ----------
    per_year : float [-]
        From 0 to below 1.
    age : ndarray or float [d]
        None is gone before 0.

    Returns
    -------
    ndarray [-]
    """
    return 1 - (1 - per_year) ** (np.maximum(age, 0.0) / _YEAR)


def paste() -> Composite:
    """Cement in a void before it has set: carries nothing to speak of."""
    young = np.asarray(value("cement", "paste.young"))
    return Composite(young, np.asarray(0.3), young, young)


def replaced_by_bone(fresh: Composite, cement: PureCement, age: float, host: MixedProperties) -> Composite:
    """Properties of the augmented region once a part of the cement has been replaced by bone.

    E = (1 - R(t))^2 E_0 + R(t - lag) E_host, and strengths with the exponent 1.5: what is left of the cement is a
    cellular solid, and bone as that around it fills its pores some time after they opened.

    Parameters
    ----------
    fresh : Composite
        Of the day of the injection.
    cement : PureCement
    age : float [d]
    host : MixedProperties
        Of the bone before the fracture, shape (m,).

    Returns
    -------
    Composite
    """
    if cement.resorbed_per_year == 0:
        return fresh
    left = 1 - resorbed(cement.resorbed_per_year, age)
    bone = resorbed(cement.resorbed_per_year, age - value("cement", "resorption.bone_after"))
    softer = left ** value("cement", "resorption.modulus_exponent")
    weaker = left ** value("cement", "resorption.strength_exponent")
    return Composite(
        softer * fresh.young + bone * host.young,
        left * fresh.poisson + (1 - left) * host.poisson,
        weaker * fresh.strength_compression + bone * host.strength_compression,
        weaker * fresh.strength_tension + bone * host.strength_tension,
    )
