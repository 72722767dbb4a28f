"""Smooth random fields that depend on their seed alone, not on any grid or mesh."""

import numpy as np

_WAVES = 128


def smooth_noise(points, length_mm: float, seed: int) -> np.ndarray:
    """Random field of mean 0 and standard deviation 1 at points of space.

    Sum of N cosines with wave vectors k from a normal distribution of deviation 1 / L along each axis and phases
    from a uniform one; its correlation falls with distance r as exp(-(r / L)^2 / 2)                        [1]_

    Parameters
    ----------
    points : ndarray, shape (..., 3) [mm]
    length_mm : float [mm]
        Correlation length L.
    seed : int

    Returns
    -------
    ndarray, shape (...) [-]

    References
    ----------
    .. [1] A. Rahimi, B. Recht, Random features for large-scale kernel machines, NIPS 2007, section 3.1
    """
    random = np.random.default_rng(seed)
    waves = random.normal(0.0, 1.0 / length_mm, (_WAVES, 3))
    phases = random.uniform(0.0, 2 * np.pi, _WAVES)
    field = np.zeros(np.shape(points)[:-1])
    for wave, phase in zip(waves, phases, strict=True):
        field += np.cos(points @ wave + phase)
    return field * np.sqrt(2 / _WAVES)
