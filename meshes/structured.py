"""A block of tetrahedra mapped into any vertebral body that a wall and two endplates bound.

The reference body is a stack of discs (`lattice`). Its interior is carried into the boundary by transfinite
interpolation [1]_; the outermost ring and the first and last layer become the cortical shell and the bony
endplates, of true thickness measured along the local normal.

References
----------
.. [1] W. J. Gordon, C. A. Hall, Construction of curvilinear co-ordinate systems and applications to mesh
   generation, Int. J. Numer. Methods Eng. 7 (1973) 461-477, doi 10.1002/nme.1620070405
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from .lattice import Lattice, hexagonal_disc, stack
from .quality import require_positive
from .tetmesh import REGIONS, TetMesh

EDGE_RANGE_MM = (0.4, 4.0)
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
        up, wall, endplate = eta[..., None], self.boundary.wall, self.boundary.endplate
        line = (1 - up) * wall(theta, np.zeros_like(eta)) + up * wall(theta, np.ones_like(eta))
        axis = np.stack([np.interp(eta, self.bow[0], self.bow[1][:, i]) for i in range(3)], axis=-1)
        inside = (1 - up) * endplate(theta, rho, "inferior") + up * endplate(theta, rho, "superior")
        return inside + axis + rho[..., None] * (wall(theta, eta) - line - axis)

    def shell_share(self, theta, eta) -> np.ndarray:
        """Share of the radius that the shell takes, so that its normal thickness is `shell_mm`."""
        wall = self.boundary.wall
        above, below = np.minimum(eta + _STEP, 1), np.maximum(eta - _STEP, 0)
        normal = _unit_normal(
            wall(theta + _STEP, eta) - wall(theta - _STEP, eta), wall(theta, above) - wall(theta, below)
        )
        here, share = wall(theta, eta), np.full(np.shape(theta), 0.02)
        for _ in range(3):
            depth = _depth(here, self.points(theta, 1 - share, eta), normal)
            share = _rescale(share, self.shell_mm, depth)
        _refuse_thick(share, "shell", self.shell_mm, "section", theta)
        return share

    def endplate_share(self, theta, rho, side) -> np.ndarray:
        """Share of the height that an endplate takes, so that its normal thickness is `endplate_mm`."""
        normal = self.endplate_normal(theta, rho, side)
        here, share = self.boundary.endplate(theta, rho, side), np.full(np.shape(theta), 0.02)
        for _ in range(3):
            eta = share if side == "inferior" else 1 - share
            depth = _depth(here, self.points(theta, rho, eta), normal)
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


def structured_body(
    boundary: Boundary,
    *,
    edge_mm: float,
    shell_mm: float,
    endplate_mm: float,
    order: int = 2,
    breaks: Sequence[float] = (0.2, 0.8),
    divisions: Divisions | None = None,
) -> TetMesh:
    """Fill a boundary with tetrahedra: core, conforming shell and endplates, no caps.

    Parameters
    ----------
    boundary : Boundary
    edge_mm : float [mm]
        Element size, 0.4 to 4: edge of the prisms of the core. The regular tetrahedron of the volume of their
        thirds has about this edge too (3.2 for 3.0); the median over all edges, diagonals included, is about
        1.2 times longer.
    shell_mm, endplate_mm : float [mm]
        Thickness of the cortical shell and of the bony endplates along the normal.
    order : int
        1 for 4-node tetrahedra, 2 for 10-node ones with edges that follow shell and endplates.
    breaks : sequence of float
        Relative heights at which a layer of cells ends, such as the borders of a fracture zone.
    divisions : Divisions, optional
        Numbers of elements, in place of those that `edge_mm` gives.

    Returns
    -------
    TetMesh

    Raises
    ------
    ValueError
        Where the body can not be built.
    """
    heights = _check(edge_mm, shell_mm, endplate_mm, order, breaks)
    if divisions is None:
        divisions = divide(boundary, edge_mm=edge_mm, breaks=heights)
    elif len(divisions.layers) != len(heights) + 1 or min(divisions.rings, *divisions.layers) < 1:
        msg = (
            f"divisions = {divisions}: expected at least one ring and {len(heights) + 1} numbers of layers "
            f"of at least 1, one for each part between the {len(heights)} breaks."
        )
        raise ValueError(msg)
    body = BodyMap(boundary, shell_mm, endplate_mm, heights, divisions, _bow(boundary))
    lattice = stack(hexagonal_disc(divisions.rings), sum(divisions.layers) + 2, order)
    points, zeta = _place_nodes(body, lattice)
    cells = lattice.cells.reshape(-1, lattice.cells.shape[-1])
    require_positive(
        points,
        cells,
        "the structured body",
        "Smooth the boundary, make shell or endplates thinner, or change the edge length.",
    )
    return _name(lattice, points, zeta)


def _bow(boundary):
    """Mean over the angle of the wall less the straight line between the rims, by relative height."""
    eta = np.linspace(0, 1, 65)
    height, theta = np.meshgrid(eta, np.linspace(0, 2 * np.pi, 72, endpoint=False), indexing="ij")
    wall, up = boundary.wall(theta, height), height[..., None]
    return eta, (wall - (1 - up) * wall[0] - up * wall[-1]).mean(axis=1)


def _check(edge_mm, shell_mm, endplate_mm, order, breaks):
    """Refuse what can not be built whatever the boundary; returns the breaks as a tuple."""
    if not EDGE_RANGE_MM[0] <= edge_mm <= EDGE_RANGE_MM[1]:
        msg = f"edge_mm = {edge_mm:g}: expected {EDGE_RANGE_MM[0]:g} to {EDGE_RANGE_MM[1]:g} mm. Choose one."
        raise ValueError(msg)
    if order not in (1, 2):
        msg = f"order = {order}: expected 1 (4-node) or 2 (10-node tetrahedra). Choose one of them."
        raise ValueError(msg)
    for name, value in (("shell_mm", shell_mm), ("endplate_mm", endplate_mm)):
        if not 0.05 <= value <= 5:
            msg = f"{name} = {value:g}: expected 0.05 to 5 mm. Bone measures 0.2 to 0.8 mm there."
            raise ValueError(msg)
    heights = tuple(float(b) for b in breaks)
    if any(b <= a for a, b in zip((0.0, *heights), (*heights, 1.0), strict=True)):
        msg = f"breaks = {heights}: expected ascending relative heights between 0 and 1. Sort and limit them."
        raise ValueError(msg)
    return heights


def divide(boundary: Boundary, *, edge_mm: float, breaks: Sequence[float] = (0.2, 0.8)) -> Divisions:
    """Choose the numbers of rings and layers for an edge length.

    The section counts by the radius of the circle of equal area, a height by the mean over the body.

    Parameters
    ----------
    boundary : Boundary
    edge_mm : float [mm]
    breaks : sequence of float
    """
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    eta, theta = np.meshgrid(np.linspace(0, 1, 17), angle, indexing="ij")
    wall = boundary.wall(theta, eta)
    after = np.roll(wall, -1, axis=1)
    area = np.abs((wall[..., 0] * after[..., 1] - wall[..., 1] * after[..., 0]).sum(axis=1)).mean() / 2
    rho, theta = np.meshgrid(np.sqrt((np.arange(8) + 0.5) / 8), angle, indexing="ij")  # rings of equal area
    ends = boundary.endplate(theta, rho, "superior") - boundary.endplate(theta, rho, "inferior")
    height = float(ends[..., 2].mean())
    parts = np.diff([0.0, *breaks, 1.0]) * height / edge_mm
    rings = max(2, round(float(np.sqrt(area / np.pi)) / edge_mm))
    return Divisions(rings, tuple(max(1, round(part)) for part in parts.tolist()))


def _place_nodes(body, lattice: Lattice):
    """Coordinates and relative height of all nodes of the lattice."""
    disc, rings, top = lattice.disc, body.divisions.rings, lattice.n_layers
    ring = np.tile(disc.ring, top + 1).astype(float)
    theta = np.tile(disc.theta, top + 1)
    level = np.repeat(np.arange(top + 1.0), len(disc.ring))
    points, eta = body.place(theta, ring, level)
    if lattice.order == 1:
        return points, eta
    a, b = lattice.ends.T
    middle, height = (points[a] + points[b]) / 2, (eta[a] + eta[b]) / 2
    # edges inside the thin layers and on their faces follow the map, the others stay straight
    on_wall = np.minimum(ring[a], ring[b]) >= rings
    below, above = np.maximum(level[a], level[b]) <= 1, np.minimum(level[a], level[b]) >= top - 1
    turn = (theta[b] - theta[a] + np.pi) % (2 * np.pi) - np.pi
    angle = np.where(ring[a] == 0, theta[b], np.where(ring[b] == 0, theta[a], theta[a] + turn / 2))
    ring, level = (ring[a] + ring[b]) / 2, (level[a] + level[b]) / 2
    curved = np.flatnonzero(on_wall | below | above)
    mapped, height[curved] = body.place(angle[curved], ring[curved], level[curved])
    bend = np.zeros_like(middle)
    bend[curved] = mapped - middle[curved]
    # the map has a corner at the axis: in the plane of an endplate edges stay straight
    for side, layer in (("inferior", below), ("superior", above)):
        rows = np.flatnonzero(layer & ~on_wall)
        normal = body.endplate_normal(angle[rows], ring[rows] / (rings + 1), side)
        bend[rows] = np.einsum("ni,ni->n", bend[rows], normal)[:, None] * normal
    middle += bend
    return np.concatenate([points, middle]), np.concatenate([eta, height])


def _name(lattice: Lattice, points, zeta):
    """Name regions, layers and node sets."""
    disc, top = lattice.disc, lattice.n_layers
    rings = int(disc.ring.max()) - 1
    region = np.full(lattice.cells.shape[:3], REGIONS.index("trabecular"), np.int8)
    region[:, (disc.ring[disc.triangles] >= rings).all(axis=1)] = REGIONS.index("shell")
    region[0] = REGIONS.index("inferior_endplate")
    region[-1] = REGIONS.index("superior_endplate")
    layer = np.broadcast_to(np.arange(top, dtype=np.int16)[:, None, None] - 1, region.shape).copy()
    layer[-1] = -1
    level = np.repeat(np.arange(top + 1), len(disc.ring))
    on_wall = np.tile(disc.ring == rings + 1, top + 1)
    marks = {"inferior_endplate": level == 0, "superior_endplate": level == top, "wall": on_wall}
    sets = {}
    for name, corner in marks.items():
        mid = corner[lattice.ends].all(axis=1)
        sets[name] = np.flatnonzero(np.concatenate([corner, mid])).astype(np.int32)
    sets["inferior_face"], sets["superior_face"] = sets["inferior_endplate"], sets["superior_endplate"]
    region = region.ravel()
    endplates = [REGIONS.index("inferior_endplate"), REGIONS.index("superior_endplate")]
    return TetMesh(
        points=points,
        cells=lattice.cells.reshape(-1, lattice.cells.shape[-1]),
        region=region,
        zeta=zeta,
        layer=layer.ravel(),
        shell_fraction=(region == REGIONS.index("shell")).astype(float),
        endplate_fraction=np.isin(region, endplates).astype(float),
        node_sets=sets,
    )
