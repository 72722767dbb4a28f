"""Platens: rigid motions prescribed on end faces, the loads they carry, and their superposition."""

from collections.abc import Sequence

import numpy as np

MODES = ("axial", "flexion", "lateral", "anterior", "right")


def rigid_motion(points: np.ndarray, mode: str, pivot: np.ndarray) -> np.ndarray:
    """Displacement of points under a unit motion of the upper platen.

    axial: 1 mm downwards. flexion: 1 rad about x, so that the anterior (+y) side goes down. lateral: 1 rad
    about y, so that the right (+x) side goes down. anterior, right: 1 mm along +y or +x. Rotations are linearised,
    u = omega x (r - pivot).

    Parameters
    ----------
    points : ndarray, shape (p, 3) [mm]
    mode : {"axial", "flexion", "lateral", "anterior", "right"}
    pivot : ndarray, shape (3,) [mm]

    Returns
    -------
    ndarray, shape (p, 3) [mm] or [mm/rad]
    """
    if mode == "axial":
        return np.tile([0.0, 0.0, -1.0], (len(points), 1))
    if mode == "flexion":
        return np.cross([-1.0, 0.0, 0.0], points - pivot)
    if mode == "lateral":
        return np.cross([0.0, 1.0, 0.0], points - pivot)
    if mode == "anterior":
        return np.tile([0.0, 1.0, 0.0], (len(points), 1))
    if mode == "right":
        return np.tile([1.0, 0.0, 0.0], (len(points), 1))
    text = f"platen mode is {mode!r}, expected one of {', '.join(MODES)}."
    raise ValueError(text)


def platen_supports(
    points: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    *,
    modes: Sequence[str] = ("axial",),
    pivot: np.ndarray | None = None,
) -> np.ndarray:
    """Supports of a body glued between a fixed lower and a rigidly moving upper platen.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    lower, upper : ndarray of int
        Nodes of the end faces.
    modes : sequence of {"axial", "flexion", "lateral", "anterior", "right"}
        Unit motions of the upper platen, one load mode each.
    pivot : ndarray, shape (3,) [mm], optional
        Point about which the platen turns; the centroid of the upper nodes unless given.

    Returns
    -------
    ndarray, shape (k, n, 3) [mm]
        Supports for `Elasticity`.
    """
    lower, upper = np.asarray(lower), np.asarray(upper)
    if not len(lower) or not len(upper):
        text = f"platens hold {len(lower)} lower and {len(upper)} upper nodes: both need some."
        raise ValueError(text)
    shared = np.intersect1d(lower, upper)
    if shared.size:
        text = f"node {shared[0]} is on both platens ({shared.size} such nodes): the faces must not touch."
        raise ValueError(text)
    centre = points[upper].mean(axis=0) if pivot is None else np.asarray(pivot, float)
    supports = np.full((len(modes), *points.shape), np.nan)
    supports[:, lower] = 0.0
    for k, mode in enumerate(modes):
        supports[k, upper] = rigid_motion(points[upper], mode, centre)
    return supports


def superpose(stiffness: np.ndarray, driven: int = 0) -> np.ndarray:
    """Amplitudes of unit modes that leave every mode but one without its generalised force.

    With a_driven = 1, sum_j stiffness_ij a_j = 0 for all i != driven. For platen modes `Solution.energy` is
    that stiffness, so this gives an axial platen on a ball joint: unit shortening, no moment about the pivot.

    Parameters
    ----------
    stiffness : ndarray, shape (k, k)
        Generalised force of mode i (work per unit of it) in the unit motion j.
    driven : int
        The mode that is prescribed.

    Returns
    -------
    ndarray, shape (k,)
    """
    stiffness = np.atleast_2d(stiffness)
    amplitude = np.zeros(len(stiffness))
    amplitude[driven] = 1.0
    rest = np.arange(len(stiffness)) != driven
    if rest.any():
        amplitude[rest] = -np.linalg.solve(stiffness[np.ix_(rest, rest)], stiffness[rest, driven])
    return amplitude


def resultant(points, force, nodes, pivot) -> tuple[np.ndarray, np.ndarray]:
    """Force and moment about a pivot of nodal forces on some nodes.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    force : ndarray, shape (n, 3) or (k, n, 3) [N]
        For instance `Solution.reaction`.
    nodes : ndarray of int
    pivot : array, shape (3,) [mm]

    Returns
    -------
    force : ndarray, shape (3,) or (k, 3) [N]
    moment : ndarray, shape (3,) or (k, 3) [N mm]
    """
    part = force[..., nodes, :]
    return part.sum(axis=-2), np.cross(points[nodes] - np.asarray(pivot, float), part).sum(axis=-2)
