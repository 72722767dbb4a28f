"""A tree of bounding boxes over triangles: nearest points, first hits of rays, inside or outside."""

from dataclasses import dataclass

import numpy as np
from numba import njit

LEAF = 8
"""Triangles that a leaf of the tree may hold."""


@njit(cache=True)
def _build(corners, order, bounds, child, span, leaf):
    """Split triangles at the mean of their centres along the longest side, from the root down.

    Parameters
    ----------
    corners : ndarray, shape (k, 3, 3)
    order : ndarray of int64, shape (k,)
        Written: triangles in the order of the leaves.
    bounds : ndarray, shape (b, 6)
        Written: low and high corner of each node's box.
    child : ndarray of int64, shape (b,)
        Written: first of the two children, 0 in a leaf.
    span : ndarray of int64, shape (b, 2)
        Written: part of `order` under the node.

    Returns
    -------
    int
        Number of nodes.
    """
    n = len(corners)
    centre = np.empty((n, 3))
    for t in range(n):
        order[t] = t
        for i in range(3):
            centre[t, i] = (corners[t, 0, i] + corners[t, 1, i] + corners[t, 2, i]) / 3.0
    span[0, 0], span[0, 1] = 0, n
    n_nodes, node = 1, 0
    while node < n_nodes:
        start, end = span[node, 0], span[node, 1]
        low, high = np.full(3, np.inf), np.full(3, -np.inf)
        for k in range(start, end):
            t = order[k]
            for i in range(3):
                low[i] = min(low[i], centre[t, i])
                high[i] = max(high[i], centre[t, i])
        for i in range(3):
            bounds[node, i], bounds[node, i + 3] = np.inf, -np.inf
        for k in range(start, end):
            for a in range(3):
                for i in range(3):
                    bounds[node, i] = min(bounds[node, i], corners[order[k], a, i])
                    bounds[node, i + 3] = max(bounds[node, i + 3], corners[order[k], a, i])
        child[node] = 0
        if end - start > leaf:
            axis = 0
            for i in range(1, 3):
                if high[i] - low[i] > high[axis] - low[axis]:
                    axis = i
            mean = 0.0
            for k in range(start, end):
                mean += centre[order[k], axis] / (end - start)
            middle = start
            for k in range(start, end):
                if centre[order[k], axis] < mean:
                    order[k], order[middle] = order[middle], order[k]
                    middle += 1
            if middle == start or middle == end:  # all centres in one place
                middle = (start + end) // 2
            child[node] = n_nodes
            span[n_nodes, 0], span[n_nodes, 1] = start, middle
            span[n_nodes + 1, 0], span[n_nodes + 1, 1] = middle, end
            n_nodes += 2
        node += 1
    return n_nodes


@njit(cache=True)
def _nearest_on_triangle(p, corner, out):
    """Nearest point of a triangle by the regions of its corners, edges and face; returns squared distance."""
    a, b, c = corner[0], corner[1], corner[2]
    d1 = d2 = d3 = d4 = d5 = d6 = 0.0
    for i in range(3):
        ab, ac = b[i] - a[i], c[i] - a[i]
        d1 += ab * (p[i] - a[i])
        d2 += ac * (p[i] - a[i])
        d3 += ab * (p[i] - b[i])
        d4 += ac * (p[i] - b[i])
        d5 += ab * (p[i] - c[i])
        d6 += ac * (p[i] - c[i])
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    if d1 <= 0.0 and d2 <= 0.0:
        r, s = 0.0, 0.0
    elif d3 >= 0.0 and d4 <= d3:
        r, s = 1.0, 0.0
    elif vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        r, s = (d1 / (d1 - d3) if d1 > d3 else 0.0), 0.0
    elif d6 >= 0.0 and d5 <= d6:
        r, s = 0.0, 1.0
    elif vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        r, s = 0.0, (d2 / (d2 - d6) if d2 > d6 else 0.0)
    elif va <= 0.0 and d4 >= d3 and d5 >= d6:
        length = (d4 - d3) + (d5 - d6)
        s = (d4 - d3) / length if length > 0.0 else 0.0
        r = 1.0 - s
    else:
        total = va + vb + vc
        r, s = (vb / total, vc / total) if total > 0.0 else (0.0, 0.0)
    squared = 0.0
    for i in range(3):
        out[i] = a[i] + r * (b[i] - a[i]) + s * (c[i] - a[i])
        squared += (p[i] - out[i]) ** 2
    return squared


@njit(cache=True)
def _box_distance(p, box):
    """Squared distance from a point to a box."""
    squared = 0.0
    for i in range(3):
        gap = max(box[i] - p[i], 0.0, p[i] - box[i + 3])
        squared += gap * gap
    return squared


@njit(cache=True)
def _nearest(points, corners, order, bounds, child, span, distance, triangle, foot):
    """Nearest triangle of each point; writes distance (n,), triangle (n,) and foot (n, 3)."""
    stack = np.empty(128, np.int64)
    trial = np.empty(3)
    for k in range(len(points)):
        p = points[k]
        best = np.inf
        stack[0] = 0
        depth = 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            if _box_distance(p, bounds[node]) >= best:
                continue
            if child[node] == 0:
                for m in range(span[node, 0], span[node, 1]):
                    squared = _nearest_on_triangle(p, corners[order[m]], trial)
                    if squared < best:
                        best = squared
                        triangle[k] = order[m]
                        foot[k] = trial
            else:
                near, far = child[node], child[node] + 1
                if _box_distance(p, bounds[far]) < _box_distance(p, bounds[near]):
                    near, far = far, near
                stack[depth], stack[depth + 1] = far, near
                depth += 2
        distance[k] = np.sqrt(best)


