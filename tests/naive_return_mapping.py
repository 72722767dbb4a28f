"""Closest point of the box in the norm of C^-1, by trying all 27 sets of faces."""

import itertools

import numpy as np

VOIGT = ((0, 1, 2, 1, 0, 0), (0, 1, 2, 2, 2, 1))


def to_tensor(voigt, engineering=False):
    out = np.zeros((3, 3))
    for value, i, j, shear in zip(voigt, *VOIGT, (1, 1, 1, 2, 2, 2), strict=True):
        out[i, j] = out[j, i] = value / (shear if engineering else 1)
    return out


def to_voigt(tensor):
    return tensor[VOIGT]


def project(trial, C, compression, tension):
    """Point s of the box with the least (s - trial) . C^-1 (s - trial)."""
    compliance = np.linalg.inv(C)
    best, nearest = np.inf, trial
    for face in itertools.product((-1, 0, 1), repeat=3):
        face = np.array(face)
        s = np.choose(face + 1, [-compression, 0.0, tension])
        if not np.isfinite(s).all():
            continue
        free = face == 0
        s[free] = trial[free]
        if free.any() and not free.all():
            pull = compliance[np.ix_(free, ~free)] @ (s - trial)[~free]
            s[free] -= np.linalg.solve(compliance[np.ix_(free, free)], pull)
        distance = (s - trial) @ compliance @ (s - trial)
        if s.min() >= -compression - 1e-12 and s.max() <= tension + 1e-12 and distance < best:
            best, nearest = distance, s
    return nearest


def return_map(strain, plastic, lam, mu, compression, tension):
    """Stress (6,) and new plastic strain (6,) of one point."""
    e, n = np.linalg.eigh(to_tensor(strain - plastic, engineering=True))
    C = lam + 2 * mu * np.eye(3)
    s = project(C @ e, C, compression, tension)
    flow = e - np.linalg.solve(C, s)
    return to_voigt((n * s) @ n.T), plastic + to_voigt((n * flow) @ n.T) * [1, 1, 1, 2, 2, 2]
