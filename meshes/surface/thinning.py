"""Fewer triangles for a mesher whose time goes into a fine surface, and coarse cells where no bone is."""

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkQuadricDecimation

from ..shapes import box
from .triangle_tree import triangle_tree

COARSEST = 4.0
"""Edges far outside of the surface, in edges of the mesh."""

_SPACING = 1.5
_MARGIN = 0.25


def thin_surface(points, triangles, edge_mm: float):
    """Merge triangles by quadric error [1]_ until an equilateral one of the mean area has the edge length.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    triangles : ndarray of int, shape (k, 3)
    edge_mm : float [mm]

    Returns
    -------
    points : ndarray, shape (n', 3) [mm]
    triangles : ndarray of int32, shape (k', 3)
        As given where they are no finer.

    References
    ----------
    .. [1] M. Garland, P. S. Heckbert, Surface simplification using quadric error metrics, Proc. SIGGRAPH
       (1997) 209-216, doi 10.1145/258734.258849
    """
    points, triangles = np.ascontiguousarray(points, float), np.ascontiguousarray(triangles, np.int32)
    a, b, c = points[triangles].transpose(1, 0, 2)
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    wanted = area / (0.25 * np.sqrt(3.0) * edge_mm**2)
    if wanted >= len(triangles):
        return points, triangles
    surface, places, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    places.SetData(numpy_to_vtk(points, deep=True))
    starts = np.arange(0, triangles.size + 1, 3, dtype=np.int64)
    cells.SetData(
        numpy_to_vtk(starts, deep=True), numpy_to_vtk(triangles.ravel().astype(np.int64), deep=True)
    )
    surface.SetPoints(places)
    surface.SetPolys(cells)
    merge = vtkQuadricDecimation()
    merge.SetInputData(surface)
    merge.SetTargetReduction(1.0 - wanted / len(triangles))
    merge.VolumePreservationOn()
    merge.Update()
    thin = merge.GetOutput()
    return (
        vtk_to_numpy(thin.GetPoints().GetData()).astype(float),
        vtk_to_numpy(thin.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int32),
    )


def sizing_field(points, triangles, edge_mm: float):
    """Edge lengths wanted in and around a closed surface: `edge_mm` inside, growing with distance outside.

    The mesher fills a box around the surface and keeps the inside; most of its cells would lie outside.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    triangles : ndarray of int, shape (k, 3)
    edge_mm : float [mm]

    Returns
    -------
    points : ndarray, shape (b, 3) [mm]
        Of a grid around the surface.
    cells : ndarray of int32, shape (t, 4)
    edges : ndarray, shape (b,) [mm]
    """
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MARGIN * (high - low).max()
    size = high - low + 2.0 * margin
    grid, cells = box(tuple(size), tuple(np.ceil(size / (_SPACING * edge_mm)).astype(int)))
    grid = grid + low - margin
    tree = triangle_tree(points, triangles)
    far = np.clip(tree.nearest(grid)[0] / edge_mm, 1.0, COARSEST)
    return grid, np.ascontiguousarray(cells, np.int32), edge_mm * np.where(tree.contains(grid), 1.0, far)
