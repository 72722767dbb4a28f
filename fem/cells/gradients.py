"""Gradients of shape functions and of displacements in one cell, for the kernels that integrate over cells.

These functions become part of the kernels that call them (`inline`), and take whole arrays with indices: slices would
cost time in loops as short as these.
"""

from vertebra.kernels import njit


@njit(inline="always")
def shape_gradient(inverse, gradient, cell, q, a):
    """Gradient of N_a in space at point q of a cell, three numbers.

    dN_a/dx_i = sum_j dr_j/dx_i dN_a/dr_j, with inverse (m, q, 3, 3) and gradient (q, a, 3).
    """
    r, s, t = gradient[q, a, 0], gradient[q, a, 1], gradient[q, a, 2]
    x = inverse[cell, q, 0, 0] * r + inverse[cell, q, 0, 1] * s + inverse[cell, q, 0, 2] * t
    y = inverse[cell, q, 1, 0] * r + inverse[cell, q, 1, 1] * s + inverse[cell, q, 1, 2] * t
    z = inverse[cell, q, 2, 0] * r + inverse[cell, q, 2, 1] * s + inverse[cell, q, 2, 2] * t
    return x, y, z


@njit(inline="always")
def fill_gradients(inverse, gradient, cell, q, g, p):
    """Fill g[:, p] (a, 3) with the gradients of all N_a in space at point q of a cell."""
    for a in range(gradient.shape[1]):
        g[a, p, 0], g[a, p, 1], g[a, p, 2] = shape_gradient(inverse, gradient, cell, q, a)


@njit(inline="always")
def fill_displacement_gradient(displacement, mode, cells, cell, g, H):
    """Fill H (3, 3) with du_i/dx_j of one mode of displacement (k, n, 3), given the gradients g (a, 1, 3)."""
    for i in range(3):
        x = y = z = 0.0
        for a in range(cells.shape[1]):
            u = displacement[mode, cells[cell, a], i]
            x += u * g[a, 0, 0]
            y += u * g[a, 0, 1]
            z += u * g[a, 0, 2]
        H[i, 0], H[i, 1], H[i, 2] = x, y, z
