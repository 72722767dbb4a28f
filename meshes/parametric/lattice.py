"""Topology of a stack of triangulated discs: rings, layers, prisms split into tetrahedra.

The disc is made of concentric hexagonal rings, ring k carrying 6 k nodes, and of one more ring of thin
quadrilaterals around them. It is its own mirror image in the sagittal plane, tetrahedra included: nodes are
numbered ring by ring, in each ring from the anterior node outwards to both sides, and a prism is cut along
the diagonals that leave the node of lowest number, so a symmetric body gives a symmetric solution.
"""

from dataclasses import dataclass

import numpy as np

VTK_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
"""Ends of the mid nodes 4 to 9 of a 10-node tetrahedron."""

_PRISM = (
    ((0, 0), (1, 0), (2, 0), (2, 1)),
    ((0, 0), (1, 0), (2, 1), (1, 1)),
    ((0, 0), (0, 1), (1, 1), (2, 1)),
)
"""Tetrahedra of a prism as (column, level) of their nodes; columns by ascending number, counter-clockwise."""


@dataclass(frozen=True)
class Disc:
    """A triangulated disc.

    Attributes
    ----------
    ring : ndarray of int32, shape (p,)
        Ring of each node; 0 is the centre, the last one the outer edge of the thin ring.
    theta : ndarray, shape (p,) [rad]
        Angle of each node, from x (right) towards y (anterior); arbitrary at the centre.
    triangles : ndarray of int32, shape (t, 3)
        Nodes in ascending order.
    clockwise : ndarray of bool, shape (t,)
        Whether the ascending order runs clockwise seen from above.
    edges : ndarray of int32, shape (e, 2)
        Nodes in ascending order.
    triangle_edges : ndarray of int32, shape (t, 3)
        Edges between nodes 0-1, 0-2 and 1-2 of each triangle.
    """

    ring: np.ndarray
    theta: np.ndarray
    triangles: np.ndarray
    clockwise: np.ndarray
    edges: np.ndarray
    triangle_edges: np.ndarray


