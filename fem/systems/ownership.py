"""Which thread writes which element blocks: each owns a range of rows, and all blocks (i, j) with min(i, j) in it.

These functions become part of the kernels that call them (`inline`).
"""

from vertebra.kernels import njit


@njit(inline="always")
def touches(cell_rows, cell, first, last):
    """Whether a cell may have blocks of the rows first..last; cell_rows (m, a) are -1 for nodes without a row."""
    least, most = last, -1
    for a in range(cell_rows.shape[1]):
        if cell_rows[cell, a] >= 0:
            least = min(least, cell_rows[cell, a])
        most = max(most, cell_rows[cell, a])
    return least < last and most >= first


@njit(inline="always")
def owned_slot(slots, cell_rows, cell, a, b, first, last):
    """Place of the block (a, b) of a cell in the values, -1 where it does not belong to the rows first..last."""
    if first <= min(cell_rows[cell, a], cell_rows[cell, b]) < last:
        return slots[cell, a, b]
    return -1
