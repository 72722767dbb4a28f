"""Where a block of a block-CSR matrix is stored; the function becomes part of the kernels that call it (`inline`)."""

from vertebra.kernels import njit


@njit(inline="always")
def find_slot(indptr, indices, i, j):
    """Slot of the block (i, j), which is in the pattern, by bisection of its row."""
    low = indptr[i]
    length = indptr[i + 1] - low
    while length > 1:
        half = length // 2
        if indices[low + half] <= j:
            low += half
        length -= half
    return low
