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
        run(
            _inverses,
            share_evenly(len(select)),
            select,
            self.points,
            self.cells,
            self.element.gradient,
            inverse,
        )
        return inverse


@njit(inline="always")
def _jacobian(points, cells, gradient, cell, q):
    """dx_i/dr_j of a cell at a point row by row, nine numbers; gradient (q, a, 3)."""
    xr, xs, xt, yr, ys, yt, zr, zs, zt = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for a in range(cells.shape[1]):
        node = cells[cell, a]
        x, y, z = points[node, 0], points[node, 1], points[node, 2]
        r, s, t = gradient[q, a, 0], gradient[q, a, 1], gradient[q, a, 2]
        xr += x * r
        xs += x * s
        xt += x * t
        yr += y * r
        ys += y * s
        yt += y * t
        zr += z * r
        zs += z * s
        zt += z * t
    return xr, xs, xt, yr, ys, yt, zr, zs, zt


@njit(cache=True, nogil=True)
def _volumes(first, last, points, cells, gradient, weight, volume):
    """Fill volume (m, q); gradient (q, a, 3), weight (q,)."""
    for cell in range(first, last):
        for q in range(weight.size):
            xr, xs, xt, yr, ys, yt, zr, zs, zt = _jacobian(points, cells, gradient, cell, q)
            det = xr * (ys * zt - yt * zs) + xs * (yt * zr - yr * zt) + xt * (yr * zs - ys * zr)
            volume[cell, q] = det * weight[q]


@njit(inline="always")
def fill_inverse(points, cells, gradient, cell, q, inverse, n):
    """Fill inverse[n, q] (3, 3) with dr_j/dx_i at [i, j] of a cell of positive volume at a point."""
    xr, xs, xt, yr, ys, yt, zr, zs, zt = _jacobian(points, cells, gradient, cell, q)
    rx, sx, tx = ys * zt - yt * zs, yt * zr - yr * zt, yr * zs - ys * zr  # times the determinant
    ry, sy, ty = xt * zs - xs * zt, xr * zt - xt * zr, xs * zr - xr * zs
    rz, sz, tz = xs * yt - xt * ys, xt * yr - xr * yt, xr * ys - xs * yr
    det = xr * rx + xs * sx + xt * tx
    inverse[n, q, 0, 0], inverse[n, q, 0, 1], inverse[n, q, 0, 2] = rx / det, sx / det, tx / det
    inverse[n, q, 1, 0], inverse[n, q, 1, 1], inverse[n, q, 1, 2] = ry / det, sy / det, ty / det
    inverse[n, q, 2, 0], inverse[n, q, 2, 1], inverse[n, q, 2, 2] = rz / det, sz / det, tz / det


@njit(cache=True, nogil=True)
def _inverses(first, last, select, points, cells, gradient, inverse):
    """Fill inverse (s, q, 3, 3) for the cells of positive volume in select (s,)."""
    for n in range(first, last):
        for q in range(gradient.shape[0]):
            fill_inverse(points, cells, gradient, select[n], q, inverse, n)


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
