"""Stiffness of linear tetrahedra, gathered row by row from the cells around each node.

Gradients in a linear tetrahedron follow from its corners: grad N_a = n_a / (6 V), where n_a is the doubled area normal
of the face opposite to a. With n_b, n_c, n_d as products of the edges that leave a, and n_a = -(n_b + n_c + n_d),

    K_ab = (lam n_a n_b^T + mu n_b n_a^T + mu (n_a . n_b) I) / (36 V),

whatever the orientation. A translation strains nothing, so that K_aa = -sum_b K_ab. Blocks right of the diagonal are
summed from the cells where they stay in cache, those left of it are copied from the rows before, and the diagonal is
what balances the row: each row is written once, in order.

The corners of a cell are sorted by number, so that the row of the first has three blocks from it, that of the second
two and that of the third one. Positions and cells are stored in the order in which the rows meet them.
"""

from dataclasses import dataclass, replace

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.prefetch import prefetch

from ..threads import run, share, share_evenly


@dataclass(frozen=True)
class Gather:
    """Linear cells in the order of the rows, once per mesh.

    Attributes
    ----------
    node : ndarray of int32, shape (n,)
        Node of each number: rows first, then nodes that are held altogether.
    position : ndarray, shape (n, 3) [mm]
        Of nodes by number.
    tetrahedra : ndarray of uint32, shape (t, 4)
        Cells around rows: numbers of the corners in ascending order, cells in the order of their first corner.
    cell : ndarray of uint32, shape (t,)
        Cell of the mesh that each of them is.
    first : ndarray of uint32, shape (r + 1,)
        Where the cells whose first corner is each row begin in `tetrahedra`.
    second_start, third_start : ndarray of uint32, shape (r + 1,)
        Where the cells whose second and third corner is each row begin in `second` and `third`.
    second, third : ndarray of uint32
        Their places in `tetrahedra`, ascending.
    """

    node: np.ndarray
    position: np.ndarray
    tetrahedra: np.ndarray
    cell: np.ndarray
    first: np.ndarray
    second_start: np.ndarray
    second: np.ndarray
    third_start: np.ndarray
    third: np.ndarray

    def at(self, points: np.ndarray, cells: np.ndarray) -> "Gather":
        """The same cells (m, 4) with the nodes at other places (n, 3) [mm]."""
        return replace(self, position=points[self.node])


@njit(inline="always")
def _ascending(number, cells, cell):
    """Numbers of the four corners of a cell in ascending order."""
    a, b = number[cells[cell, 0]], number[cells[cell, 1]]
    c, d = number[cells[cell, 2]], number[cells[cell, 3]]
    low, other = min(a, b), max(a, b)
    least, most = min(c, d), max(c, d)
    x, y = max(low, least), min(other, most)
    return min(low, least), min(x, y), max(x, y), max(other, most)


@njit(cache=True)
def _arrange(cells, number, n_rows, first, second_start, third_start, tetrahedra, order, second, third):
    """Sort the cells by their first corner and list them by their second and third; the starts are zero before."""
    for cell in range(cells.shape[0]):
        a, b, c, _ = _ascending(number, cells, cell)
        if a < n_rows:
            first[a + 1] += 1
        if b < n_rows:
            second_start[b + 1] += 1
        if c < n_rows:
            third_start[c + 1] += 1
    for i in range(n_rows):
        first[i + 1] += first[i]
        second_start[i + 1] += second_start[i]
        third_start[i + 1] += third_start[i]
    place = first[:-1].copy()
    for cell in range(cells.shape[0]):
        a, b, c, d = _ascending(number, cells, cell)
        if a < n_rows:
            t = place[a]
            place[a] += 1
            order[t] = cell
            tetrahedra[t, 0], tetrahedra[t, 1], tetrahedra[t, 2], tetrahedra[t, 3] = a, b, c, d
    other = third_start[:-1].copy()
    for i in range(n_rows):
        place[i] = second_start[i]
    for t in range(first[n_rows]):
        b, c = tetrahedra[t, 1], tetrahedra[t, 2]
        if b < n_rows:
            second[place[b]] = t
            place[b] += 1
        if c < n_rows:
            third[other[c]] = t
            other[c] += 1


@njit(cache=True, nogil=True, fastmath={"contract"})
def _scale(first, last, cell, volume, lam, mu, factor):
    """Fill factor (t, 2) with lam and mu over 36 V."""
    for t in range(first, last):
        scale = 1.0 / (36.0 * volume[cell[t], 0])
        factor[t, 0] = lam[cell[t]] * scale
        factor[t, 1] = mu[cell[t]] * scale


