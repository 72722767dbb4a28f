"""Profiles of a vertebral body: its surface cut by half-planes from the axis, with the rims marked."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from .alignment import AlignedBody
from .closed_surface import SurfaceError
from .topology import edge_use

N_THETA = 360
"""Half-planes around the axis of the body."""

USE_TETWILD = 'Use method = "tetwild", which meshes any closed surface.'


@dataclass(frozen=True)
class Sections:
    """Profiles from the superior to the inferior pole of the axis, at even angles.

    Attributes
    ----------
    profiles : tuple of ndarray, shape (p, 2) [mm]
        Distance from the axis and height.
    rims : ndarray, shape (2, n) [mm]
        Length along each profile at which the superior endplate ends and the inferior one begins.
    """

    profiles: tuple[np.ndarray, ...]
    rims: np.ndarray


def _loops(points, edges, edge_of, theta):
    """Cut the surface with the plane through the axis at angle theta.

    Returns
    -------
    list of ndarray, shape (p, 2) [mm]
        Closed polygons in (distance from the axis towards theta, height).
    """
    side = points @ np.array([-np.sin(theta), np.cos(theta), 0.0])
    above = side >= 0.0
    crosses = above[edges[:, 0]] != above[edges[:, 1]]
    cut = crosses[edge_of]
    pairs = edge_of[cut].reshape(-1, 2)  # a plane crosses two edges of a triangle, or none
    used, pairs = np.unique(pairs, return_inverse=True)
    pairs = pairs.reshape(-1, 2)
    a, b = edges[used].T
    share = side[a] / (side[a] - side[b])
    hit = points[a] + share[:, None] * (points[b] - points[a])
    plane = np.column_stack([hit @ np.array([np.cos(theta), np.sin(theta), 0.0]), hit[:, 2]])
    users = (np.argsort(pairs.ravel(), kind="stable").reshape(-1, 2) // 2).tolist()
    ends = pairs.tolist()
    seen = [False] * len(used)
    loops = []
    for start in range(len(used)):
        if seen[start]:
            continue
        loop, here, through = [], start, users[start][0]
        while not seen[here]:
            seen[here] = True
            loop.append(here)
            here = ends[through][1] if ends[through][0] == here else ends[through][0]
            through = users[here][1] if users[here][0] == through else users[here][0]
        loops.append(plane[loop])
    return loops


def _profiles(loops, theta):
    """Two profiles, each from the superior to the inferior pole: the half at theta, the half opposite."""
    degrees = f"{np.degrees(theta):.0f}"
    main = []
    for loop in loops:
        right = loop[:, 0] >= 0.0
        turns = np.flatnonzero(right != np.roll(right, -1))
        if len(turns):
            main.append((loop, turns))
        elif np.linalg.norm(np.diff(loop, axis=0), axis=1).sum() > 3.0:
            message = (
                f"the section at {degrees} degrees from the right has a separate part around "
                f"({loop[:, 0].mean():.1f}, {loop[:, 1].mean():.1f}) mm (from the axis, up): arch and "
                f"processes? Expected a vertebral body alone. {USE_TETWILD}"
            )
            raise SurfaceError(message)
    if len(main) != 1 or len(main[0][1]) != 2:
        message = (
            f"the section at {degrees} degrees from the right meets the axis of the body in "
            f"{sum(len(turns) for _, turns in main)} points; expected 2, one on each endplate. {USE_TETWILD}"
        )
        raise SurfaceError(message)
    loop, turns = main[0]
    poles = []
    for i in turns:
        p, q = loop[i], loop[(i + 1) % len(loop)]
        poles.append(p + p[0] / (p[0] - q[0]) * (q - p))
    top, bottom = (0, 1) if poles[0][1] > poles[1][1] else (1, 0)
    rolled = np.roll(loop, -(turns[top] + 1), axis=0)
    n_first = (turns[bottom] - turns[top]) % len(loop)
    first = np.concatenate([[poles[top]], rolled[:n_first], [poles[bottom]]])
    second = np.concatenate([[poles[top]], rolled[n_first:][::-1], [poles[bottom]]])
    mirror = np.array([-1.0, 1.0])
    return (first, second * mirror) if first[1:-1, 0].mean() > 0.0 else (second, first * mirror)


def length_along(profile):
    """Length of a profile up to each of its points; ndarray, shape (p,) [mm]."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(profile, axis=0).T))])


def point_at(profile, length):
    """Points of a profile at given lengths; ndarray, shape (q, 2) [mm]."""
    along = length_along(profile)
    return np.column_stack([np.interp(length, along, profile[:, i]) for i in range(2)])


def _rims(profiles):
    """Where endplates turn into the wall: lengths along each profile, smooth around the body.

    The turn is the point of a profile that lies farthest outwards and upwards (downwards) at 45 degrees:
    there the normal has gone half way from endplate to wall.
    """
    rims, from_bottom = np.empty((2, len(profiles))), np.empty(len(profiles))
    for k, profile in enumerate(profiles):
        length = length_along(profile)
        from_bottom[k] = length[-1]
        for i, sign in enumerate((1.0, -1.0)):
            rims[i, k] = length[(profile[:, 0] + sign * profile[:, 1]).argmax()]
    per_degree = len(profiles) / 360.0
    rims[1] = from_bottom - rims[1]
    for i in range(2):
        rims[i] = median_filter(rims[i], size=int(7 * per_degree) | 1, mode="wrap")
        rims[i] = gaussian_filter1d(rims[i], 2.0 * per_degree, mode="wrap")
    rims[1] = from_bottom - rims[1]
    return rims


def cut_sections(body: AlignedBody) -> Sections:
    """Cut a vertebral body by half-planes from its axis.

    Parameters
    ----------
    body : AlignedBody

    Returns
    -------
    Sections

    Raises
    ------
    SurfaceError
        A whole vertebra, or a body that a half-plane cuts in more than one line from pole to pole.
    """
    if body.is_whole:
        message = (
            "arch or processes belong to the surface (its centroid lies outside the middle of the body): a "
            f"whole vertebra cannot be fitted. Expected a vertebral body alone. {USE_TETWILD}"
        )
        raise SurfaceError(message)
    points, triangles = body.surface.points, body.surface.triangles
    edges, edge_of, _ = edge_use(triangles)
    half = N_THETA // 2
    thetas = 2.0 * np.pi * np.arange(N_THETA) / N_THETA
    profiles: list[np.ndarray] = [np.empty(0)] * N_THETA
    for k in range(half):
        profiles[k], profiles[k + half] = _profiles(_loops(points, edges, edge_of, thetas[k]), thetas[k])
    rims = _rims(profiles)
    if (rims[1] - rims[0] < 5.0).any():
        k = int((rims[1] - rims[0]).argmin())
        message = (
            f"the wall at {np.degrees(thetas[k]):.0f} degrees from the right is "
            f"{rims[1, k] - rims[0, k]:.1f} mm high between the two rims; expected at least 5 mm. {USE_TETWILD}"
        )
        raise SurfaceError(message)
    return Sections(tuple(profiles), rims)
