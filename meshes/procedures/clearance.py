"""The room for cement in a vertebral body: distances to both end surfaces and to the wall."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from ..caps import end_faces, rim_edges

_SPACING_MM = 0.8


@dataclass(frozen=True)
class EndSurface:
    """Points spread over a bony end surface, with normals."""

    tree: KDTree
    points: np.ndarray
    normals: np.ndarray

    @classmethod
    def of(cls, mesh, side):
        """Spread points over an end surface of a mesh."""
        corners = mesh.points[end_faces(mesh, side)[:, :3]]
        edges = corners - np.roll(corners, 1, axis=1)
        n = int(np.ceil(np.linalg.norm(edges, axis=2).max() / _SPACING_MM))
        i, j = (a.ravel() for a in np.meshgrid(np.arange(n), np.arange(n)))
        inner = np.stack([3 * i + 1, 3 * j + 1, 3 * (n - i - j) - 2], axis=1)[i + j < n] / (3 * n)
        points = np.einsum("qa,fai->fqi", inner, corners).reshape(-1, 3)
        normals = np.cross(edges[:, 1], edges[:, 2])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return cls(KDTree(points), points, np.repeat(normals, len(inner), axis=0))

    def distance(self, points):
        """Least distance of points to the surface, along the normal at the nearest point of it."""
        near = self.tree.query(points)[1]
        return np.abs(np.einsum("ni,ni->n", points - self.points[near], self.normals[near])).min()


@dataclass(frozen=True)
class CementSpace:
    """The room for cement: end surfaces, and the narrowest outline of the body's wall seen from above."""

    ends: tuple["EndSurface", "EndSurface"]
    centre: np.ndarray
    angle: np.ndarray
    radius: np.ndarray
    clearance: float
    wall: float

    @classmethod
    def of(cls, mesh, clearance, wall):
        """Measure a mesh; `clearance` and `wall` are the bone to be left [mm]."""
        ends = EndSurface.of(mesh, "superior"), EndSurface.of(mesh, "inferior")
        wall_nodes = np.intersect1d(mesh.node_sets["wall"], mesh.cells[mesh.is_body])
        waist = mesh.points[wall_nodes[np.abs(mesh.zeta[wall_nodes] - 0.5) < 0.35], :2]
        if mesh.is_arch.any():  # no wall where the pedicles leave: the rims close the outline there
            waist = np.concatenate([waist, *(_rim(mesh, side) for side in ("superior", "inferior"))])
        low, high = waist.min(axis=0), waist.max(axis=0)
        origin = (low + high) / 2
        angle, radius = _outline(waist - origin)
        # middle of the depth where the ellipsoids lie, a quarter of the width off the middle
        x = 0.25 * (high[0] - low[0])
        edge = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        front = np.interp(x, *_sorted(edge[edge[:, 1] > 0]))
        back = np.interp(x, *_sorted(edge[edge[:, 1] <= 0]))
        centre = origin + np.array([0.0, (front + back) / 2])
        angle, radius = _outline(waist - centre)
        return cls(ends, centre, angle, radius, clearance, wall)

    @property
    def reach(self):
        """Length that no semi-axis can exceed."""
        upper, lower = self.column(*self.centre)
        return max(float(self.radius.max()), upper - lower)

    @property
    def half_width(self):
        """Largest semi-axis along x of an ellipsoid in the middle."""
        sideways = np.interp([0.0, np.pi], self.angle, self.radius, period=2 * np.pi)
        return float(sideways.min()) - self.wall

    def wall_gap(self, centre, axes):
        """Least radial distance of an ellipsoid, seen from above, to the outline."""
        turn = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        x = centre[0] + axes[0] * np.cos(turn) - self.centre[0]
        y = centre[1] + axes[1] * np.sin(turn) - self.centre[1]
        limit = np.interp(np.arctan2(y, x), self.angle, self.radius, period=2 * np.pi)
        return float((limit - np.hypot(x, y)).min())

    def gaps(self, centre, axes, n=120):
        """Least distances of an ellipsoid to the superior and the inferior end surface."""
        points = centre + axes * _sphere(n)
        up = points[:, 2] >= centre[2]
        return np.array([end.distance(points[half]) for end, half in zip(self.ends, (up, ~up), strict=True)])

    def longest(self, x, y, a, b):
        """Largest semi-axis along y, at most b, of an ellipsoid that keeps away from the wall."""
        shortest = 0.0
        if self.wall_gap((x, y), (a, b)) >= self.wall:
            return b
        for _ in range(14):
            trial = (shortest + b) / 2
            shortest, b = (trial, b) if self.wall_gap((x, y), (a, trial)) >= self.wall else (shortest, trial)
        return shortest

    def column(self, x, y):
        """Heights of both end surfaces near a point seen from above."""
        heights = []
        for end in self.ends:
            plane = np.hypot(end.points[:, 0] - x, end.points[:, 1] - y)
            heights.append(float(end.points[plane.argmin(), 2]))
        return heights


def _rim(mesh, side):
    """Points spread over the rim of an end surface, seen from above; shape (k, 2)."""
    a, b = mesh.points[rim_edges(mesh, side), :2].transpose(1, 0, 2)
    n = int(np.ceil(np.hypot(*(b - a).T).max() / _SPACING_MM))
    share = (np.arange(n) / n)[:, None, None]
    return ((1 - share) * a + share * b).reshape(-1, 2)


def _outline(plane, n_bins=72):
    """Narrowest outline of wall nodes around the origin: angles and radii in ascending order."""
    theta, radius = np.arctan2(plane[:, 1], plane[:, 0]), np.hypot(*plane.T)
    sector = np.floor((theta + np.pi) / (2 * np.pi) * n_bins).astype(int) % n_bins
    nearest = np.full(n_bins, np.inf)
    np.minimum.at(nearest, sector, radius)
    middle = -np.pi + (np.arange(n_bins) + 0.5) * 2 * np.pi / n_bins
    full = np.isfinite(nearest)
    return middle[full], nearest[full]


def _sorted(edge):
    order = np.argsort(edge[:, 0])
    return edge[order, 0], edge[order, 1]


def _sphere(n):
    """Points spread evenly over the unit sphere (golden spiral), poles included; shape (n + 2, 3)."""
    z = 1 - 2 * (np.arange(n) + 0.5) / n
    turn = np.pi * (3 - 5**0.5) * np.arange(n)
    r = np.sqrt(1 - z**2)
    return np.vstack([np.stack([r * np.cos(turn), r * np.sin(turn), z], axis=1), [[0, 0, 1], [0, 0, -1]]])