@njit(nogil=True, fastmath={"contract"})
def _normals(position, tetrahedra, t):
    """Normals opposite to the second, third and fourth corner, nine numbers; position and tetrahedra are flat."""
    o, p = 3 * tetrahedra[4 * t], 3 * tetrahedra[4 * t + 1]
    q, r = 3 * tetrahedra[4 * t + 2], 3 * tetrahedra[4 * t + 3]
    x, y, z = position[o], position[o + 1], position[o + 2]
    p0, p1, p2 = position[p] - x, position[p + 1] - y, position[p + 2] - z
    q0, q1, q2 = position[q] - x, position[q + 1] - y, position[q + 2] - z
    r0, r1, r2 = position[r] - x, position[r + 1] - y, position[r + 2] - z
    b0, b1, b2 = q1 * r2 - q2 * r1, q2 * r0 - q0 * r2, q0 * r1 - q1 * r0
    c0, c1, c2 = r1 * p2 - r2 * p1, r2 * p0 - r0 * p2, r0 * p1 - r1 * p0
    d0, d1, d2 = p1 * q2 - p2 * q1, p2 * q0 - p0 * q2, p0 * q1 - p1 * q0
    return b0, b1, b2, c0, c1, c2, d0, d1, d2


@njit(nogil=True, fastmath={"contract"})
def _add(values, k, lam, mu, a0, a1, a2, b0, b1, b2):
    """Add K_ab to the block whose numbers begin at k; lam and mu are over 36 V, n_a and n_b by components."""
    u0, u1, u2 = lam * a0, lam * a1, lam * a2
    v0, v1, v2 = mu * a0, mu * a1, mu * a2
    trace = v0 * b0 + v1 * b1 + v2 * b2
    values[k] += (u0 + v0) * b0 + trace
    values[k + 1] += u0 * b1 + v1 * b0
    values[k + 2] += u0 * b2 + v2 * b0
    values[k + 3] += u1 * b0 + v0 * b1
    values[k + 4] += (u1 + v1) * b1 + trace
    values[k + 5] += u1 * b2 + v2 * b1
    values[k + 6] += u2 * b0 + v0 * b2
    values[k + 7] += u2 * b1 + v1 * b2
    values[k + 8] += (u2 + v2) * b2 + trace


@njit(nogil=True, fastmath={"contract"})
def _balance(start, end, diagonal, values):
    """Complete the diagonal block of a row; it holds the sum of the blocks to nodes that are held altogether."""
    s00, s01, s02, s10, s11, s12, s20, s21, s22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(9 * start, 9 * end, 9):
        s00 += values[k]
        s01 += values[k + 1]
        s02 += values[k + 2]
        s10 += values[k + 3]
        s11 += values[k + 4]
        s12 += values[k + 5]
        s20 += values[k + 6]
        s21 += values[k + 7]
        s22 += values[k + 8]
    k = 9 * diagonal
    xy, xz, yz = -0.5 * (s01 + s10), -0.5 * (s02 + s20), -0.5 * (s12 + s21)
    values[k], values[k + 1], values[k + 2] = -s00, xy, xz
    values[k + 3], values[k + 4], values[k + 5] = xy, -s11, yz
    values[k + 6], values[k + 7], values[k + 8] = xz, yz, -s22


