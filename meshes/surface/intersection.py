"""Where a triangulated surface passes through itself."""

import numpy as np
from numba import njit


@njit(cache=True)
def _pierces(p, q, a, b, c, slack):
    """Whether the open segment p-q passes through triangle a, b, c (its border included)."""
    # signed volumes of the tetrahedra that the segment's ends and line make with the triangle
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    area = np.sqrt(nx * nx + ny * ny + nz * nz)
    if area == 0.0:
        return False
    hp = (nx * (p[0] - a[0]) + ny * (p[1] - a[1]) + nz * (p[2] - a[2])) / area
    hq = (nx * (q[0] - a[0]) + ny * (q[1] - a[1]) + nz * (q[2] - a[2])) / area
    if not ((hp > slack and hq < -slack) or (hp < -slack and hq > slack)):
        return False
    t = hp / (hp - hq)
    wx = p[0] + t * (q[0] - p[0]) - a[0]
    wy = p[1] + t * (q[1] - p[1]) - a[1]
    wz = p[2] + t * (q[2] - p[2]) - a[2]
    uu = ux * ux + uy * uy + uz * uz
    uv = ux * vx + uy * vy + uz * vz
    vv = vx * vx + vy * vy + vz * vz
    wu = wx * ux + wy * uy + wz * uz
    wv = wx * vx + wy * vy + wz * vz
    det = uu * vv - uv * uv
    if det <= 1e-14 * uu * vv:
        return False
    r = (vv * wu - uv * wv) / det
    s = (uu * wv - uv * wu) / det
    return r >= 0.0 and s >= 0.0 and r + s <= 1.0


@njit(cache=True)
def _side(p, q, r):
    """Twice the signed area of a plane triangle."""
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


@njit(cache=True)
def _overlap_in_plane(one, two, slack):
    """Whether two triangles lie in one plane, within slack, and overlap there by more than their borders."""
    u, v = one[1] - one[0], one[2] - one[0]
    normal = np.array([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])
    area = np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2)
    if area <= slack * slack:
        return False
    for j in range(3):
        d = two[j] - one[0]
        if abs(normal[0] * d[0] + normal[1] * d[1] + normal[2] * d[2]) > slack * area:
            return False
    drop = 0
    for i in range(1, 3):
        if abs(normal[i]) > abs(normal[drop]):
            drop = i
    first, second = (drop + 1) % 3, (drop + 2) % 3
    a = np.empty((3, 2))
    b = np.empty((3, 2))
    for i in range(3):
        a[i, 0], a[i, 1] = one[i, first], one[i, second]
        b[i, 0], b[i, 1] = two[i, first], two[i, second]
    # convex pieces are apart exactly when an edge line of one has the other on its outer side
    for turn in range(2):
        p, q = (a, b) if turn == 0 else (b, a)
        sense = 1.0 if _side(p[0], p[1], p[2]) > 0.0 else -1.0
        for i in range(3):
            start, end = p[i], p[(i + 1) % 3]
            length = np.sqrt((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2)
            outside = True
            for j in range(3):
                if sense * _side(start, end, q[j]) > slack * length:
                    outside = False
            if outside:
                return False
    return True


@njit(cache=True)
def _crossing_pairs(corners, low, high, order, triangles, slack, pairs):
    """Sweep along x over bounding boxes; write crossing pairs, return how many were found.

    Triangles that share an edge are never counted; of triangles that share a corner, the opposite edges
    are tested.
    """
    found = 0
    n = len(order)
    for k in range(n):
        one = order[k]
        for m in range(k + 1, n):
            two = order[m]
            if low[two, 0] > high[one, 0]:
                break
            if low[two, 1] > high[one, 1] or low[one, 1] > high[two, 1]:
                continue
            if low[two, 2] > high[one, 2] or low[one, 2] > high[two, 2]:
                continue
            shared, at_one, at_two = 0, -1, -1
            for i in range(3):
                for j in range(3):
                    if triangles[one, i] == triangles[two, j]:
                        shared += 1
                        at_one, at_two = i, j
            if shared >= 2:
                continue
            a, b = corners[one], corners[two]
            crossing = False
            for i in range(3):
                j = (i + 1) % 3
                if (shared == 0 or (i != at_one and j != at_one)) and _pierces(
                    a[i], a[j], b[0], b[1], b[2], slack
                ):
                    crossing = True
                if (shared == 0 or (i != at_two and j != at_two)) and _pierces(
                    b[i], b[j], a[0], a[1], a[2], slack
                ):
                    crossing = True
            if not crossing and shared == 0:
                crossing = _overlap_in_plane(a, b, slack)
            if crossing:
                if found < len(pairs):
                    pairs[found, 0], pairs[found, 1] = one, two
                found += 1
    return found


def self_intersections(points, triangles, *, depth=1e-7, limit=1000):
    """Pairs of triangles that pass through each other.

    An edge counts as passing through a triangle when its ends lie on both sides by more than `depth`;
    triangles with a common edge are not compared (a fold of zero volume goes unseen).

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    triangles : ndarray of int, shape (k, 3)
    depth : float [-]
        Relative to the bounding diagonal.
    limit : int
        Most pairs to return.

    Returns
    -------
    pairs : ndarray of int64, shape (at most limit, 2)
    n_pairs : int
        All that were found.
    """
    size = np.ptp(points, axis=0)
    diagonal = float(np.linalg.norm(size))
    turned = points[:, np.argsort(-size)] - points.mean(axis=0)[np.argsort(-size)]  # sweep the longest side
    corners = np.ascontiguousarray(turned[triangles] / diagonal)
    low, high = corners.min(axis=1), corners.max(axis=1)
    order = np.argsort(low[:, 0], kind="stable")
    pairs = np.empty((limit, 2), np.int64)
    n_pairs = _crossing_pairs(corners, low, high, order, np.asarray(triangles, np.int64), depth, pairs)
    return pairs[: min(n_pairs, limit)], int(n_pairs)
