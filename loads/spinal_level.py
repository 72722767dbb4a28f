"""How the load of an activity changes from level to level of the spine."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from vertebra.constants.table import read_table

POSTURES = ("recumbent", "upright", "bent")
_SPINE = (*(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6)), "S1")
_POSITIONS = {vertebra: i + 0.5 for i, vertebra in enumerate(_SPINE[:-1])} | {
    f"{upper}-{lower}": i + 1.0 for i, (upper, lower) in enumerate(pairwise(_SPINE))
}
_TABLE = Path(__file__).parent / "activities.toml"


def position(level: str) -> float:
    """Place of a level, in vertebrae below the upper face of T1.

    Parameters
    ----------
    level : str
        A vertebra ("L1": its middle) or a disc ("L4-L5").

    Returns
    -------
    float
        T1 is 0.5, T12-L1 is 12, L5-S1 is 17.
    """
    if level not in _POSITIONS:
        message = (
            f"spinal level {level!r} is not known: expected a vertebra as L1 or a disc as L4-L5. Choose one."
        )
        raise ValueError(message)
    return _POSITIONS[level]


def mass_above(level: str) -> float:
    """Share of body mass above a level [-].

    Head, arms and the slices of the trunk down to the level, each the mass of one vertebral height, which grow
    linearly from T1 to L5: C(p) = c + s p + (t - s) / 16 p (p - 1) / 2 after p vertebrae [1]_.

    Parameters
    ----------
    level : str
        A vertebra ("L1": its middle) or a disc ("L4-L5").

    Returns
    -------
    float [-]

    References
    ----------
    .. [1] Pearsall, Reid, Livingston 1996, Ann Biomed Eng 24:198, doi 10.1007/BF02667349; see activities.toml
    """
    law = read_table(_TABLE)["level.mass_above"].parameters
    p, first, last = position(level), law["slice_T1"], law["slice_L5"]
    growth = (last - first) / (position("L5") - position("T1"))
    return law["head_and_arms"] + first * p + growth * p * (p - 1) / 2


def moment_share(level: str) -> float:
    """Force at a level over that at L5-S1 while the trunk is bent or lifts [-].

    Muscles of the back balance the moment of trunk and load, and press far more than their weight. Mean of the
    shares of two measured lifts, linear between the three levels that are known and constant above the
    highest of them, T7-T8 [1]_.

    Parameters
    ----------
    level : str
        A vertebra ("L1": its middle) or a disc ("L4-L5").

    Returns
    -------
    float [-]

    References
    ----------
    .. [1] La Torre 2017, doi 10.29011/2575-8241.000134; see activities.toml
    """
    law = read_table(_TABLE)["level.moment"].parameters
    forces = np.array([law["stoop_N"], law["squat_N"]])
    shares = (forces / forces[:, -1:]).mean(axis=0)
    return float(np.interp(position(level), [position(each) for each in law["levels"]], shares))


def level_shares(posture: str, level: str, reference: str) -> tuple[float, float]:
    """What a load known at one level is at another.

    Parameters
    ----------
    posture : str
        recumbent: the weight rests on the bed and the load is the same everywhere; upright: the part of the body
        goes with the mass above, a lifted weight passes all levels; bent: both go with the moment.
    level, reference : str
        Where the load is asked for, and where it is known.

    Returns
    -------
    body, lifted : float [-]
        Factors of the part that the body causes and of that of the lifted load.
    """
    if posture == "recumbent":
        return 1.0, 1.0
    if posture == "upright":
        return mass_above(level) / mass_above(reference), 1.0
    if posture == "bent":
        share = moment_share(level) / moment_share(reference)
        return share, share
    message = f"posture {posture!r} is not known: expected one of {', '.join(POSTURES)}. Choose one."
    raise ValueError(message)