@njit(cache=True, nogil=True, fastmath={"contract"})
def _gather(
    first, last, position, tetrahedra, start, second_start, second, third_start, third, factor,
    indptr, indices, values,
):  # fmt: skip
    """Fill the blocks (i, j) with first <= min(i, j) < last, and the diagonals of rows that have no others.

    All arrays are flat, all integers unsigned: an index that cannot be negative is not looked at twice.
    """
    place = np.zeros(
        position.size // 3, np.uint32
    )  # from the diagonal of the row on; 0 for nodes that are held
    following = np.empty(last - first, np.uint32)  # slot of the next block of each row to be copied
    for i in range(first, last):
        if i + 1 < last:  # blocks that the next row copies
            for p in range(int(indptr[i + 1]), int(indptr[i + 2])):
                j = int(indices[p])
                if j >= i:
                    break
                if j >= first:
                    prefetch(values, 9 * following[j - first])
                    prefetch(values, 9 * following[j - first] + 8)
        diagonal = int(indptr[i])
        end = int(indptr[i + 1])
        while indices[diagonal] < i:
            j = int(indices[diagonal])
            if j >= first:
                k, q = 9 * diagonal, 9 * following[j - first]
                following[j - first] += 1
                for a in range(3):
                    for b in range(3):
                        values[k + 3 * a + b] = values[q + 3 * b + a]
            diagonal += 1
        following[i - first] = diagonal + 1
        base = 9 * diagonal
        for k in range(base, 9 * end):
            values[k] = 0.0
        for p in range(diagonal + 1, end):
            place[indices[p]] = 9 * (p - diagonal)
        for t in range(int(start[i]), int(start[i + 1])):
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            a0, a1, a2 = -(b0 + c0 + d0), -(b1 + c1 + d1), -(b2 + c2 + d2)
            lam, mu = factor[2 * t], factor[2 * t + 1]
            _add(values, base + place[tetrahedra[4 * t + 1]], lam, mu, a0, a1, a2, b0, b1, b2)
            _add(values, base + place[tetrahedra[4 * t + 2]], lam, mu, a0, a1, a2, c0, c1, c2)
            _add(values, base + place[tetrahedra[4 * t + 3]], lam, mu, a0, a1, a2, d0, d1, d2)
        for s in range(int(second_start[i]), int(second_start[i + 1])):
            t = second[s]
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            lam, mu = factor[2 * t], factor[2 * t + 1]
            _add(values, base + place[tetrahedra[4 * t + 2]], lam, mu, b0, b1, b2, c0, c1, c2)
            _add(values, base + place[tetrahedra[4 * t + 3]], lam, mu, b0, b1, b2, d0, d1, d2)
        for s in range(int(third_start[i]), int(third_start[i + 1])):
            t = third[s]
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            lam, mu = factor[2 * t], factor[2 * t + 1]
            _add(values, base + place[tetrahedra[4 * t + 3]], lam, mu, c0, c1, c2, d0, d1, d2)
        if indices[indptr[i]] >= first:
            _balance(int(indptr[i]), end, diagonal, values)
        for p in range(diagonal + 1, end):
            if indices[p] >= last:  # a row of another thread
                q = int(indptr[indices[p]])
                while indices[q] < i:
                    q += 1
                for a in range(3):
                    for b in range(3):
                        values[9 * q + 3 * a + b] = values[9 * p + 3 * b + a]


@njit(cache=True, nogil=True)
def _close(first, last, indptr, indices, values):
    """Complete the diagonals in rows first..last that have a block from the rows of another thread."""
    for i in range(first, last):
        if indices[indptr[i]] < first:
            diagonal = int(indptr[i])
            while indices[diagonal] < i:
                diagonal += 1
            _balance(int(indptr[i]), int(indptr[i + 1]), diagonal, values)


def build_gather(
    points: np.ndarray, node: np.ndarray, cells: np.ndarray, number: np.ndarray, n_rows: int
) -> Gather:
    """Sort linear cells (m, 4) by the numbers (n,) of their corners; points (n, 3) [mm], node (n,) of each number."""
    starts = [np.zeros(n_rows + 1, np.uint32) for _ in range(3)]
    tetrahedra = np.empty(cells.shape, np.uint32)
    lists = [np.empty(len(cells), np.uint32) for _ in range(3)]
    _arrange(cells, number, n_rows, *starts, tetrahedra, *lists)
    first, second_start, third_start = starts
    order, second, third = (part[: start[-1]] for part, start in zip(lists, starts, strict=True))
    return Gather(
        node, points[node], tetrahedra[: first[-1]], order, first, second_start, second, third_start, third
    )


def gather_stiffness(gather: Gather, indptr, indices, volume, lam, mu) -> np.ndarray:
    """Values (b, 3, 3) [N/mm] for volumes (m, 1) [mm3] and moduli (m,) [MPa]."""
    factor = np.empty((len(gather.cell), 2))
    run(_scale, share_evenly(len(factor)), gather.cell, volume, lam, mu, factor)
    values = np.empty((len(indices), 3, 3))
    ranges = share(indptr)
    rows = indptr.view(np.uint32), indices.view(np.uint32), values.ravel()
    run(
        _gather,
        ranges,
        gather.position.ravel(),
        gather.tetrahedra.ravel(),
        gather.first,
        gather.second_start,
        gather.second,
        gather.third_start,
        gather.third,
        factor.ravel(),
        *rows,
    )
    if len(ranges) > 1:
        run(_close, ranges, *rows)
    return values
