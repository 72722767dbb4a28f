"""Moving nodes of tetrahedra onto planes while all cells keep their shape: one node at a time, by Newton steps.

The energy of a node is the sum of (1 / mean ratio)^2 over the cells around it, which grows without bound as a cell
becomes flat and is convex in the place of one node [1]_, plus the squared distances to the planes that it is drawn
to and to the place that it comes from. The mean ratio compares a cell with the regular tetrahedron or, in thin layers,
with what it was.

References
----------
.. [1] T. S. Munson, Mesh shape-quality optimization using the inverse mean-ratio metric, Math. Program. 110 (2007)
   561-590, doi 10.1007/s10107-006-0014-3
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit


@njit(cache=True)
def _cell_shape(points, cell, form, node, gradient, hessian):
    """Inverse mean ratio f = sum w l^2 / V^(2/3) of a cell, 1 for its reference; w = `form`, one for each edge.

    Writes df/dx and d2f/dx2, shapes (3,) and (3, 3), for the place x of `node`; infinite for V <= 0, then unwritten.
    """
    first = 0
    for k in range(4):
        if cell[k] == node:
            first = k
    if first == 0:
        b, c, d = cell[1], cell[2], cell[3]
    elif first == 1:
        b, c, d = cell[0], cell[3], cell[2]
    elif first == 2:
        b, c, d = cell[3], cell[0], cell[1]
    else:
        b, c, d = cell[2], cell[1], cell[0]
    x, y, z = points[b, 0], points[b, 1], points[b, 2]
    u0, u1, u2 = points[c, 0] - x, points[c, 1] - y, points[c, 2] - z
    v0, v1, v2 = points[d, 0] - x, points[d, 1] - y, points[d, 2] - z
    g = np.empty(3)
    g[0] = -(u1 * v2 - u2 * v1) / 6  # dV/dx
    g[1] = -(u2 * v0 - u0 * v2) / 6
    g[2] = -(u0 * v1 - u1 * v0) / 6
    volume = g[0] * (points[node, 0] - x) + g[1] * (points[node, 1] - y) + g[2] * (points[node, 2] - z)
    if volume <= 0:
        return np.inf
    length, stiff = 0.0, 0.0
    dl = np.empty(3)
    for k in range(3):
        dl[k] = 0.0
    for i in range(4):
        for j in range(i):
            between = form[i * (i - 1) // 2 + j]
            for k in range(3):
                length += between * (points[cell[i], k] - points[cell[j], k]) ** 2
            if first in (i, j):
                other = cell[j] if i == first else cell[i]
                stiff += 2 * between
                for k in range(3):
                    dl[k] += 2 * between * (points[node, k] - points[other, k])
    scale = volume ** (-2 / 3)
    for i in range(3):
        gradient[i] = scale * (dl[i] - 2 / 3 * length / volume * g[i])
        for j in range(3):
            hessian[i, j] = scale * (
                -2 / 3 / volume * (dl[i] * g[j] + g[i] * dl[j]) + 10 / 9 * length / volume**2 * g[i] * g[j]
            )
        hessian[i, i] += stiff * scale
    return scale * length


@njit(cache=True)
def _node_energy(points, cells, form, around, node, plane, normal, weight, home, anchor, gradient, hessian):
    """Energy of a node with its derivatives; infinite where a cell around it is turned inside out."""
    for i in range(3):
        gradient[i] = 0.0
        for j in range(3):
            hessian[i, j] = 0.0
    energy = 0.0
    df, ddf = np.empty(3), np.empty((3, 3))
    for cell in around:
        f = _cell_shape(points, cells[cell], form[cell], node, df, ddf)
        if f == np.inf:
            return np.inf
        energy += f * f
        for i in range(3):
            gradient[i] += 2 * f * df[i]
            for j in range(3):
                hessian[i, j] += 2 * (df[i] * df[j] + f * ddf[i, j])
    for k in range(len(weight)):
        off = 0.0
        for i in range(3):
            off += (points[node, i] - plane[k, i]) * normal[k, i]
        energy += weight[k] * off**2
        for i in range(3):
            gradient[i] += 2 * weight[k] * off * normal[k, i]
            for j in range(3):
                hessian[i, j] += 2 * weight[k] * normal[k, i] * normal[k, j]
    for i in range(3):
        away = points[node, i] - home[i]
        energy += anchor * away**2
        gradient[i] += 2 * anchor * away
        hessian[i, i] += 2 * anchor
    return energy


@njit(cache=True)
def _solve(a, b):
    """Solve a x = b, a (3, 3), by elimination with row pivots; overwrites both, b with x.

    Written out: numpy's takes numba 3 s to compile.
    """
    for j in range(3):
        pivot = j
        for i in range(j + 1, 3):
            if abs(a[i, j]) > abs(a[pivot, j]):
                pivot = i
        for k in range(3):
            a[j, k], a[pivot, k] = a[pivot, k], a[j, k]
        b[j], b[pivot] = b[pivot], b[j]
        for i in range(j + 1, 3):
            factor = a[i, j] / a[j, j]
            for k in range(j + 1, 3):
                a[i, k] -= factor * a[j, k]
            b[i] -= factor * b[j]
    for i in range(2, -1, -1):
        for k in range(i + 1, 3):
            b[i] -= a[i, k] * b[k]
        b[i] /= a[i, i]


@njit(cache=True)
def _relax(points, cells, form, start, around, nodes, plane, normal, weight, home, anchor, n_sweeps):
    """Newton steps with halving, node after node, `n_sweeps` times; writes `points`."""
    gradient, hessian, old = np.empty(3), np.empty((3, 3)), np.empty(3)
    spare, unused = np.empty(3), np.empty((3, 3))
    for sweep in range(n_sweeps):
        for step in range(len(nodes)):
            k = step if sweep % 2 == 0 else len(nodes) - 1 - step
            node = nodes[k]
            cells_here = around[start[node] : start[node + 1]]
            args = (plane[k], normal[k], weight[k], home[k], anchor[k])
            energy = _node_energy(points, cells, form, cells_here, node, *args, gradient, hessian)
            if energy == np.inf:
                continue
            _solve(hessian, gradient)
            share = 1.0
            for i in range(3):
                old[i] = points[node, i]
            for _ in range(8):
                for i in range(3):
                    points[node, i] = old[i] - share * gradient[i]
                if _node_energy(points, cells, form, cells_here, node, *args, spare, unused) < energy:
                    break
                share *= 0.5
            else:
                for i in range(3):
                    points[node, i] = old[i]


@njit(cache=True)
def _worst_around(points, cells, form, cells_here, node, spare, unused):
    """Largest inverse mean ratio of the cells around a node."""
    worst = 0.0
    for cell in cells_here:
        worst = max(worst, _cell_shape(points, cells[cell], form[cell], node, spare, unused))
    return worst


@njit(cache=True)
def _go(points, cells, form, start, around, nodes, goal, worst):
    """Move nodes to `goal`, as far as no cell gets worse than `worst`, or than it was; writes `points`."""
    spare, unused, old = np.empty(3), np.empty((3, 3)), np.empty(3)
    for k in range(len(nodes)):
        node = nodes[k]
        cells_here = around[start[node] : start[node + 1]]
        limit = max(worst, _worst_around(points, cells, form, cells_here, node, spare, unused))
        for i in range(3):
            old[i] = points[node, i]
        share = 1.0
        for _ in range(6):
            for i in range(3):
                points[node, i] = old[i] + share * (goal[k, i] - old[i])
            if _worst_around(points, cells, form, cells_here, node, spare, unused) <= limit:
                break
            share *= 0.7
        else:
            for i in range(3):
                points[node, i] = old[i]


@dataclass(frozen=True, eq=False)
class Patch:
    """Tetrahedra and what lies around each of their nodes.

    Attributes
    ----------
    cells : ndarray of int32, shape (m, 4)
    form : ndarray, shape (m, 6) [-]
        Weights of the squared lengths between corners 10, 20, 21, 30, 31, 32 in the inverse mean ratio.
    start, around : ndarray of int64, shapes (n + 1,) and (4 m,)
        Cells around node i are around[start[i]:start[i + 1]].
    """

    cells: np.ndarray
    form: np.ndarray
    start: np.ndarray
    around: np.ndarray

    @classmethod
    def of(cls, cells, points, thin):
        """Find the cells around each node; cells that are `thin`, (m,), are to stay like themselves in `points`."""
        corners = np.ascontiguousarray(cells[:, :4])
        order = np.argsort(corners.ravel(), kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(corners.ravel(), minlength=len(points)))])
        form = np.full((len(cells), 6), 1 / (12 * 3 ** (2 / 3)))
        form[thin] = _own_form(points[corners[thin]])
        return cls(corners, form, start.astype(np.int64), order // 4)

    def relaxed(self, points, nodes, plane, normal, weight, home, anchor, n_sweeps=1):
        """Places of all nodes after sweeps over some of them.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
            All cells around `nodes` of positive volume.
        nodes : ndarray of int, shape (k,)
        plane, normal : ndarray, shape (k, p, 3) [mm], [-]
            Points and normals of the planes that draw each node.
        weight : ndarray, shape (k, p) [1/mm2]
            How strongly; 0 for none.
        home : ndarray, shape (k, 3) [mm]
        anchor : ndarray, shape (k,) [1/mm2]
            Weight of the squared distance from `home`.
        n_sweeps : int

        Returns
        -------
        ndarray, shape (n, 3) [mm]
        """
        moved = points.copy()
        mesh = moved, self.cells, self.form, self.start, self.around
        _relax(*mesh, nodes, plane, normal, weight, home, anchor, n_sweeps)
        return moved

    def gone(self, points, nodes, goal, floor):
        """Places of all nodes after some went to their goals, as far as cells keep a mean ratio of `floor`.

        Cells that are worse to begin with get no worse.
        """
        moved = points.copy()
        _go(moved, self.cells, self.form, self.start, self.around, nodes, goal, 1 / floor)
        return moved


def _own_form(corners):
    """Weights that make the inverse mean ratio of cells, given by their corners (m, 4, 3), 1 as they are; (m, 6).

    f = |A W^-1|^2 / (3 det(A W^-1)^(2/3)) with the edges from corner 0 as columns of A, now, and W, then: with
    G = W^-1 W^-T a sum over pairs of corners of -G_ij l_ij^2, and of sum_j G_ij l_i0^2.
    """
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    inverse = np.linalg.inv(edges)
    metric = inverse @ np.swapaxes(inverse, 1, 2)
    to_first = metric.sum(axis=2)
    pairs = [
        to_first[:, 0],
        to_first[:, 1],
        -metric[:, 0, 1],
        to_first[:, 2],
        -metric[:, 0, 2],
        -metric[:, 1, 2],
    ]
    return np.stack(pairs, axis=1) * (np.linalg.det(edges) / 6)[:, None] ** (2 / 3) / 3


def mean_ratios(points, cells):
    """Mean ratio 12 (3 V)^(2/3) / sum l^2 of tetrahedra with straight edges: 1 for the regular one, 0 for a flat one.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    x = points[cells[:, :4]]
    a, b, c = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], x[:, 3] - x[:, 0]
    volume = np.maximum(np.einsum("ci,ci->c", a, np.cross(b, c)) / 6, 0)
    length = sum((e**2).sum(axis=1) for e in (a, b, c, b - a, c - a, c - b))
    return 12 * (3 * volume) ** (2 / 3) / length
