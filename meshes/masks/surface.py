"""The surface of a mask: its voxels smoothed, cut at the level that keeps their volume.

A staircase of voxels is no shape of bone. Its indicator is spread by a Gaussian that makes up for what the voxels did
not spread already, on a grid with even edges, and contoured [1]_; the level is found so that the surface encloses what
the voxels fill.

References
----------
.. [1] W. Schroeder, R. Maynard, B. Geveci, Flying edges, IEEE LDAV 2015, doi 10.1109/LDAV.2015.7348069
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..surface.closed_surface import Surface, SurfaceError
from ..surface.closing import close_surface
from ..surface.topology import enclosed_volume

SPREAD_MM, SPREAD = 1.6, 0.6
"""Standard deviation of voxel and Gaussian together, and that of a voxel over its edge: a voxel rounds rims too, along
each axis by its own edge. Where both together are the same length, copies of a mask on other grids have the same rims,
and so the same endplates. The Gaussian is never narrower than the voxel, whose stairs it levels."""
FINEST_MM, COARSEST_MM = 0.6, 1.5
"""Edges of the even grid on which the mask is contoured."""
LOST = 0.005
"""Share of the volume by which surface and mask may differ."""
_MARGIN = 4


@dataclass(frozen=True, eq=False)
class MaskSurface:
    """A closed surface around a mask.

    Attributes
    ----------
    surface : Surface
        In RAS, where the voxels lie.
    mask_mm3 : float [mm3]
        Volume of the voxels.
    """

    surface: Surface
    mask_mm3: float

    @property
    def volume_ratio(self) -> float:
        """Volume inside the surface over that of the voxels [-]."""
        return self.surface.volume / self.mask_mm3

    def __str__(self) -> str:
        """One sentence for people."""
        return (
            f"surface of the mask: {self.surface.volume / 1000:.3f} mL for {self.mask_mm3 / 1000:.3f} mL of voxels "
            f"({100 * self.volume_ratio:.2f} %), {len(self.surface.triangles)} triangles"
        )


def mask_surface(inside: np.ndarray, affine: np.ndarray) -> MaskSurface:
    """Wrap the voxels of a mask.

    Parameters
    ----------
    inside : ndarray of bool, shape (i, j, k)
        One piece without holes.
    affine : ndarray, shape (4, 4) [mm]
        From voxel indices to coordinates of their centres.

    Returns
    -------
    MaskSurface

    Raises
    ------
    SurfaceError
        The mask is too thin for its voxels: the volume cannot be kept.
    """
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    volume = float(inside.sum() * abs(np.linalg.det(affine[:3, :3])))
    field, grid = _smooth(inside, affine, edges)
    low, high, share = 0.05, 0.95, float("nan")
    points, triangles = np.empty((0, 3)), np.empty((0, 3), np.int64)
    for _ in range(40):
        level = (low + high) / 2
        points, triangles = _contour(field, grid, level)
        share = enclosed_volume(points, triangles) / volume if len(triangles) else 0.0
        if abs(share - 1) < 1e-4:
            break
        low, high = (level, high) if share > 1 else (low, level)
    if not abs(share - 1) <= LOST:
        message = (
            f"the surface of the mask encloses {100 * share:.1f} % of its {volume / 1000:.3g} mL at any level, "
            f"expected "
            f"{100 * (1 - LOST):g}-{100 * (1 + LOST):g} %: it is too thin for voxels of {edges.max():.2g} mm. "
            f"Take a finer "
            "image, or the body alone."
        )
        raise SurfaceError(message)
    points, triangles, notes = close_surface(points, triangles)
    return MaskSurface(Surface(points, triangles, tuple(n for n in notes if "turned over" not in n)), volume)


def _smooth(inside, affine, edges):
    """Indicator of the mask, spread, on a grid with about even edges; its affine."""
    where = np.argwhere(inside)
    low, high = where.min(axis=0), where.max(axis=0) + 1
    block = np.pad(inside[tuple(map(slice, low, high))].astype(np.float32), _MARGIN)
    even = float(np.clip(edges.min(), FINEST_MM, COARSEST_MM))
    counts = np.maximum(np.rint(np.array(block.shape) * edges / even).astype(int), np.array(block.shape))
    scale = np.array(block.shape) / counts  # coarse voxels per fine one
    # fine voxel f covers coarse positions (f + 1/2) scale - 1/2
    at = [(np.arange(n) + 0.5) * s - 0.5 for n, s in zip(counts, scale, strict=True)]
    field = block
    for axis, places in enumerate(at):
        if len(places) != block.shape[axis]:
            field = np.apply_along_axis(
                lambda line, x=places: np.interp(x, np.arange(len(line)), line), axis, field
            )
    of_voxel = SPREAD * edges
    spread = np.sqrt(np.maximum(of_voxel**2, SPREAD_MM**2 - of_voxel**2))
    field = ndimage.gaussian_filter(field, spread / (edges * scale), mode="constant").astype(float)
    grid = affine.copy()
    grid[:3, 3] += affine[:3, :3] @ (low - _MARGIN + 0.5 * scale - 0.5)
    grid[:3, :3] = affine[:3, :3] * scale
    return field, grid


def _contour(field, affine, level):
    """Closed triangles at a level, outward, in the coordinates of the affine."""
    import pyvista

    volume = pyvista.ImageData(dimensions=field.shape)
    volume.point_data["inside"] = field.ravel(order="F")
    found = volume.contour([level], scalars="inside", compute_normals=False, compute_gradients=False)
    points = np.asarray(found.points, float) @ affine[:3, :3].T + affine[:3, 3]
    triangles = (
        np.asarray(found.regular_faces, np.int64).reshape(-1, 3)
        if found.n_cells
        else np.empty((0, 3), np.int64)
    )
    if len(triangles) and enclosed_volume(points, triangles) < 0:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    return points, triangles
