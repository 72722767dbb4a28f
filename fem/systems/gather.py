"""Stiffness of linear tetrahedra, gathered row by row from the cells around each node.

Gradients in a linear tetrahedron follow from its corners: grad N_a = n_a / (6 V), where n_a is the doubled area normal
of the face opposite to a. With n_b, n_c, n_d as products of the edges that leave a, and n_a = -(n_b + n_c + n_d),

    K_ab = (lam n_a n_b^T + mu n_b n_a^T + mu (n_a . n_b) I) / (36 V),

whatever the orientation. Each row is summed where it stays in cache and each block is written once, by one thread.
Positions and cells are stored in the order in which the rows meet them: 36 bytes a cell are all that is kept.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share


@dataclass(frozen=True)
class Gather:
    """Linear cells in the order of the rows, once per mesh.

    Attributes
    ----------
    position : ndarray, shape (n, 3) [mm]
        Nodes by number: rows first, then nodes that are held altogether.
    start : ndarray of int32, shape (r + 1,)
        Where the corners of each row begin in `corner`.
    corner : ndarray of int32, shape (s,)
        Four times the place of the cell in `tetrahedra`, plus the row's place in the cell.
    tetrahedra : ndarray of int32, shape (t, 4)
        Node numbers of the cells around rows, in the order in which the rows meet them.
    cell : ndarray of int32, shape (t,)
        Cell of each of them.
    """

    position: np.ndarray
    start: np.ndarray
    corner: np.ndarray
    tetrahedra: np.ndarray
    cell: np.ndarray


@njit(cache=True)
def _arrange(node, number, cells, start, corner, row_start, row_corner, tetrahedra, order):
    """Renumber cells in the order of the rows; returns how many there are."""
    place = np.full(cells.shape[0], -1, np.int32)
    count = 0
    end = 0
    for i in range(node.size):
        row_start[i] = end
        for s in range(start[node[i]], start[node[i] + 1]):
            cell = corner[s] // 4
            if place[cell] < 0:
                place[cell] = count
                order[count] = cell
                for a in range(4):
                    tetrahedra[count, a] = number[cells[cell, a]]
                count += 1
            row_corner[end] = 4 * place[cell] + corner[s] % 4
            end += 1
    row_start[node.size] = end
    return count


@njit(cache=True, nogil=True, fastmath={"contract"})
def _scale(first, last, cell, volume, lam, mu, factor):
    """Fill factor (t, 2) with lam and mu over 36 V."""
    for t in range(first, last):
        scale = 1.0 / (36.0 * volume[cell[t], 0])
        factor[t, 0] = lam[cell[t]] * scale
        factor[t, 1] = mu[cell[t]] * scale


@njit(cache=True, nogil=True, fastmath={"contract"})
def _gather(first, last, position, start, corner, tetrahedra, factor, indptr, indices, mirror, values):
    """Fill the blocks on and right of the diagonal in rows first..last, and their mirror images."""
    n_rows = indptr.size - 1
    longest = 0
    for i in range(first, last):
        longest = max(longest, indptr[i + 1] - indptr[i])
    block = np.empty((longest, 9))
    place = np.empty(n_rows, np.int32)
    for i in range(first, last):
        diagonal = indptr[i]
        while indices[diagonal] < i:
            diagonal += 1
        for t in range(indptr[i + 1] - diagonal):
            place[indices[diagonal + t]] = t
            for e in range(9):
                block[t, e] = 0.0
        x, y, z = position[i, 0], position[i, 1], position[i, 2]
        d00, d01, d02, d11, d12, d22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for s in range(start[i], start[i + 1]):
            cell = corner[s] >> 2
            a = corner[s] & 3
            jb, jc, jd = (
                tetrahedra[cell, (a + 1) & 3],
                tetrahedra[cell, (a + 2) & 3],
                tetrahedra[cell, (a + 3) & 3],
            )
            lam, mu = factor[cell, 0], factor[cell, 1]
            p0, p1, p2 = position[jb, 0] - x, position[jb, 1] - y, position[jb, 2] - z
            q0, q1, q2 = position[jc, 0] - x, position[jc, 1] - y, position[jc, 2] - z
            r0, r1, r2 = position[jd, 0] - x, position[jd, 1] - y, position[jd, 2] - z
            b0, b1, b2 = q1 * r2 - q2 * r1, q2 * r0 - q0 * r2, q0 * r1 - q1 * r0
            c0, c1, c2 = r1 * p2 - r2 * p1, r2 * p0 - r0 * p2, r0 * p1 - r1 * p0
            e0, e1, e2 = p1 * q2 - p2 * q1, p2 * q0 - p0 * q2, p0 * q1 - p1 * q0
            a0, a1, a2 = -(b0 + c0 + e0), -(b1 + c1 + e1), -(b2 + c2 + e2)
            u0, u1, u2 = lam * a0, lam * a1, lam * a2
            v0, v1, v2 = mu * a0, mu * a1, mu * a2
            trace = v0 * a0 + v1 * a1 + v2 * a2
            d00 += (u0 + v0) * a0 + trace
            d01 += (u0 + v0) * a1
            d02 += (u0 + v0) * a2
            d11 += (u1 + v1) * a1 + trace
            d12 += (u1 + v1) * a2
            d22 += (u2 + v2) * a2 + trace
            for other in range(3):
                if other == 0:
                    j, n0, n1, n2 = jb, b0, b1, b2
                elif other == 1:
                    j, n0, n1, n2 = jc, c0, c1, c2
                else:
                    j, n0, n1, n2 = jd, e0, e1, e2
                if j < i or j >= n_rows:
                    continue
                t = place[j]
                trace = v0 * n0 + v1 * n1 + v2 * n2
                block[t, 0] += u0 * n0 + v0 * n0 + trace
                block[t, 1] += u0 * n1 + v1 * n0
                block[t, 2] += u0 * n2 + v2 * n0
                block[t, 3] += u1 * n0 + v0 * n1
                block[t, 4] += u1 * n1 + v1 * n1 + trace
                block[t, 5] += u1 * n2 + v2 * n1
                block[t, 6] += u2 * n0 + v0 * n2
                block[t, 7] += u2 * n1 + v1 * n2
                block[t, 8] += u2 * n2 + v2 * n2 + trace
        block[0, 0], block[0, 1], block[0, 2] = d00, d01, d02
        block[0, 3], block[0, 4], block[0, 5] = d01, d11, d12
        block[0, 6], block[0, 7], block[0, 8] = d02, d12, d22
        for t in range(indptr[i + 1] - diagonal):
            transposed = mirror[diagonal + t]
            for b in range(3):
                for c in range(3):
                    values[diagonal + t, b, c] = block[t, 3 * b + c]
                    values[transposed, c, b] = block[t, 3 * b + c]


def build_gather(points, cells, node, row, corners: tuple[np.ndarray, np.ndarray]) -> Gather:
    """Renumber nodes and linear cells (m, 4) in the order of the rows; corners: start (n + 1,), corner (m 4,)."""
    number = row.copy()
    held = np.flatnonzero(row < 0)
    number[held] = np.arange(len(node), len(points), dtype=np.int32)
    position = np.concatenate([points[node], points[held]])
    start, corner = np.empty(len(node) + 1, np.int32), np.empty(cells.size, np.int32)
    tetrahedra, cell = np.empty_like(cells), np.empty(len(cells), np.int32)
    count = _arrange(node, number, cells, *corners, start, corner, tetrahedra, cell)
    return Gather(position, start, corner[: start[-1]], tetrahedra[:count], cell[:count])


def gather_stiffness(gather: Gather, indptr, indices, mirror, volume, lam, mu) -> np.ndarray:
    """Values (b, 3, 3) [N/mm] for volumes (m, 1) [mm3] and moduli (m,) [MPa]."""
    factor = np.empty((len(gather.cell), 2))
    run(_scale, share(np.arange(len(factor) + 1)), gather.cell, volume, lam, mu, factor)
    values = np.empty((len(indices), 3, 3))
    run(
        _gather,
        share(indptr),
        gather.position,
        gather.start,
        gather.corner,
        gather.tetrahedra,
        factor,
        indptr,
        indices,
        mirror,
        values,
    )
    return values
