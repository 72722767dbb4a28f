"""Uneven trabecular density: factors on a mean density, by place in the vertebral body.

Fields are functions of the place relative to the box of the body, each coordinate from -1 to 1 (RAS), so that they fit
bodies of any size. They hold what the model of an even density leaves out; none is fitted to a patient.
"""

import numpy as np

KINDS = ("even", "axial", "sagittal", "soft_centre", "smooth")
"""Even; falling or rising along the axis, or from back to front; softer in the middle, by 20-25 % in osteoporotic L1-L2
(Kurutz 2008); smooth at random."""

_CENTRE_RADIUS = 0.5
_WAVES = 12
_LONGEST, _SHORTEST = 3.0, 1.0
"""Wavelengths of a random field in half boxes: about 15 to 60 mm."""


def density_factor(
    place: np.ndarray, volume: np.ndarray, kind: str, amplitude: float, seed: int
) -> np.ndarray:
    """Density over the mean density of the body.

    Parameters
    ----------
    place : ndarray, shape (m, 3) [-]
        Middles of the cells, each coordinate from -1 to 1 over the box of the body.
    volume : ndarray, shape (m,) [mm3]
        Weights of the mean.
    kind : str
        One of `KINDS`.
    amplitude : float [-]
        Change from the middle to the end (axial, sagittal), drop in the middle (soft_centre), standard deviation of
        the waves (smooth).
    seed : int
        Of a smooth field.

    Returns
    -------
    ndarray, shape (m,) [-]
        With a volume mean of 1.
    """
    x, y, z = place.T
    if kind == "even":
        shape = np.zeros(len(place))
    elif kind == "axial":
        shape = amplitude * z
    elif kind == "sagittal":
        shape = -amplitude * y
    elif kind == "soft_centre":
        shape = -amplitude * np.exp(-(x**2 + y**2 + z**2) / (2 * _CENTRE_RADIUS**2))
    elif kind == "smooth":
        shape = np.tanh(amplitude * _waves(place, seed))
    else:
        message = f"density field {kind!r}: expected one of {', '.join(KINDS)}. Name one of them."
        raise ValueError(message)
    factor = 1 + shape
    return factor / np.average(factor, weights=volume)


def _waves(place, seed):
    """Sum of plane waves in random directions, unit variance over many bodies; shape (m,)."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=(_WAVES, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    number = 2 * np.pi / rng.uniform(_SHORTEST, _LONGEST, _WAVES)
    phase = rng.uniform(0, 2 * np.pi, _WAVES)
    return np.cos(place @ (direction * number[:, None]).T + phase).sum(axis=1) * np.sqrt(2 / _WAVES)
