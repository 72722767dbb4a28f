"""Blocks of quadratic tetrahedra, kernels that add them to those right of the diagonal of a matrix.

Where all edges of a cell are straight, grad N_a = sum_k D_ak(L) g_k with the constant gradients g_k of the barycentric
coordinates L, and the block of two nodes is a sum of few blocks of the linear tetrahedron with the same corners,

    K_ab = sum_kl R_abkl k_kl,   R_abkl = int D_ak D_bl dV / V,
    k_kl = V (lam g_k g_l^T + mu g_l g_k^T + mu (g_k . g_l) I),

one for two corners, two for a corner and a mid node, four for two mid nodes. Curved cells are integrated at their
quadrature points.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import load8, plus, store, zero8
from vertebra.kernels.prefetch import prefetch

from ..cells.elements import EDGES, tetrahedron
from ..cells.geometry import fill_inverse
from ..cells.gradients import fill_gradients

FIRST, SECOND = np.triu_indices(10, 1)
"""Nodes of the 45 pairs of a cell."""


@dataclass(frozen=True)
class Terms:
    """Blocks of straight quadratic cells as sums of those of linear cells.

    Attributes
    ----------
    begin : ndarray of int32, shape (46,)
        First term of each pair of nodes.
    block : ndarray of uint32, shape (n, 2)
        Where the linear block (k, l) of each term begins among those of a cell, 16 numbers each; and block (l, k).
    weight : ndarray, shape (n,) [-]
        R_abkl.
    """

    begin: np.ndarray
    block: np.ndarray
    weight: np.ndarray


def linear_terms() -> Terms:
    """R_abkl of all pairs of nodes, by the quadrature that is exact for them."""
    L = tetrahedron(10).barycentric  # noqa: N806
    D = np.zeros((len(L), 10, 4))
    for k in range(4):
        D[:, k, k] = 4 * L[:, k] - 1
    for node, (k, l) in enumerate(EDGES, 4):  # noqa: E741
        D[:, node, k], D[:, node, l] = 4 * L[:, l], 4 * L[:, k]
    R = np.einsum("qak,qbl->abkl", D, D)[FIRST, SECOND] / len(L)
    pair, k, l = np.nonzero(np.abs(R) > 1e-9)  # noqa: E741
    begin = np.searchsorted(pair, np.arange(len(FIRST) + 1)).astype(np.int32)
    block = 16 * np.stack([4 * k + l, 4 * l + k], axis=1)
    return Terms(begin, block.astype(np.uint32), R[pair, k, l])


@njit(inline="always")
def _fill_linear(points, cells, cell, lam, mu, normal, blocks):
    """Fill the 16 blocks of the linear tetrahedron at the corners, row by row, 16 numbers each; normal (4, 3)."""
    o, p, q, r = cells[cell, 0], cells[cell, 1], cells[cell, 2], cells[cell, 3]
    x, y, z = points[o, 0], points[o, 1], points[o, 2]
    p0, p1, p2 = points[p, 0] - x, points[p, 1] - y, points[p, 2] - z
    q0, q1, q2 = points[q, 0] - x, points[q, 1] - y, points[q, 2] - z
    r0, r1, r2 = points[r, 0] - x, points[r, 1] - y, points[r, 2] - z
    normal[1, 0], normal[1, 1], normal[1, 2] = q1 * r2 - q2 * r1, q2 * r0 - q0 * r2, q0 * r1 - q1 * r0
    normal[2, 0], normal[2, 1], normal[2, 2] = r1 * p2 - r2 * p1, r2 * p0 - r0 * p2, r0 * p1 - r1 * p0
    normal[3, 0], normal[3, 1], normal[3, 2] = p1 * q2 - p2 * q1, p2 * q0 - p0 * q2, p0 * q1 - p1 * q0
    for i in range(3):
        normal[0, i] = -(normal[1, i] + normal[2, i] + normal[3, i])
    scale = 1.0 / (6.0 * (p0 * normal[1, 0] + p1 * normal[1, 1] + p2 * normal[1, 2]))  # 1 / (36 V)
    for k in range(4):
        a0, a1, a2 = normal[k, 0], normal[k, 1], normal[k, 2]
        u0, u1, u2 = lam * scale * a0, lam * scale * a1, lam * scale * a2
        v0, v1, v2 = mu * scale * a0, mu * scale * a1, mu * scale * a2
        for l in range(k, 4):  # noqa: E741
            b0, b1, b2 = normal[l, 0], normal[l, 1], normal[l, 2]
            trace = v0 * b0 + v1 * b1 + v2 * b2
            xx, yy, zz = (u0 + v0) * b0 + trace, (u1 + v1) * b1 + trace, (u2 + v2) * b2 + trace
            xy, yx = u0 * b1 + v1 * b0, u1 * b0 + v0 * b1
            xz, zx = u0 * b2 + v2 * b0, u2 * b0 + v0 * b2
            yz, zy = u1 * b2 + v2 * b1, u2 * b1 + v1 * b2
            at = 16 * (4 * k + l)
            blocks[at], blocks[at + 1], blocks[at + 2] = xx, xy, xz
            blocks[at + 3], blocks[at + 4], blocks[at + 5] = yx, yy, yz
            blocks[at + 6], blocks[at + 7], blocks[at + 8] = zx, zy, zz
            at = 16 * (4 * l + k)
            blocks[at], blocks[at + 1], blocks[at + 2] = xx, yx, zx
            blocks[at + 3], blocks[at + 4], blocks[at + 5] = xy, yy, zy
            blocks[at + 6], blocks[at + 7], blocks[at + 8] = xz, yz, zz


@njit(inline="always")
def _ask_for_blocks(slot, first, last, high, values):
    """Prefetch the blocks at slots first..last, or their complements, that lie below `high`."""
    for p in range(first, min(last, slot.size)):
        at = max(slot[p], ~slot[p])
        if at < high:
            prefetch(values, 9 * at)
            prefetch(values, 9 * at + 8)


@njit(cache=True, nogil=True, fastmath={"contract"})
def add_straight(
    first, last, points, cells, cell, span, slot, straight, lam, mu, begin, block, weight, indptr, values
):  # fmt: skip
    """Add the straight cells to the blocks right of the diagonal in rows first..last; slot, block, values flat."""
    low, high = indptr[first], indptr[last]
    n_pairs = begin.size - 1
    normal = np.empty((4, 3))
    linear = np.empty(16 * 16)
    for t in range(cell.size):
        if span[t, 0] >= last:
            break
        if not straight[t] or span[t, 1] < first:
            continue
        _fill_linear(points, cells, cell[t], lam[cell[t]], mu[cell[t]], normal, linear)
        _ask_for_blocks(slot, n_pairs * (t + 1), n_pairs * (t + 2), high, values)
        for p in range(n_pairs):
            at = slot[n_pairs * t + p]
            turned = 0
            if at < 0:
                at = ~at
                turned = 1
            if not low <= at < high:
                continue
            lanes = zero8(values)
            corner = 0.0
            for n in range(begin[p], begin[p + 1]):
                k = block[2 * n + turned]
                lanes = plus(lanes, weight[n], load8(linear, k))
                corner += weight[n] * linear[k + 8]
            store(values, 9 * at, plus(lanes, 1.0, load8(values, 9 * at)))
            values[9 * at + 8] += corner


@njit(cache=True, nogil=True, fastmath={"contract"})
def add_curved(
    first, last, points, cells, cell, span, slot, straight, gradient, volume, lam, mu, begin, end, indptr, values
):  # fmt: skip
    """Add the curved cells to the blocks right of the diagonal in rows first..last; slot and values are flat.

    K_ab = sum_q volume_q (lam g_a g_b^T + mu g_b g_a^T + mu (g_a . g_b) I), with g = gradients of N in space.
    """
    low, high = indptr[first], indptr[last]
    n_points, n_nodes = gradient.shape[:2]
    inverse = np.empty((1, n_points, 3, 3))
    g = np.empty((n_nodes, n_points, 3))
    for t in range(cell.size):
        if span[t, 0] >= last:
            break
        if straight[t] or span[t, 1] < first:
            continue
        for q in range(n_points):
            fill_inverse(points, cells, gradient, cell[t], q, inverse, 0)
            fill_gradients(inverse, gradient, 0, q, g, q)
        lam_e, mu_e = lam[cell[t]], mu[cell[t]]
        _ask_for_blocks(slot, begin.size * (t + 1), begin.size * (t + 2), high, values)
        for p in range(begin.size):
            at = slot[begin.size * t + p]
            a, b = begin[p], end[p]
            if at < 0:
                at = ~at
                a, b = b, a
            if not low <= at < high:
                continue
            s00, s01, s02, s10, s11, s12, s20, s21, s22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for q in range(n_points):
                w = volume[cell[t], q]
                u0, u1, u2 = w * g[a, q, 0], w * g[a, q, 1], w * g[a, q, 2]
                v0, v1, v2 = g[b, q, 0], g[b, q, 1], g[b, q, 2]
                s00 += u0 * v0
                s01 += u0 * v1
                s02 += u0 * v2
                s10 += u1 * v0
                s11 += u1 * v1
                s12 += u1 * v2
                s20 += u2 * v0
                s21 += u2 * v1
                s22 += u2 * v2
            trace = mu_e * (s00 + s11 + s22)
            k = 9 * at
            values[k] += (lam_e + mu_e) * s00 + trace
            values[k + 1] += lam_e * s01 + mu_e * s10
            values[k + 2] += lam_e * s02 + mu_e * s20
            values[k + 3] += lam_e * s10 + mu_e * s01
            values[k + 4] += (lam_e + mu_e) * s11 + trace
            values[k + 5] += lam_e * s12 + mu_e * s21
            values[k + 6] += lam_e * s20 + mu_e * s02
            values[k + 7] += lam_e * s21 + mu_e * s12
            values[k + 8] += (lam_e + mu_e) * s22 + trace
