"""Geometry of all cells at their quadrature points: volumes once per mesh, inverse Jacobians where they are needed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share_evenly
from .elements import Element, tetrahedron


@dataclass(frozen=True)
class Geometry:
    """Everything about the cells' shape that stiffness, strain and forces need.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, a)
    element : Element
    volume : ndarray, shape (m, q) [mm3]
        Quadrature weight times Jacobian determinant.
    """

    points: np.ndarray
    cells: np.ndarray
    element: Element
    volume: np.ndarray

    @cached_property
    def inverse(self) -> np.ndarray:
        """Inverse Jacobians of all cells, formed when first asked for, shape (m, q, 3, 3) [1/mm].

        dr_j/dx_i at [i, j]: gradient of N_a in space = inverse @ gradient of N_a along r, s, t.
        """
        return self.inverse_of(np.arange(len(self.cells), dtype=np.int32))

    def inverse_of(self, select: np.ndarray) -> np.ndarray:
        """Inverse Jacobians of some cells, shape (len(select), q, 3, 3) [1/mm]."""
        inverse = np.empty((len(select), len(self.element.weight), 3, 3))
        run(_inverses, share_evenly(len(select)), select, self.points, self.cells, self.element.gradient, inverse)
        return inverse


@njit(inline="always")
def _fill_jacobian(points, cells, gradient, cell, q, J):  # noqa: N803
    """Fill J (3, 3) with dx_i/dr_j of a cell at a point, gradient (q, a, 3)."""
    for i in range(3):
        for j in range(3):
            total = 0.0
            for a in range(cells.shape[1]):
                total += points[cells[cell, a], i] * gradient[q, a, j]
            J[i, j] = total


@njit(cache=True, nogil=True)
def _volumes(first, last, points, cells, gradient, weight, volume):
    """Fill volume (m, q); gradient (q, a, 3), weight (q,)."""
    J = np.empty((3, 3))  # noqa: N806
    for cell in range(first, last):
        for q in range(weight.size):
            _fill_jacobian(points, cells, gradient, cell, q, J)
            det = J[0, 0] * (J[1, 1] * J[2, 2] - J[1, 2] * J[2, 1])
            det += J[0, 1] * (J[1, 2] * J[2, 0] - J[1, 0] * J[2, 2])
            det += J[0, 2] * (J[1, 0] * J[2, 1] - J[1, 1] * J[2, 0])
            volume[cell, q] = det * weight[q]


@njit(cache=True, nogil=True)
def _inverses(first, last, select, points, cells, gradient, inverse):
    """Fill inverse (s, q, 3, 3) for the cells of positive volume in select (s,)."""
    J = np.empty((3, 3))  # noqa: N806
    for s in range(first, last):
        cell = select[s]
        for q in range(gradient.shape[0]):
            _fill_jacobian(points, cells, gradient, cell, q, J)
            c00 = J[1, 1] * J[2, 2] - J[1, 2] * J[2, 1]
            c01 = J[1, 2] * J[2, 0] - J[1, 0] * J[2, 2]
            c02 = J[1, 0] * J[2, 1] - J[1, 1] * J[2, 0]
            det = J[0, 0] * c00 + J[0, 1] * c01 + J[0, 2] * c02
            out = inverse[s, q]  # inverse transposed: [i, j] = dr_j/dx_i
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
    """Volumes of checked points (n, 3) [mm] and cells (m, 4 or 10).

    Raises
    ------
    ValueError
        If a cell is inverted or flat at a quadrature point.
    """
    element = tetrahedron(cells.shape[1])
    shape = (len(cells), len(element.weight))
    volume = np.empty(shape)
    run(_volumes, share_evenly(len(cells)), points, cells, element.gradient, element.weight, volume)
    if not volume.min() > 0:
        bad = np.flatnonzero(~(volume > 0).all(axis=1))
        text = (
            f"cell {bad[0]} has volume {volume[bad[0]].min() * shape[1]:.3g} mm3 at a quadrature point "
            f"({bad.size} of {len(cells)} cells are inverted or flat): volumes must be positive. "
            "Number its nodes in VTK order (meshes.quality.orient) or repair the mesh."
        )
        raise ValueError(text)
    return Geometry(points, cells, element, volume)
