"""Volumes of moduli that voxel codes solve, bone and caps together: solved on their voxels and on a fitted mesh."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem import Elasticity
from vertebra.images.density import LARGEST_MPA
from vertebra.images.image import Image, ImageError
from vertebra.images.mask import Mask, pieces_of
from vertebra.images.sampling import sample_cells
from vertebra.meshes.masks.surface import mask_surface
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.surface.layers import add_mid_nodes
from vertebra.meshes.surface.tetwild import tetrahedralize
from vertebra.meshes.volumes.voxels import fill_voxels

POISSON = 0.3
_ON_END = 0.6
"""How far nodes of a fitted mesh may lie from an end to be held there, over the height of a voxel."""


@dataclass(frozen=True)
class GridStiffness:
    """Axial stiffness of a grid of moduli between its first and its last layer, both held in all directions.

    Attributes
    ----------
    stiffness : float [N/mm]
        Force over approach of the ends.
    n_cells, n_unknowns : int
    """

    stiffness: float
    n_cells: int
    n_unknowns: int


def material(young: Image) -> np.ndarray:
    """Voxels of a grid that carry load: those above 0 that hang together by faces; ndarray of bool, shape (i, j, k).

    Parameters
    ----------
    young : Image
        Young's moduli [MPa], 0 where nothing is.

    Raises
    ------
    ImageError
        Negative or infinite moduli, or another unit than MPa.
    """
    largest = float(young.values.max())
    if not np.isfinite(young.values).all() or young.values.min() < 0:
        message = (
            f"{young.source}: found moduli down to {young.values.min():g}, expected 0 where nothing is and more "
            f"elsewhere. Export the moduli that were solved."
        )
        raise ImageError(message)
    if not LARGEST_MPA[0] <= largest <= LARGEST_MPA[1]:
        meant = " It looks like GPa: multiply by 1000." if 0.3 <= largest <= 40 else ""
        message = (
            f"{young.source}: the largest modulus is {largest:g}, expected one of bone or cement, "
            f"{LARGEST_MPA[0]:g} to {LARGEST_MPA[1]:g} MPa.{meant}"
        )
        raise ImageError(message)
    pieces, _ = pieces_of(young.values > 0)
    return pieces == 1 + int(np.bincount(pieces.ravel())[1:].argmax())


def voxel_stiffness(young: Image) -> GridStiffness:
    """Solve a grid on its voxels, each cut into six 4-node tetrahedra of its modulus.

    Tetrahedra of one voxel are stiffer than a hexahedron of it: the answer lies above that of a voxel code.

    Parameters
    ----------
    young : Image
        See `material`; its third axis is the axis of load.
    """
    inside = material(young)
    points, cells, owner = fill_voxels(inside, young.affine)
    along = young.indices(points)[:, 2]
    ends = [np.isclose(along, end) for end in (along.min(), along.max())]
    return _pressed(points, cells, young.values[inside].astype(float)[owner], ends, young)


def fitted_stiffness(young: Image, edge_mm: float, cache_dir=None) -> GridStiffness:
    """Solve a grid on 10-node tetrahedra that follow its smoothed outside, moduli integrated over the voxels.

    Parameters
    ----------
    young : Image
    edge_mm : float [mm]
    cache_dir : path-like, optional
        Where meshes are kept.

    Raises
    ------
    MeshingFailed
    """
    inside = material(young)
    surface = mask_surface(np.pad(inside, 1), _padded(young.affine)).surface
    points, cells = tetrahedralize(surface.points, surface.triangles, edge_mm, cache_dir=cache_dir)
    found = sample_cells(young, Mask(inside, young), points, cells, cell_volumes(points, cells))
    points, cells = add_mid_nodes(points, cells)
    along = young.indices(points)[:, 2]
    height = np.flatnonzero(inside.any(axis=(0, 1)))
    ends = [along < height[0] - 0.5 + _ON_END, along > height[-1] + 0.5 - _ON_END]
    least = float(young.values[inside].min())
    return _pressed(points, cells, np.maximum(found.mean, least), ends, young)


def _padded(affine):
    """Affine of a grid with one more layer all around."""
    moved = affine.copy()
    moved[:3, 3] -= affine[:3, :3].sum(axis=1)
    return moved


def _pressed(points, cells, young, ends, grid) -> GridStiffness:
    """Hold both ends and move the last one by the unit of length towards the first."""
    axis = grid.affine[:3, 2] / np.linalg.norm(grid.affine[:3, 2])
    supports = np.full(points.shape, np.nan)
    supports[ends[0]], supports[ends[1]] = 0.0, -axis
    problem = Elasticity(points, cells, supports)
    solution = problem.solve(young, POISSON)
    # the end moves by 1 mm, so that the work of its force is the stiffness
    return GridStiffness(float(np.asarray(solution.energy)), len(cells), problem.n_unknowns)
