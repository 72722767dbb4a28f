"""Twins of the limit analysis: power, flux bound and level surfaces by plain loops."""

import itertools
from functools import cache

import numpy as np
from naive_return_mapping import planes


@cache
def vertices(compression, tension, shear=np.inf):
    """Corners of the yield set in principal stresses."""
    normals, bounds = planes(compression, tension, shear)
    found = []
    for some in itertools.combinations(range(len(bounds)), 3):
        N, b = normals[list(some)], bounds[list(some)]
        if abs(np.linalg.det(N)) > 1e-9:
            s = np.linalg.solve(N, b)
            if np.all(normals @ s <= bounds + 1e-9):
                found.append(s)
    return np.array(found)


def dissipation(gradient, corners):
    """Power a volume of the velocity -u e_z: the largest s : e over the yield set with these corners (k, 3)."""
    rate = np.zeros((3, 3))
    rate[2] -= gradient / 2
    rate[:, 2] -= gradient / 2
    return max(corners @ np.linalg.eigvalsh(rate))


def gradients(points):
    """Gradients (4, 3) of the barycentric coordinates of one tetrahedron (4, 3), and its volume."""
    matrix = np.linalg.inv(np.column_stack([np.ones(4), points]))
    return matrix[1:].T, np.linalg.det(points[1:] - points[0]) / 6


def power(points, cells, u, compression, tension, shear):
    """Power of linear velocities, principal rate by principal rate."""
    total = 0.0
    for cell, nodes in enumerate(cells):
        N, volume = gradients(points[nodes])
        corners = vertices(compression[cell], tension[cell], shear[cell])
        total += volume * dissipation(u[nodes] @ N, corners)
    return total


def flux_bound(points, cells, flux, lower, upper):
    """Certified load of fluxes (m, 3): r of every face, those of the upper end whole, free ones where negative."""
    rest, count = {}, {}
    for cell, nodes in enumerate(cells):
        N, volume = gradients(points[nodes])
        for a in range(4):
            face = tuple(sorted(np.delete(nodes, a)))
            rest[face] = rest.get(face, 0.0) + volume * flux[cell] @ (-3 * N[a])
            count[face] = count.get(face, 0) + 1
    total = 0.0
    for face, r in rest.items():
        outer = count[face] == 1
        if outer and set(face) <= set(lower):
            continue
        total += r if outer and set(face) <= set(upper) else min(0.0, r)
    return total


def section(points, u, level):
    """Area of {u = level} in one tetrahedron, by cutting its edges."""
    cut = []
    for a, b in itertools.combinations(range(4), 2):
        if (u[a] < level) != (u[b] < level):
            t = (level - u[a]) / (u[b] - u[a])
            cut.append(points[a] + t * (points[b] - points[a]))
    if len(cut) < 3:
        return 0.0
    cut = np.array(cut)
    if len(cut) == 3:
        return np.linalg.norm(np.cross(cut[1] - cut[0], cut[2] - cut[0])) / 2
    whole = 0.0  # a convex quadrilateral with its corners in some order: the largest of its three orders
    for order in ((0, 1, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2)):
        p = cut[list(order)]
        area = np.cross(p[2] - p[0], p[3] - p[1])
        whole = max(whole, np.linalg.norm(area) / 2)
    return whole
