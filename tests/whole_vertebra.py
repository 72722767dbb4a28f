"""A coarse whole vertebra out of a formula: an elliptic drum with pedicles, laminae and processes, on a grid."""

from functools import cache

import numpy as np

from vertebra.meshes.shapes import box
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.alignment import AlignedBody, align_body
from vertebra.meshes.surface.closed_surface import Surface
from vertebra.meshes.surface.layers import named_mesh
from vertebra.meshes.tetmesh import TetMesh

EDGE_MM = 3.5
HALF_WIDTH_MM, HALF_DEPTH_MM, HALF_HEIGHT_MM = 21.0, 15.75, 12.25


def _inside(x, y, z):
    """Whether points lie in the vertebra: the drum, or the ring around the canal, or a process."""
    drum = ((x / HALF_WIDTH_MM) ** 2 + (y / HALF_DEPTH_MM) ** 2 < 1) & (abs(z) < HALF_HEIGHT_MM)
    upper = (z > 0) & (z < HALF_HEIGHT_MM)
    pedicles = (abs(abs(x) - 14) < 3.6) & (y < 0) & (y > -30) & upper
    laminae = (abs(x) < 17.6) & (y < -26) & (y > -33.5) & (abs(z) < HALF_HEIGHT_MM)
    spinous = (abs(x) < 3.6) & (y <= -33) & (y > -51) & (z > -HALF_HEIGHT_MM) & (z < 3)
    transverse = (abs(x) < 35.2) & (y < -19) & (y > -27) & upper
    return drum | pedicles | laminae | spinous | (transverse & (abs(x) > 10.3))


@cache
def whole_vertebra(order: int = 1) -> tuple[AlignedBody, TetMesh]:
    """Mesh the vertebra by the cells of a regular grid; its surface is theirs."""
    low, high = np.array([-38.5, -52.5, -12.25]), np.array([38.5, 17.5, 12.25])
    steps = np.rint((high - low) / EDGE_MM).astype(int)
    points, cells = box(tuple(high - low), tuple(steps), order=1)
    points = points + low
    # a grid cell is kept or dropped as a whole: all its tetrahedra ask for its centre
    centre = (np.floor((points[cells].mean(axis=1) - low) / EDGE_MM) + 0.5) * EDGE_MM + low
    cells = cells[_inside(*centre.T)]
    used, corners = np.unique(cells, return_inverse=True)
    points, cells = points[used], corners.reshape(-1, 4)
    faces, _ = outer_faces(cells)
    body = align_body(Surface(points, faces.astype(np.int64), ()))
    points = (points - body.origin) @ body.rotation.T
    sizes = {"edge_mm": EDGE_MM, "shell_mm": 0.4, "endplate_mm": 0.5, "order": order}
    return body, named_mesh(body, points, cells, **sizes)
