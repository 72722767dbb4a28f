"""Where cement touches an endplate."""

from dataclasses import dataclass

import numpy as np

from ..caps import end_faces
from ..skin import CORNERS
from ..tetmesh import TetMesh


@dataclass(frozen=True)
class Contact:
    """Contact of cement with one endplate.

    Attributes
    ----------
    area_mm2 : float [mm2]
        Of the cement's faces on the inside of the endplate; where the endplate is thinner than an element, of the
        end surface over filled elements.
    share : float [-]
        Of the end surface.
    """

    area_mm2: float
    share: float

    @property
    def touches(self) -> bool:
        """Whether there is any."""
        return self.area_mm2 > 0


def end_contact(mesh: TetMesh, points, filled, side: str) -> Contact:
    """Contact of filled cells with an endplate.

    Parameters
    ----------
    mesh : TetMesh
    points : ndarray, shape (n, 3) [mm]
        Nodes with this cement.
    filled : ndarray of bool, shape (m,)
    side : str
        "superior" or "inferior".
    """
    whole = _area(points[end_faces(mesh, side)[:, :3]])
    layer = mesh.in_region(f"{side}_endplate")
    if layer.any():  # a layer of its own: faces between it and the cement
        on_layer, on_cement = (_codes(mesh.cells[rows, :4], mesh.n_points) for rows in (layer, filled))
        faces = mesh.cells[filled, :4][:, CORNERS].reshape(-1, 3)[np.isin(on_cement, on_layer)]
    else:
        on_cement = _codes(mesh.cells[filled, :4], mesh.n_points)
        ends = end_faces(mesh, side)[:, :3]
        faces = ends[np.isin(face_codes(ends, mesh.n_points), on_cement)]
    area = _area(points[faces])
    return Contact(area, area / whole)


def face_codes(faces, n_points):
    """One number for each triangle, whatever the order of its corners."""
    a, b, c = np.sort(faces.astype(np.int64), axis=1).T
    return (a * n_points + b) * n_points + c


def _codes(cells, n_points):
    return face_codes(cells[:, CORNERS].reshape(-1, 3), n_points)


def _area(corners):
    a, b, c = corners.transpose(1, 0, 2)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)
