"""Geometry of all cells at their quadrature points: inverse Jacobians and volumes, once per mesh."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from .elements import Element, tetrahedron


@dataclass(frozen=True)
class Geometry:
    """Everything about the cells' shape that stiffness, strain and forces need.

    Attributes
    ----------
    element : Element
    inverse : ndarray, shape (m, q, 3, 3) [1/mm]
        dr_j/dx_i at [i, j]: gradient of N_a in space = inverse @ gradient of N_a along r, s, t.
    volume : ndarray, shape (m, q) [mm3]
        Quadrature weight times Jacobian determinant.
    """

    element: Element
    inverse: np.ndarray
    volume: np.ndarray


@njit(cache=True)
def _jacobians(points, cells, gradient, weight, inverse, volume):
    """Fill inverse (m, q, 3, 3) and volume (m, q); gradient (q, a, 3), weight (q,)."""
    J = np.empty((3, 3))  # noqa: N806
    for cell in range(cells.shape[0]):
        for q in range(weight.size):
            for i in range(3):
                for j in range(3):
                    total = 0.0
                    for a in range(cells.shape[1]):
                        total += points[cells[cell, a], i] * gradient[q, a, j]
                    J[i, j] = total  # dx_i/dr_j
            c00 = J[1, 1] * J[2, 2] - J[1, 2] * J[2, 1]
            c01 = J[1, 2] * J[2, 0] - J[1, 0] * J[2, 2]
            c02 = J[1, 0] * J[2, 1] - J[1, 1] * J[2, 0]
            det = J[0, 0] * c00 + J[0, 1] * c01 + J[0, 2] * c02
            volume[cell, q] = det * weight[q]
            if not det > 0.0:
                continue
            out = inverse[cell, q]  # inverse transposed: [i, j] = dr_j/dx_i
            out[0, 0] = c00 / det
            out[0, 1] = c01 / det
            out[0, 2] = c02 / det
            out[1, 0] = (J[0, 2] * J[2, 1] - J[0, 1] * J[2, 2]) / det
            out[1, 1] = (J[0, 0] * J[2, 2] - J[0, 2] * J[2, 0]) / det
            out[1, 2] = (J[0, 1] * J[2, 0] - J[0, 0] * J[2, 1]) / det
            out[2, 0] = (J[0, 1] * J[1, 2] - J[0, 2] * J[1, 1]) / det
            out[2, 1] = (J[0, 2] * J[1, 0] - J[0, 0] * J[1, 2]) / det
            out[2, 2] = (J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0]) / det


def compute_geometry(points: np.ndarray, cells: np.ndarray) -> Geometry:
    """Inverse Jacobians and volumes of checked points (n, 3) [mm] and cells (m, 4 or 10).

    Raises
    ------
    ValueError
        If a cell is inverted or flat at a quadrature point.
    """
    element = tetrahedron(cells.shape[1])
    shape = (len(cells), len(element.weight))
    inverse, volume = np.zeros((*shape, 3, 3)), np.empty(shape)
    _jacobians(points, cells, element.gradient, element.weight, inverse, volume)
    bad = np.flatnonzero(~(volume > 0).all(axis=1))
    if bad.size:
        text = (
            f"cell {bad[0]} has volume {volume[bad[0]].min() * shape[1]:.3g} mm3 at a quadrature point "
            f"({bad.size} of {len(cells)} cells are inverted or flat): volumes must be positive. "
            "Number its nodes in VTK order (meshes.quality.orient) or repair the mesh."
        )
        raise ValueError(text)
    return Geometry(element, inverse, volume)
