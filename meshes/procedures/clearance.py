"""The room for cement in a vertebral body: distances to both end surfaces and to the wall."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from ..caps import lying_faces, rim_edges
from ..quality import cell_volumes
from ..skin import outer_faces
from .height_field import HeightField

_SPACING_MM = 0.8
_SLACK_MM = 0.05
"""What the grid of the end surfaces may be off."""


@dataclass(frozen=True)
class EndSurface:
    """Points spread over a bony end surface, with normals."""

    tree: KDTree
    points: np.ndarray
    normals: np.ndarray

    @classmethod
    def of(cls, mesh, side):
        """Spread points over an end surface of a mesh."""
        corners = mesh.points[lying_faces(mesh, side)[:, :3]]
        inner = _spread(corners)
        points = np.einsum("qa,fai->fqi", inner, corners).reshape(-1, 3)
        edges = corners - np.roll(corners, 1, axis=1)
        normals = np.cross(edges[:, 1], edges[:, 2])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return cls(KDTree(points), points, np.repeat(normals, len(inner), axis=0))

    def distances(self, points):
        """Distance of points to the surface, along the normal at the nearest point of it; shape (n,) [mm]."""
        near = self.tree.query(points)[1]
        return np.abs(np.einsum("ni,ni->n", points - self.points[near], self.normals[near]))


@dataclass(frozen=True, eq=False)
class CementSpace:
    """The room for cement: end surfaces, and the narrowest outline of the body's wall seen from above.

    Attributes
    ----------
    ends : tuple of EndSurface
        Superior and inferior bony end surface.
    top, bottom : HeightField
        Heights of the same.
    endplates_mm : tuple of float [mm]
        Mean thickness of the superior and the inferior bony endplate.
    centre : ndarray, shape (2,) [mm]
    angle, radius : ndarray, shape (k,) [rad], [mm]
        Outline around the centre.
    wall : float [mm]
        Bone to be left to the wall.
    """

    ends: tuple["EndSurface", "EndSurface"]
    top: HeightField
    bottom: HeightField
    endplates_mm: tuple[float, float]
    centre: np.ndarray
    angle: np.ndarray
    radius: np.ndarray
    wall: float

    @classmethod
    def of(cls, mesh, wall):
        """Measure a mesh; `wall` is the bone to be left to its lateral surface [mm]."""
        ends = EndSurface.of(mesh, "superior"), EndSurface.of(mesh, "inferior")
        waist = _waist(mesh)
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
        top, bottom = (HeightField.through(end.points, end.normals) for end in ends)
        thickness = _endplate_thickness(mesh, "superior"), _endplate_thickness(mesh, "inferior")
        return cls(ends, top, bottom, thickness, centre, angle, radius, wall)

    def roof(self, clearance):
        """Surface that cement stays below: `clearance` [mm] from the upper end, or the inside of its endplate."""
        return self.top.lowered(max(clearance + _SLACK_MM, self.endplates_mm[0]))

    def floor(self, clearance):
        """Surface that cement stays above: `clearance` [mm] from the lower end, or the inside of its endplate."""
        return self.bottom.raised(max(clearance + _SLACK_MM, self.endplates_mm[1]))

    @property
    def half_width(self):
        """Largest semi-axis along x of an ellipsoid in the middle."""
        sideways = np.interp([0.0, np.pi], self.angle, self.radius, period=2 * np.pi)
        return float(sideways.min()) - self.wall

    def wall_gap(self, centre, axes):
        """Least radial distance of an ellipsoid, seen from above, to the outline."""
        turn = np.linspace(0, 2 * np.pi, 180, endpoint=False)
        x = centre[0] + axes[0] * np.cos(turn) - self.centre[0]
        y = centre[1] + axes[1] * np.sin(turn) - self.centre[1]
        limit = np.interp(np.arctan2(y, x), self.angle, self.radius, period=2 * np.pi)
        return float((limit - np.hypot(x, y)).min())

    def beyond_wall(self, points):
        """Radial distance of points beyond the wall, bone to be left to it included; shape (...) [mm]."""
        x, y = points[..., 0] - self.centre[0], points[..., 1] - self.centre[1]
        limit = np.interp(np.arctan2(y, x), self.angle, self.radius, period=2 * np.pi)
        return np.hypot(x, y) - limit + self.wall

    def longest(self, x, y, a, b):
        """Largest semi-axis along y, at most b, of an ellipsoid that keeps away from the wall."""
        shortest = 0.0
        if self.wall_gap((x, y), (a, b)) >= self.wall:
            return b
        for _ in range(14):
            trial = (shortest + b) / 2
            shortest, b = (trial, b) if self.wall_gap((x, y), (a, trial)) >= self.wall else (shortest, trial)
        return shortest


def _endplate_thickness(mesh, side):
    """Volume of a bony endplate over the area of its end surface [mm]."""
    upper = mesh.zeta[mesh.cells[:, :4]].mean(axis=1) > 0.5
    mine = np.flatnonzero((mesh.endplate_fraction > 0) & (upper == (side == "superior")))
    volume = mesh.endplate_fraction[mine] @ cell_volumes(mesh.points, mesh.cells[mine])
    a, b, c = mesh.points[lying_faces(mesh, side)[:, :3]].transpose(1, 0, 2)
    return float(volume / (np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2))


def _waist(mesh):
    """Points spread over the wall of the body, ends left out, seen from above; shape (k, 2)."""
    on_wall = np.zeros(mesh.n_points, bool)
    on_wall[mesh.node_sets["wall"]] = True
    faces = outer_faces(mesh.cells[mesh.is_body])[0][:, :3]
    faces = faces[on_wall[faces].all(axis=1)]
    spread = _spread(mesh.points[faces], _SPACING_MM / 2)
    zeta = np.einsum("qa,fa->fq", spread, mesh.zeta[faces]).ravel()
    points = np.einsum("qa,fai->fqi", spread, mesh.points[faces]).reshape(-1, 3)
    return points[np.abs(zeta - 0.5) < 0.35, :2]


def _spread(corners, spacing=_SPACING_MM):
    """Barycentric coordinates of points spread over triangles, the longest edge setting their number; shape (q, 3)."""
    edges = corners - np.roll(corners, 1, axis=1)
    n = int(np.ceil(np.linalg.norm(edges, axis=2).max() / spacing))
    i, j = (a.ravel() for a in np.meshgrid(np.arange(n), np.arange(n)))
    return np.stack([3 * i + 1, 3 * j + 1, 3 * (n - i - j) - 2], axis=1)[i + j < n] / (3 * n)


def _rim(mesh, side):
    """Points spread over the rim of an end surface, seen from above; shape (k, 2)."""
    a, b = mesh.points[rim_edges(mesh, side), :2].transpose(1, 0, 2)
    n = int(np.ceil(np.hypot(*(b - a).T).max() / _SPACING_MM))
    share = (np.arange(n) / n)[:, None, None]
    return ((1 - share) * a + share * b).reshape(-1, 2)


def _outline(plane, n_bins=180):
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
