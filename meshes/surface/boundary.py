"""Walls and endplates of a vertebral body as smooth maps, cut out of its surface half-plane by half-plane."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from .alignment import AlignedBody
from .profiles import Sections, cut_sections, length_along, point_at

N_ALONG = 81
"""Samples along an endplate and along the wall in each half-plane."""

_PAD = 12  # half-planes repeated at both ends so that splines are smooth across theta = 0

_CHORDS_MM = np.linspace(0.0, 4.0, 41)


@dataclass(frozen=True)
class SurfaceBoundary:
    """Boundary of a body in cylinder coordinates about its axis; the maps that `structured_body` asks for.

    Attributes
    ----------
    parts : dict of str to ndarray, shape (n_theta, N_ALONG, 2, 4)
        For "wall", "superior" and "inferior": coefficients of radius and height, third to zeroth power of the angle
        from a half-plane on, at even shares of the way; linear between these.
    """

    parts: dict[str, np.ndarray]

    def _evaluate(self, part, theta, share):
        theta, share = np.broadcast_arrays(np.mod(theta, 2.0 * np.pi), np.asarray(share, float))
        table = self.parts[part]
        step, along = 2.0 * np.pi / len(table), np.clip(share, 0.0, 1.0) * (N_ALONG - 1)
        i = np.minimum((theta / step).astype(int), len(table) - 1)
        j = np.minimum(along.astype(int), N_ALONG - 2)
        part_way = (along - j)[..., None, None]
        a, b, c, d = np.moveaxis((1.0 - part_way) * table[i, j] + part_way * table[i, j + 1], -1, 0)
        turn = (theta - i * step)[..., None]
        radius, height = np.moveaxis(((a * turn + b) * turn + c) * turn + d, -1, 0)
        return np.stack([radius * np.cos(theta), radius * np.sin(theta), height], axis=-1)

    def wall(self, theta, eta):
        """Points of the lateral wall.

        Parameters
        ----------
        theta : ndarray [rad]
            From +x (right) towards +y (anterior).
        eta : ndarray [-]
            0 at the inferior rim, 1 at the superior rim, even in height.

        Returns
        -------
        ndarray, shape (..., 3) [mm]
        """
        return self._evaluate("wall", theta, eta)

    def endplate(self, theta, rho, side):
        """Points of an endplate.

        Parameters
        ----------
        theta : ndarray [rad]
        rho : ndarray [-]
            0 on the axis, 1 at the rim, even in radius.
        side : str
            "inferior" or "superior".

        Returns
        -------
        ndarray, shape (..., 3) [mm]
        """
        return self._evaluate(side, theta, rho)


def _resample(profile, length, start, end, weight):
    """Part of a profile between two lengths, at even steps of the weighted coordinate.

    Parameters
    ----------
    profile : ndarray, shape (p, 2) [mm]
    length : ndarray, shape (p,) [mm]
        Along the profile, up to each of its points.
    start, end : float [mm]
        Lengths along the profile.
    weight : ndarray, shape (2,)
        Direction in which steps are even; where the profile runs back or across, it still moves by 0.25 of
        its length.
    """
    fine = np.concatenate([np.linspace(start, end, 4 * N_ALONG), length[(length > start) & (length < end)]])
    fine.sort()
    x, z = (np.interp(fine, length, profile[:, i]) for i in range(2))
    along_x, along_z = np.diff(x), np.diff(z)
    forward = np.maximum(along_x * weight[0] + along_z * weight[1], 0.25 * np.hypot(along_x, along_z))
    way = np.concatenate([[0.0], np.cumsum(forward)])
    even = np.linspace(0.0, way[-1], N_ALONG)
    return np.stack([np.interp(even, way, x), np.interp(even, way, z)], axis=1)


def _divided(profiles, rims):
    """Sample superior endplate, wall and inferior endplate of each profile; shape (n, 3 N_ALONG - 2, 2)."""
    outward, downward = np.array([1.0, 0.0]), np.array([0.0, -1.0])
    grid = np.empty((len(profiles), 3 * N_ALONG - 2, 2))
    for k, profile in enumerate(profiles):
        length = length_along(profile)
        upper, lower = rims[:, k]
        grid[k, :N_ALONG] = _resample(profile, length, 0.0, upper, outward)
        grid[k, N_ALONG - 1 : 2 * N_ALONG - 1] = _resample(profile, length, upper, lower, downward)
        grid[k, 2 * N_ALONG - 2 :] = _resample(profile, length, lower, length[-1], -outward)
    grid[:, [0, -1], 0] = 0.0  # the axis
    grid[:, [0, -1], 1] = grid[:, [0, -1], 1].mean(axis=0)
    return grid


def _smooth(grid, smooth_mm):
    """Smooth profiles (n_theta, 3 N_ALONG - 2, 2) along and around; the poles stay."""
    step = np.linalg.norm(np.diff(grid, axis=1), axis=2).mean()
    around = smooth_mm / grid[..., 0].max() * len(grid) / (2.0 * np.pi)
    soft = gaussian_filter1d(grid, around, axis=0, mode="wrap")
    soft = gaussian_filter1d(soft, smooth_mm / step, axis=1, mode="nearest")
    share = np.minimum(1.0, np.arange(N_ALONG) / (0.2 * N_ALONG))
    weight = np.concatenate([share, np.ones(N_ALONG - 2), share[::-1]])[None, :, None]
    return grid + weight * (soft - grid)


def _bevel_rims(profiles, rims, tolerance_mm):
    """Give rounded rims an edge, so that the elements between shell and endplate have a corner to fill.

    On both sides of the rim the profile is replaced by its chord, as long as chord and profile part by no
    more than 1.5 times the tolerance; the rim moves outwards by two thirds of that, which leaves at most
    the tolerance everywhere. Rims that are sharp already stay as they are.
    """
    windows = np.empty((len(profiles), 2, 2, len(_CHORDS_MM), 2))
    for k, profile in enumerate(profiles):
        sides = np.concatenate([rim + sign * _CHORDS_MM for rim in rims[:, k] for sign in (-1.0, 1.0)])
        windows[k] = point_at(profile, sides).reshape(2, 2, len(_CHORDS_MM), 2)
    chords = windows - windows[..., :1, :]
    sag = np.zeros(windows.shape[:4])
    for m in range(2, len(_CHORDS_MM)):
        direction = chords[..., m, :] / np.linalg.norm(chords[..., m, :], axis=-1)[..., None]
        between = chords[..., 1:m, :]
        across = between[..., 0] * direction[..., None, 1] - between[..., 1] * direction[..., None, 0]
        sag[..., m] = np.maximum(sag[..., m - 1], np.abs(across).max(axis=-1))
    sag = sag.max(axis=2)  # of the two sides
    reach = np.where(sag <= 1.5 * tolerance_mm, _CHORDS_MM, 0.0).max(axis=-1).T
    per_degree = len(profiles) / 360.0
    reach = minimum_filter1d(reach, int(8 * per_degree) | 1, axis=1, mode="wrap")
    reach = gaussian_filter1d(reach, 3.0 * per_degree, axis=1, mode="wrap")
    lift = np.array(
        [[np.interp(reach[i, k], _CHORDS_MM, sag[k, i]) for k in range(len(profiles))] for i in range(2)]
    )
    lift = gaussian_filter1d(lift * 2.0 / 3.0, 3.0 * per_degree, axis=1, mode="wrap")

    bevelled, new_rims = [], np.empty_like(rims)
    for k, profile in enumerate(profiles):
        along = length_along(profile)
        pieces, start = [], -1.0
        for i, outwards in enumerate((np.array([1.0, 1.0]), np.array([1.0, -1.0]))):
            rim, d = rims[i, k], reach[i, k]
            edge = point_at(profile, np.array([rim - d, rim, rim + d]))
            edge[1] += lift[i, k] * outwards / np.sqrt(2.0)
            pieces += [profile[(along > start) & (along < rim - d)], edge]
            start = rim + d
        pieces.append(profile[along > start])
        new = np.concatenate(pieces)
        length = length_along(new)
        n_first = len(pieces[0]) + 1
        new_rims[:, k] = length[[n_first, n_first + 2 + len(pieces[2]) + 1]]
        bevelled.append(new)
    return bevelled, new_rims


def shape_boundary(
    sections: Sections, *, smooth_mm: float = 0.0, rim_tolerance_mm: float = 0.15
) -> SurfaceBoundary:
    """Walls and endplates of a vertebral body from its profiles.

    Parameters
    ----------
    sections : Sections
    smooth_mm : float [mm]
        Width of a Gaussian that smooths the surface, for surfaces out of coarse segmentations.
    rim_tolerance_mm : float [mm]
        How far the boundary may lie off a rounded rim; see `_bevel_rims`.

    Returns
    -------
    SurfaceBoundary
    """
    profiles, rims = list(sections.profiles), sections.rims
    if smooth_mm > 0.0:
        profiles = list(_smooth(_divided(profiles, rims), smooth_mm))
        rims = np.array(
            [[length_along(profile)[i] for profile in profiles] for i in (N_ALONG - 1, 2 * N_ALONG - 2)]
        )
    grid = _divided(*_bevel_rims(profiles, rims, rim_tolerance_mm))

    thetas = 2.0 * np.pi * np.arange(len(profiles)) / len(profiles)
    padded = np.concatenate([thetas[-_PAD:] - 2.0 * np.pi, thetas, thetas[:_PAD] + 2.0 * np.pi])
    grid = np.concatenate([grid[-_PAD:], grid, grid[:_PAD]])
    around = np.moveaxis(CubicSpline(padded, grid).c, 0, -1)[_PAD : _PAD + len(thetas)]
    return SurfaceBoundary(
        {
            "superior": np.ascontiguousarray(around[:, :N_ALONG]),
            "wall": np.ascontiguousarray(around[:, N_ALONG - 1 : 2 * N_ALONG - 1][:, ::-1]),
            "inferior": np.ascontiguousarray(around[:, 2 * N_ALONG - 2 :][:, ::-1]),
        }
    )


def fit_boundary(
    body: AlignedBody, *, smooth_mm: float = 0.0, rim_tolerance_mm: float = 0.15
) -> SurfaceBoundary:
    """Walls and endplates of a vertebral body from its surface: `cut_sections`, then `shape_boundary`.

    Raises
    ------
    SurfaceError
        A whole vertebra, or a body that is not one line from endplate to endplate in every half-plane.
    """
    return shape_boundary(cut_sections(body), smooth_mm=smooth_mm, rim_tolerance_mm=rim_tolerance_mm)
