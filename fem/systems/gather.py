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

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share, share_evenly


@dataclass(frozen=True)
class Gather:
    """Linear cells in the order of the rows, once per mesh.

    Attributes
    ----------
    position : ndarray, shape (n, 3) [mm]
        Nodes by number: rows first, then nodes that are held altogether.
    tetrahedra : ndarray of int32, shape (t, 4)
        Cells around rows: numbers of the corners in ascending order, cells in the order of their first corner.
    cell : ndarray of int32, shape (t,)
        Cell of the mesh that each of them is.
    first : ndarray of int32, shape (r + 1,)
        Where the cells whose first corner is each row begin in `tetrahedra`.
    second_start, third_start : ndarray of int32, shape (r + 1,)
        Where the cells whose second and third corner is each row begin in `second` and `third`.
    second, third : ndarray of int32
        Their places in `tetrahedra`, ascending.
    """

    position: np.ndarray
    tetrahedra: np.ndarray
    cell: np.ndarray
    first: np.ndarray
    second_start: np.ndarray
    second: np.ndarray
    third_start: np.ndarray
    third: np.ndarray


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
def _arrange(
    cells, number, n_rows, first, second_start, third_start, tetrahedra, order, second, third
):
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
    place[:] = second_start[:-1]
    other = third_start[:-1].copy()
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


@njit(inline="always")
def _normals(position, tetrahedra, t):
    """Normals opposite to the second, third and fourth corner, nine numbers."""
    o, p, q, r = tetrahedra[t, 0], tetrahedra[t, 1], tetrahedra[t, 2], tetrahedra[t, 3]
    x, y, z = position[o, 0], position[o, 1], position[o, 2]
    p0, p1, p2 = position[p, 0] - x, position[p, 1] - y, position[p, 2] - z
    q0, q1, q2 = position[q, 0] - x, position[q, 1] - y, position[q, 2] - z
    r0, r1, r2 = position[r, 0] - x, position[r, 1] - y, position[r, 2] - z
    b0, b1, b2 = q1 * r2 - q2 * r1, q2 * r0 - q0 * r2, q0 * r1 - q1 * r0
    c0, c1, c2 = r1 * p2 - r2 * p1, r2 * p0 - r0 * p2, r0 * p1 - r1 * p0
    d0, d1, d2 = p1 * q2 - p2 * q1, p2 * q0 - p0 * q2, p0 * q1 - p1 * q0
    return b0, b1, b2, c0, c1, c2, d0, d1, d2


@njit(inline="always")
def _add(block, t, lam, mu, a0, a1, a2, b0, b1, b2):
    """Add K_ab, but for the volume, to block t; n_a and n_b by components."""
    u0, u1, u2 = lam * a0, lam * a1, lam * a2
    v0, v1, v2 = mu * a0, mu * a1, mu * a2
    trace = v0 * b0 + v1 * b1 + v2 * b2
    block[t, 0] += (u0 + v0) * b0 + trace
    block[t, 1] += u0 * b1 + v1 * b0
    block[t, 2] += u0 * b2 + v2 * b0
    block[t, 3] += u1 * b0 + v0 * b1
    block[t, 4] += (u1 + v1) * b1 + trace
    block[t, 5] += u1 * b2 + v2 * b1
    block[t, 6] += u2 * b0 + v0 * b2
    block[t, 7] += u2 * b1 + v1 * b2
    block[t, 8] += (u2 + v2) * b2 + trace


@njit(inline="always")
def _balance(indptr, i, diagonal, values):
    """Complete the diagonal block of a row, which holds the sum of blocks to nodes that are held altogether."""
    s00, s01, s02 = values[diagonal, 0, 0], values[diagonal, 0, 1], values[diagonal, 0, 2]
    s10, s11, s12 = values[diagonal, 1, 0], values[diagonal, 1, 1], values[diagonal, 1, 2]
    s20, s21, s22 = values[diagonal, 2, 0], values[diagonal, 2, 1], values[diagonal, 2, 2]
    for p in range(indptr[i], indptr[i + 1]):
        if p == diagonal:
            continue
        s00 += values[p, 0, 0]
        s01 += values[p, 0, 1]
        s02 += values[p, 0, 2]
        s10 += values[p, 1, 0]
        s11 += values[p, 1, 1]
        s12 += values[p, 1, 2]
        s20 += values[p, 2, 0]
        s21 += values[p, 2, 1]
        s22 += values[p, 2, 2]
    xy, xz, yz = -0.5 * (s01 + s10), -0.5 * (s02 + s20), -0.5 * (s12 + s21)
    values[diagonal, 0, 0], values[diagonal, 0, 1], values[diagonal, 0, 2] = -s00, xy, xz
    values[diagonal, 1, 0], values[diagonal, 1, 1], values[diagonal, 1, 2] = xy, -s11, yz
    values[diagonal, 2, 0], values[diagonal, 2, 1], values[diagonal, 2, 2] = xz, yz, -s22