@njit(cache=True)
def _cast(origins, directions, corners, order, bounds, child, span, first, triangle, count):
    """First hit of each ray and the number of all hits (Moeller and Trumbore's test).

    Writes first (n,), the ray parameter or inf; triangle (n,), or -1; count (n,).
    """
    stack = np.empty(128, np.int64)
    for k in range(len(origins)):
        o, d = origins[k], directions[k]
        first[k], triangle[k], count[k] = np.inf, -1, 0
        stack[0] = 0
        depth = 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            enter, leave = 0.0, np.inf
            for i in range(3):
                if d[i] != 0.0:
                    t0 = (bounds[node, i] - o[i]) / d[i]
                    t1 = (bounds[node, i + 3] - o[i]) / d[i]
                    enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
                elif o[i] < bounds[node, i] or o[i] > bounds[node, i + 3]:
                    leave = -1.0
            if enter > leave + 1e-9 * (1.0 + abs(leave)):
                continue
            if child[node] != 0:
                stack[depth], stack[depth + 1] = child[node], child[node] + 1
                depth += 2
                continue
            for m in range(span[node, 0], span[node, 1]):
                a, b, c = corners[order[m], 0], corners[order[m], 1], corners[order[m], 2]
                ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
                vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
                px, py, pz = d[1] * vz - d[2] * vy, d[2] * vx - d[0] * vz, d[0] * vy - d[1] * vx
                det = ux * px + uy * py + uz * pz
                if det == 0.0:
                    continue
                wx, wy, wz = o[0] - a[0], o[1] - a[1], o[2] - a[2]
                r = (wx * px + wy * py + wz * pz) / det
                if r < 0.0 or r > 1.0:
                    continue
                qx, qy, qz = wy * uz - wz * uy, wz * ux - wx * uz, wx * uy - wy * ux
                s = (d[0] * qx + d[1] * qy + d[2] * qz) / det
                if s < 0.0 or r + s > 1.0:
                    continue
                t = (vx * qx + vy * qy + vz * qz) / det
                if t > 0.0:
                    count[k] += 1
                    if t < first[k]:
                        first[k], triangle[k] = t, order[m]


@dataclass(frozen=True)
class TriangleTree:
    """Triangles that answer where they are nearest and where a ray meets them; make with `triangle_tree`."""

    corners: np.ndarray
    order: np.ndarray
    bounds: np.ndarray
    child: np.ndarray
    span: np.ndarray

    def nearest(self, points):
        """Nearest points of the triangles.

        Parameters
        ----------
        points : ndarray, shape (n, 3)

        Returns
        -------
        distance : ndarray, shape (n,)
        triangle : ndarray of int64, shape (n,)
        foot : ndarray, shape (n, 3)
        """
        points = np.ascontiguousarray(points, float)
        distance, triangle = np.empty(len(points)), np.zeros(len(points), np.int64)
        foot = np.empty((len(points), 3))
        _nearest(
            points, self.corners, self.order, self.bounds, self.child, self.span, distance, triangle, foot
        )
        return distance, triangle, foot

    def cast(self, origins, directions):
        """Meet rays with the triangles.

        Parameters
        ----------
        origins, directions : ndarray, broadcast to shape (n, 3)

        Returns
        -------
        first : ndarray, shape (n,)
            Distance to the first hit in lengths of the direction; inf where there is none.
        triangle : ndarray of int64, shape (n,)
            The triangle hit first, or -1.
        count : ndarray of int64, shape (n,)
            Number of triangles hit.
        """
        origins, directions = np.broadcast_arrays(np.asarray(origins, float), np.asarray(directions, float))
        origins, directions = np.ascontiguousarray(origins), np.ascontiguousarray(directions)
        first = np.empty(len(origins))
        triangle, count = np.empty(len(origins), np.int64), np.empty(len(origins), np.int64)
        _cast(
            origins,
            directions,
            self.corners,
            self.order,
            self.bounds,
            self.child,
            self.span,
            first,
            triangle,
            count,
        )
        return first, triangle, count

    def contains(self, points):
        """Mark points inside a closed surface, by the parity of hits along a ray; ndarray of bool, shape (n,)."""
        skew = np.array([0.5773, 0.2113, 0.7887])
        return self.cast(points, skew)[2] % 2 == 1


def triangle_tree(corners) -> TriangleTree:
    """Build the tree over triangles.

    Parameters
    ----------
    corners : ndarray, shape (k, 3, 3)

    Returns
    -------
    TriangleTree
    """
    corners = np.ascontiguousarray(corners, float)
    order = np.empty(len(corners), np.int64)
    bounds = np.empty((2 * len(corners) + 1, 6))
    child = np.zeros(2 * len(corners) + 1, np.int64)
    span = np.zeros((2 * len(corners) + 1, 2), np.int64)
    n_nodes = _build(corners, order, bounds, child, span, LEAF)
    return TriangleTree(corners, order, bounds[:n_nodes], child[:n_nodes], span[:n_nodes])
