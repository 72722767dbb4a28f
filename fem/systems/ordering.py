"""Order of the nodes, breadth-first through the mesh, and the pairs of rows that share a cell."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit


@dataclass(frozen=True)
class Ordering:
    """Nodes in the order of the rows, with the neighbours of each.

    Attributes
    ----------
    number : ndarray of int32, shape (n,)
        Number of each node: rows first, in breadth-first order, then nodes that are held altogether.
    n_rows : int
        Nodes with at least one free unknown.
    part : ndarray of int32, shape (n,)
        Connected part of the mesh that each node belongs to.
    n_parts : int
    start : ndarray of int32, shape (r + 1,)
        Where the later neighbours of each row begin in `later`.
    later : ndarray of int32, shape (e,)
        Rows after each row that share a cell with it, in no order.
    """

    number: np.ndarray
    n_rows: int
    part: np.ndarray
    n_parts: int
    start: np.ndarray
    later: np.ndarray


@njit(cache=True)
def _cells_at_nodes(nodes, n_nodes, start, around):
    """Fill start (n + 1,), zero before, and around (m a,) with where the cells at each node begin in nodes (m a,)."""
    for node in nodes:
        start[node + 1] += 1
    for node in range(start.size - 1):
        start[node + 1] += start[node]
    for begin in range(0, nodes.size, n_nodes):  # start[node] moves through the cells of its node
        for p in range(begin, begin + n_nodes):
            node = nodes[p]
            around[start[node]] = begin
            start[node] += 1
    for node in range(start.size - 1, 0, -1):
        start[node] = start[node - 1]
    start[0] = 0


@njit(cache=True)
def _walk(nodes, n_nodes, start, around, seeds, fixed, queue, number, part, first, later):
    """Number the nodes breadth-first from each seed, and collect the later neighbours of each row.

    A node that leaves the queue (n,) has put all its neighbours there, so their numbers are known. Returns the number
    of parts and that of nodes that were reached.
    """
    n_points = number.size
    n_rows = first.size - 1
    met = np.full(n_points, -1, np.int32)  # at which place of the queue; n_points: has left it
    following = np.array([0, n_rows], np.int32)  # numbers of the next row and of the next node that is held
    head, tail, end, n_parts = 0, 0, 0, 0
    for seed in seeds:
        if met[seed] >= 0:
            continue
        kind = int(fixed[seed])
        number[seed] = following[kind]
        following[kind] += 1
        part[seed] = n_parts
        queue[tail] = seed
        tail += 1
        while head < tail:
            node = queue[head]
            met[node] = n_points
            is_row = not fixed[node]
            if is_row:
                first[number[node]] = end
            for p in range(int(start[node]), int(start[node + 1])):
                begin = around[p]
                for a in range(n_nodes):
                    other = nodes[begin + a]
                    if met[other] >= head:
                        continue
                    if met[other] < 0:
                        kind = int(fixed[other])
                        number[other] = following[kind]
                        following[kind] += 1
                        part[other] = n_parts
                        queue[tail] = other
                        tail += 1
                    met[other] = head
                    if is_row and not fixed[other]:
                        later[end] = number[other]
                        end += 1
            head += 1
        n_parts += 1
    first[n_rows] = end
    return n_parts, tail


def order_nodes(points: np.ndarray, cells: np.ndarray, fixed: np.ndarray) -> Ordering:
    """Number the nodes breadth-first, from one end of the longest side of the mesh.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, a)
        Every node belongs to one.
    fixed : ndarray of bool, shape (n,)
        Nodes that are held altogether.
    """
    n_points, n_nodes = len(points), cells.shape[1]
    start, around = np.zeros(n_points + 1, np.uint32), np.empty(cells.size, np.uint32)
    walk = cells.ravel().view(np.uint32), n_nodes, start, around
    _cells_at_nodes(*walk)
    along = points[:, np.argmax(np.ptp(points, axis=0))]
    n_rows = n_points - int(np.count_nonzero(fixed))
    first = np.empty(n_rows + 1, np.int32)
    later = np.empty(len(cells) * n_nodes * (n_nodes - 1) // 2, np.int32)  # takes memory where it is filled
    queue = np.empty(n_points, np.uint32)
    number, part = np.empty(n_points, np.int32), np.empty(n_points, np.int32)
    n_parts, reached = _walk(*walk, np.array([np.argmin(along)]), fixed, queue, number, part, first, later)
    if reached < n_points:  # several parts, each from its end
        n_parts, _ = _walk(*walk, np.argsort(along), fixed, queue, number, part, first, later)
    return Ordering(number, n_rows, part, n_parts, first, later[: first[-1]])
