"""Map from a stack of discs into any vertebral body that a wall and two endplates bound.

The interior follows by transfinite interpolation [1]_; the outermost ring and the first and last layer take
the share of radius or height that gives shell and endplates their thickness along the local normal.

References
----------
.. [1] W. J. Gordon, C. A. Hall, Construction of curvilinear co-ordinate systems and applications to mesh
   generation, Int. J. Numer. Methods Eng. 7 (1973) 461-477, doi 10.1002/nme.1620070405
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

_STEP = 0.01
_BLOCK = 200_000


class Boundary(Protocol):
    """What bounds a vertebral body; both functions are vectorised and return points in mm, RAS axes.

    The two meet at the rims: `wall(theta, 0) == endplate(theta, 1, "inferior")` and
    `wall(theta, 1) == endplate(theta, 1, "superior")`.
    """

    def wall(self, theta: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """Lateral surface at angle `theta` (from x to y) and relative height `eta`; shape (..., 3)."""
        ...

    def endplate(self, theta: np.ndarray, rho: np.ndarray, side: str) -> np.ndarray:
        """End surface ("inferior" or "superior") at relative radius `rho`, 1 at the rim; shape (..., 3)."""
        ...


@dataclass(frozen=True)
class Divisions:
    """Numbers of elements: bodies of equal divisions have equal connectivity.

    Attributes
    ----------
    rings : int
        Hexagonal rings of the core.
    layers : tuple of int
        Layers of the core below, between and above the breaks; the two endplate layers come on top.
    """

    rings: int
    layers: tuple[int, ...]


@dataclass(frozen=True)
class ShareTables:
    """Shares of the thin layers on a regular grid of angle (-pi to pi) and relative height or radius."""

    shell_grid: np.ndarray
    inferior_grid: np.ndarray
    superior_grid: np.ndarray

    def shell(self, theta, eta) -> np.ndarray:
        """Share of the radius that the shell takes."""
        return _bilinear(self.shell_grid, theta, eta)

    def inferior(self, theta, rho) -> np.ndarray:
        """Share of the height that the inferior endplate takes."""
        return _bilinear(self.inferior_grid, theta, rho)

    def superior(self, theta, rho) -> np.ndarray:
        """Share of the height that the superior endplate takes."""
        return _bilinear(self.superior_grid, theta, rho)


def _bilinear(grid, theta, x):
    """Interpolate a grid over one turn of theta and x in [0, 1]."""
    n, m = grid.shape[0] - 1, grid.shape[1] - 1
    s = ((theta + np.pi) / (2 * np.pi) % 1) * n
    t = np.clip(x, 0, 1) * m
    i, j = np.minimum(s.astype(int), n - 1), np.minimum(t.astype(int), m - 1)
    s, t = s - i, t - j
    lower = (1 - s) * grid[i, j] + s * grid[i + 1, j]
    return (1 - t) * lower + t * ((1 - s) * grid[i, j + 1] + s * grid[i + 1, j + 1])


@dataclass(frozen=True)
class BodyMap:
    """Map from lattice coordinates to space.

    Attributes
    ----------
    boundary : Boundary
    shell_mm, endplate_mm : float [mm]
    breaks : tuple of float
        Relative heights at which layers must end.
    divisions : Divisions
    bow : tuple of two ndarrays, shapes (k,) and (k, 3) [mm]
        Relative heights, and how far the middle of the wall's section lies off the straight line there.
    """

    boundary: Boundary
    shell_mm: float
    endplate_mm: float
    breaks: tuple[float, ...]
    divisions: Divisions
    bow: tuple[np.ndarray, np.ndarray]

    @cached_property
    def tables(self) -> "ShareTables":
        """Shares of shell and endplates on a grid: exact enough away from these layers."""
        turn, share = np.meshgrid(np.linspace(-np.pi, np.pi, 145), np.linspace(0, 1, 49), indexing="ij")
        return ShareTables(
            self.shell_share(turn, share),
            self.endplate_share(turn, share, "inferior"),
            self.endplate_share(turn, share, "superior"),
        )

    def points(self, theta, rho, eta) -> np.ndarray:
        """Place points by angle, relative radius and relative height; shape (..., 3) [mm].

        P = (1 - eta) E_inf(theta, rho) + eta E_sup(theta, rho) + A(eta) + rho (D(theta, eta) - A(eta)), where
        D is the wall less the straight line between the rims and A its mean over theta.
        """
        theta, rho, eta = np.broadcast_arrays(theta, rho, eta)
        wall = self.boundary.wall(theta, eta)
        return self._blended(rho, eta, self._ends(theta, rho), self._rims(theta, eta), wall)

    def _ends(self, theta, rho):
        """Points of the inferior and the superior endplate."""
        endplate = self.boundary.endplate
        return endplate(theta, rho, "inferior"), endplate(theta, rho, "superior")

    def _rims(self, theta, eta):
        """Points of the inferior and the superior rim; `eta` gives the shape."""
        wall = self.boundary.wall
        return wall(theta, np.zeros_like(eta)), wall(theta, np.ones_like(eta))

    def _blended(self, rho, eta, ends, rims, wall):
        """Points between the endplates, the rims and the wall that have been found; see `points`."""
        up = eta[..., None]
        line = (1 - up) * rims[0] + up * rims[1]
        axis = np.stack([np.interp(eta, self.bow[0], self.bow[1][:, i]) for i in range(3)], axis=-1)
        inside = (1 - up) * ends[0] + up * ends[1]
        return inside + axis + rho[..., None] * (wall - line - axis)

    def shell_share(self, theta, eta) -> np.ndarray:
        """Share of the radius that the shell takes, so that its normal thickness is `shell_mm`."""
        wall = self.boundary.wall
        above, below = np.minimum(eta + _STEP, 1), np.maximum(eta - _STEP, 0)
        normal = _unit_normal(
            wall(theta + _STEP, eta) - wall(theta - _STEP, eta), wall(theta, above) - wall(theta, below)
        )
        here, rims, share = wall(theta, eta), self._rims(theta, eta), np.full(np.shape(theta), 0.02)
        for _ in range(3):
            ends = self._ends(theta, 1 - share)
            depth = _depth(here, self._blended(1 - share, eta, ends, rims, here), normal)
            share = _rescale(share, self.shell_mm, depth)
        _refuse_thick(share, "shell", self.shell_mm, "section", theta)
        return share

    def endplate_share(self, theta, rho, side) -> np.ndarray:
        """Share of the height that an endplate takes, so that its normal thickness is `endplate_mm`."""
        normal = self.endplate_normal(theta, rho, side)
        ends, share = self._ends(theta, rho), np.full(np.shape(theta), 0.02)
        here, rims = ends[side == "superior"], self._rims(theta, share)
        for _ in range(3):
            eta = share if side == "inferior" else 1 - share
            wall = self.boundary.wall(theta, eta)
            depth = _depth(here, self._blended(rho, eta, ends, rims, wall), normal)
            share = _rescale(share, self.endplate_mm, depth)
        part = 0.5 if not self.breaks else self.breaks[0] if side == "inferior" else 1 - self.breaks[-1]
        _refuse_thick(share, f"{side} endplate", self.endplate_mm, "height", theta, 0.8 * part)
        return share

    def endplate_normal(self, theta, rho, side) -> np.ndarray:
        """Return the unit normal of an endplate, upwards; shape (..., 3)."""
        u, v = rho * np.cos(theta), rho * np.sin(theta)
        return _unit_normal(
            self._end(u + _STEP, v, side) - self._end(u - _STEP, v, side),
            self._end(u, v + _STEP, side) - self._end(u, v - _STEP, side),
        )

    def _end(self, u, v, side):
        """Point of an endplate by plane coordinates inside the unit disc."""
        radius = np.hypot(u, v)
        inside = np.minimum(radius, 1)
        return self.boundary.endplate(np.arctan2(v, u), inside, side)

    def place(self, theta, ring, level) -> tuple[np.ndarray, np.ndarray]:
        """Place lattice nodes.

        Parameters
        ----------
        theta, ring, level : ndarray, shape (n,)
            Angle [rad]; ring and level number, halves for mid nodes.

        Returns
        -------
        points : ndarray, shape (n, 3) [mm]
        eta : ndarray, shape (n,) [-]
            Relative height.
        """
        points, heights = np.empty((len(theta), 3)), np.empty(len(theta))
        for start in range(0, len(theta), _BLOCK):
            rows = slice(start, start + _BLOCK)
            points[rows], heights[rows] = self._place(theta[rows], ring[rows], level[rows])
        return points, heights

    def _place(self, theta, ring, level):
        rings, total = self.divisions.rings, sum(self.divisions.layers) + 2
        rho = self._radii(ring, self.tables.shell(theta, level / total))
        lower, upper = self.tables.inferior(theta, rho), self.tables.superior(theta, rho)
        near = level <= 1
        lower[near] = self.endplate_share(theta[near], rho[near], "inferior")
        near = level >= total - 1
        upper[near] = self.endplate_share(theta[near], rho[near], "superior")
        eta = self._heights(level, lower, upper)
        share = self.tables.shell(theta, eta)
        near = ring >= rings
        share[near] = self.shell_share(theta[near], eta[near])
        return self.points(theta, self._radii(ring, share), eta), eta

    def _radii(self, ring, share):
        """Relative radius of each ring where the shell takes the share `share`."""
        rings = self.divisions.rings
        return np.where(ring <= rings, ring / rings * (1 - share), 1 + (ring - rings - 1) * share)

    def _heights(self, level, lower, upper):
        """Relative height of each level where the endplates take the shares `lower` and `upper`."""
        total = sum(self.divisions.layers) + 2
        ends = np.cumsum([1, *self.divisions.layers])
        full = np.zeros_like(lower)
        heights = [full, lower, *(full + b for b in self.breaks), 1 - upper, full + 1]
        eta = np.zeros_like(lower)
        for k, (first, last) in enumerate(zip([0, *ends], [*ends, total], strict=True)):
            inside = (level >= first) & (level <= last)
            t = (level - first) / (last - first)
            eta = np.where(inside, (1 - t) * heights[k] + t * heights[k + 1], eta)
        return eta


def _unit_normal(a, b):
    normal = np.cross(a, b)
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    if np.any(length == 0):
        msg = (
            "the boundary has a point without a normal: neighbouring points of it coincide. Smooth it first."
        )
        raise ValueError(msg)
    return normal / length


def _depth(surface, inside, normal):
    return np.abs(np.einsum("...i,...i->...", surface - inside, normal))


def _rescale(share, thickness, depth):
    """Scale shares so that a layer of `depth` gets `thickness`; at most threefold in one step."""
    return share * np.clip(thickness / np.maximum(depth, 1e-9), 1 / 3, 3)


def _refuse_thick(share, layer, thickness, whole, theta, limit=0.5):
    if np.size(share) == 0:
        return
    worst = int(np.argmax(share))
    if share.flat[worst] > limit:
        msg = (
            f"a {layer} of {thickness:g} mm would take {share.flat[worst]:.0%} of the {whole} at the angle "
            f"{np.degrees(np.ravel(theta)[worst]):.0f} degrees (from right to anterior), at most {limit:.0%} "
            f"can be built: make the {layer} thinner or the {whole} larger."
        )
        raise ValueError(msg)


def bow(boundary):
    """Average over the angle the wall less the straight line between the rims, by relative height."""
    eta = np.linspace(0, 1, 65)
    height, theta = np.meshgrid(eta, np.linspace(0, 2 * np.pi, 72, endpoint=False), indexing="ij")
    wall, up = boundary.wall(theta, height), height[..., None]
    return eta, (wall - (1 - up) * wall[0] - up * wall[-1]).mean(axis=1)