@njit(cache=True, nogil=True, fastmath={"contract"})
def _gather(
    first, last, position, tetrahedra, start, second_start, second, third_start, third, factor,
    indptr, indices, values,
):  # fmt: skip
    """Fill the blocks (i, j) with first <= min(i, j) < last, and diagonals that need no others."""
    n_rows = indptr.size - 1
    longest = 0
    for i in range(first, last):
        longest = max(longest, indptr[i + 1] - indptr[i])
    block = np.empty((longest, 9))
    place = np.zeros(position.shape[0], np.uint32)  # 0: nodes that are held
    following = np.empty(last - first, np.uint32)  # slot of the next block of each row to be copied
    for i in range(first, last):
        diagonal = indptr[i]
        while indices[diagonal] < i:
            j = indices[diagonal]
            if j >= first:
                p = following[j - first]
                following[j - first] += 1
                for a in range(3):
                    for b in range(3):
                        values[diagonal, a, b] = values[p, b, a]
            diagonal += 1
        following[i - first] = diagonal + 1
        n_later = indptr[i + 1] - diagonal
        for t in range(n_later):
            for e in range(9):
                block[t, e] = 0.0
            if t > 0:
                place[indices[diagonal + t]] = t
        for t in range(start[i], start[i + 1]):
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            a0, a1, a2 = -(b0 + c0 + d0), -(b1 + c1 + d1), -(b2 + c2 + d2)
            lam, mu = factor[t, 0], factor[t, 1]
            _add(block, place[tetrahedra[t, 1]], lam, mu, a0, a1, a2, b0, b1, b2)
            _add(block, place[tetrahedra[t, 2]], lam, mu, a0, a1, a2, c0, c1, c2)
            _add(block, place[tetrahedra[t, 3]], lam, mu, a0, a1, a2, d0, d1, d2)
        for s in range(second_start[i], second_start[i + 1]):
            t = second[s]
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            lam, mu = factor[t, 0], factor[t, 1]
            _add(block, place[tetrahedra[t, 2]], lam, mu, b0, b1, b2, c0, c1, c2)
            _add(block, place[tetrahedra[t, 3]], lam, mu, b0, b1, b2, d0, d1, d2)
        for s in range(third_start[i], third_start[i + 1]):
            t = third[s]
            b0, b1, b2, c0, c1, c2, d0, d1, d2 = _normals(position, tetrahedra, t)
            lam, mu = factor[t, 0], factor[t, 1]
            _add(block, place[tetrahedra[t, 3]], lam, mu, c0, c1, c2, d0, d1, d2)
        for t in range(n_later):
            for a in range(3):
                for b in range(3):
                    values[diagonal + t, a, b] = block[t, 3 * a + b]
        if indices[indptr[i]] >= first:
            _balance(indptr, i, diagonal, values)
        for p in range(diagonal + 1, indptr[i + 1]):
            if indices[p] >= last:  # a row of another thread
                q = indptr[indices[p]]
                while indices[q] < i:
                    q += 1
                for a in range(3):
                    for b in range(3):
                        values[q, b, a] = values[p, a, b]


@njit(cache=True, nogil=True)
def _close(first, last, indptr, indices, values):
    """Complete diagonals in rows first..last that have a block from the rows of another thread."""
    for i in range(first, last):
        if indices[indptr[i]] < first:
            diagonal = indptr[i]
            while indices[diagonal] < i:
                diagonal += 1
            _balance(indptr, i, diagonal, values)


def build_gather(position: np.ndarray, cells: np.ndarray, number: np.ndarray, n_rows: int) -> Gather:
    """Sort linear cells (m, 4) by the numbers (n,) of their corners; position (n, 3) [mm] of nodes by number."""
    starts = [np.zeros(n_rows + 1, np.int32) for _ in range(3)]
    tetrahedra = np.empty_like(cells)
    lists = [np.empty(len(cells), np.int32) for _ in range(3)]
    _arrange(cells, number, n_rows, *starts, tetrahedra, *lists)
    first, second_start, third_start = starts
    order, second, third = (part[: start[-1]] for part, start in zip(lists, starts, strict=True))
    return Gather(
        position, tetrahedra[: first[-1]], order, first, second_start, second, third_start, third
    )


def gather_stiffness(gather: Gather, indptr, indices, volume, lam, mu) -> np.ndarray:
    """Values (b, 3, 3) [N/mm] for volumes (m, 1) [mm3] and moduli (m,) [MPa]."""
    factor = np.empty((len(gather.cell), 2))
    run(_scale, share_evenly(len(factor)), gather.cell, volume, lam, mu, factor)
    values = np.empty((len(indices), 3, 3))
    ranges = share(indptr)
    run(
        _gather,
        ranges,
        gather.position,
        gather.tetrahedra,
        gather.first,
        gather.second_start,
        gather.second,
        gather.third_start,
        gather.third,
        factor,
        indptr,
        indices,
        values,
    )
    if len(ranges) > 1:
        run(_close, ranges, indptr, indices, values)
    return values
