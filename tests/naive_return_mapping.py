"""Closest point of the yield set in the norm of C^-1, by trying every set of planes that it may lie on."""

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


def planes(compression, tension, shear):
    """Normals (k, 3) and bounds (k,) of -s_i <= compression, s_i <= tension, s_i - s_j <= 2 shear."""
    axes = np.eye(3)
    found = [(-axes[i], compression) for i in range(3)] + [(axes[i], tension) for i in range(3)]
    found += [(axes[i] - axes[j], 2 * shear) for i, j in itertools.permutations(range(3), 2)]
    found = [(normal, bound) for normal, bound in found if np.isfinite(bound)]
    return np.array([n for n, _ in found]).reshape(-1, 3), np.array([b for _, b in found])


def project(trial, C, compression, tension, shear=np.inf):
    """Point s of the polytope with the least (s - trial) . C^-1 (s - trial)."""
    compliance = np.linalg.inv(C)
    normals, bounds = planes(compression, tension, shear)
    best, nearest = np.inf, trial
    for count in range(4):
        for some in itertools.combinations(range(len(bounds)), count):
            N, b = normals[list(some)], bounds[list(some)]
            if np.linalg.matrix_rank(N) < count:
                continue
            s = trial - C @ N.T @ np.linalg.solve(N @ C @ N.T, N @ trial - b) if count else trial
            distance = (s - trial) @ compliance @ (s - trial)
            if np.all(normals @ s <= bounds + 1e-11) and distance < best:
                best, nearest = distance, s
    return nearest


def return_map(strain, plastic, lam, mu, compression, tension, shear=np.inf):
    """Stress (6,) and new plastic strain (6,) of one point."""
    e, n = np.linalg.eigh(to_tensor(strain - plastic, engineering=True))
    C = lam + 2 * mu * np.eye(3)
    s = project(C @ e, C, compression, tension, shear)
    flow = e - np.linalg.solve(C, s)
    return to_voigt((n * s) @ n.T), plastic + to_voigt((n * flow) @ n.T) * [1, 1, 1, 2, 2, 2]
