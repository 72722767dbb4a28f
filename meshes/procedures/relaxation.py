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
    u = points[c] - points[b]
    v = points[d] - points[b]
    w = points[node] - points[b]
    g0 = -(u[1] * v[2] - u[2] * v[1]) / 6  # dV/dx
    g1 = -(u[2] * v[0] - u[0] * v[2]) / 6
    g2 = -(u[0] * v[1] - u[1] * v[0]) / 6
    volume = g0 * w[0] + g1 * w[1] + g2 * w[2]
    if volume <= 0:
        return np.inf
    g = (g0, g1, g2)
    length, stiff = 0.0, 0.0
    dl = np.zeros(3)
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
    gradient[:] = 0
    hessian[:] = 0
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
def _relax(points, cells, form, start, around, nodes, plane, normal, weight, home, anchor, n_sweeps):
    """Newton steps with halving, node after node, `n_sweeps` times; writes `points`."""
    gradient, hessian = np.empty(3), np.empty((3, 3))
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
            move = -np.linalg.solve(hessian, gradient)
            old = points[node].copy()
            for _ in range(8):
                points[node] = old + move
                if _node_energy(points, cells, form, cells_here, node, *args, spare, unused) < energy:
                    break
                move *= 0.5
            else:
                points[node] = old


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
    spare, unused = np.empty(3), np.empty((3, 3))
    for k in range(len(nodes)):
        node = nodes[k]
        cells_here = around[start[node] : start[node + 1]]
        limit = max(worst, _worst_around(points, cells, form, cells_here, node, spare, unused))
        old = points[node].copy()
        share = 1.0
        for _ in range(6):
            points[node] = old + share * (goal[k] - old)
            if _worst_around(points, cells, form, cells_here, node, spare, unused) <= limit:
                break
            share *= 0.7
        else:
            points[node] = old


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