def hexagonal_disc(n_rings: int) -> Disc:
    """Triangulate a disc by `n_rings` hexagonal rings and one thin ring around them.

    Parameters
    ----------
    n_rings : int
        Number of hexagonal rings, at least 1; the thin ring comes on top.
    """
    ring = np.concatenate([np.zeros(1, int), *(np.full(6 * k, k) for k in range(1, n_rings + 1))])
    ring = np.concatenate([ring, np.full(6 * n_rings, n_rings + 1)])
    theta = np.zeros(len(ring))
    for k in range(1, n_rings + 2):
        count = 6 * min(k, n_rings)
        i = np.arange(count)
        theta[_number(np.full(count, k), i, n_rings)] = np.pi / 2 + 2 * np.pi * i / count
    triangles = []
    for k in range(1, n_rings + 1):
        sector, j = (a.ravel() for a in np.meshgrid(np.arange(6), np.arange(k), indexing="ij"))
        inner, outer = sector * (k - 1) + j, sector * k + j
        below, here = np.full(len(j), k - 1), np.full(len(j), k)
        lower, left = _number(below, inner, n_rings), _number(here, outer, n_rings)
        right, across = _number(here, outer + 1, n_rings), _number(below, inner + 1, n_rings)
        triangles.append(np.stack([lower, left, right], axis=1))
        inside = j < k - 1
        triangles.append(np.stack([lower, right, across], axis=1)[inside])
    i = np.arange(6 * n_rings)
    inner_ring, outer_ring = np.full(len(i), n_rings), np.full(len(i), n_rings + 1)
    a, b = _number(inner_ring, i, n_rings), _number(inner_ring, i + 1, n_rings)
    c, d = _number(outer_ring, i + 1, n_rings), _number(outer_ring, i, n_rings)
    left_half = (i < 3 * n_rings)[:, None]
    triangles.append(np.where(left_half, np.stack([a, d, c], axis=1), np.stack([a, d, b], axis=1)))
    triangles.append(np.where(left_half, np.stack([a, c, b], axis=1), np.stack([b, d, c], axis=1)))
    nodes = np.concatenate(triangles)
    order = np.argsort(nodes, axis=1)
    clockwise = ((order[:, 1] - order[:, 0]) % 3) == 2
    nodes = np.take_along_axis(nodes, order, axis=1)
    pairs = np.stack([nodes[:, [0, 1]], nodes[:, [0, 2]], nodes[:, [1, 2]]], axis=1)
    code, back = np.unique(pairs[..., 0].astype(np.int64) * len(ring) + pairs[..., 1], return_inverse=True)
    edges = np.stack([code // len(ring), code % len(ring)], axis=1)
    return Disc(
        ring=ring.astype(np.int32),
        theta=theta,
        triangles=nodes.astype(np.int32),
        clockwise=clockwise,
        edges=edges.astype(np.int32),
        triangle_edges=back.reshape(-1, 3).astype(np.int32),
    )


def _number(ring, i, n_rings):
    """Return the number of the i-th node of each ring, counted counter-clockwise from the anterior one."""
    count = np.where(ring > n_rings, 6 * n_rings, 6 * np.maximum(ring, 1))
    i = np.where(ring == 0, 0, i % count)
    half = count // 2
    place = np.where(i <= half, np.maximum(2 * i - 1, 0), 2 * (count - i))
    full = np.minimum(ring, n_rings + 1)
    before = np.where(ring == 0, 0, 1 + 3 * full * (full - 1))
    return before + np.where(ring == 0, 0, place)


@dataclass(frozen=True)
class Lattice:
    """Tetrahedra of a stack of discs.

    Corner nodes come first, level by level; then, for order 2, the mid nodes of horizontal, vertical and
    diagonal edges.

    Attributes
    ----------
    disc : Disc
    n_layers : int
    order : int
    cells : ndarray of int32, shape (n_layers, t, 3, 4 or 10)
        Nodes in VTK order; the three tetrahedra of each prism beside each other.
    ends : ndarray of int32, shape (n_mid, 2)
        Corner nodes at the ends of each mid node, in node order; empty for order 1.
    """

    disc: Disc
    n_layers: int
    order: int
    cells: np.ndarray
    ends: np.ndarray

    @property
    def n_corners(self) -> int:
        """Number of corner nodes."""
        return len(self.disc.ring) * (self.n_layers + 1)


def stack(disc: Disc, n_layers: int, order: int) -> Lattice:
    """Stack `n_layers` layers of prisms on a disc and split each into three tetrahedra.

    The direction of the diagonals alternates from layer to layer.
    """
    p, t = len(disc.ring), len(disc.triangles)
    cells = np.empty((n_layers, t, 3, 4 if order == 1 else 10), np.int32)
    for layer in range(n_layers):
        _fill_layer(disc, layer, n_layers, cells[layer])
    if order == 1:
        return Lattice(disc, n_layers, order, cells, np.empty((0, 2), np.int32))
    level = np.arange(n_layers + 1, dtype=np.int32)[:, None] * p
    horizontal = level[:, :, None] + disc.edges
    column = np.arange(p, dtype=np.int32)
    vertical = np.stack([level[:-1] + column, level[1:] + column], axis=-1)
    up = (np.arange(n_layers) % 2 == 0)[:, None]
    first = np.where(up, level[:-1], level[1:]) + disc.edges[:, 0]
    second = np.where(up, level[1:], level[:-1]) + disc.edges[:, 1]
    diagonal = np.stack([first, second], axis=-1)
    ends = np.concatenate([horizontal.reshape(-1, 2), vertical.reshape(-1, 2), diagonal.reshape(-1, 2)])
    return Lattice(disc, n_layers, order, cells, ends.astype(np.int32))


def _fill_layer(disc, layer, n_layers, out):
    """Write the tetrahedra of one layer into `out`, shape (t, 3, 4 or 10)."""
    p, e = len(disc.ring), len(disc.edges)
    start_vertical = p * (n_layers + 1) + e * (n_layers + 1)
    start_diagonal = start_vertical + p * n_layers
    start_horizontal = p * (n_layers + 1)
    flipped = layer % 2 == 1
    edge_of = {(0, 1): 0, (0, 2): 1, (1, 2): 2}
    for mirrored in (False, True):
        rows = np.flatnonzero(disc.clockwise == mirrored)
        for number, tet in enumerate(_PRISM):
            nodes = [(c, 1 - up if flipped else up) for c, up in tet]
            if mirrored != flipped:
                nodes[2], nodes[3] = nodes[3], nodes[2]
            for a, (column, up) in enumerate(nodes):
                out[rows, number, a] = disc.triangles[rows, column] + (layer + up) * p
            if out.shape[2] == 4:
                continue
            for a, (i, j) in enumerate(VTK_EDGES, start=4):
                (column_i, up_i), (column_j, up_j) = nodes[i], nodes[j]
                if column_i == column_j:
                    mid = start_vertical + layer * p + disc.triangles[rows, column_i]
                else:
                    edge = disc.triangle_edges[
                        rows, edge_of[min(column_i, column_j), max(column_i, column_j)]
                    ]
                    mid = (
                        start_horizontal + (layer + up_i) * e + edge
                        if up_i == up_j
                        else start_diagonal + layer * e + edge
                    )
                out[rows, number, a] = mid
