"""Which triangles of an endplate lie under the nucleus pulposus, and which under the anulus fibrosus."""

import numpy as np


def nucleus_triangles(points: np.ndarray, faces: np.ndarray, rim: np.ndarray, share: float) -> np.ndarray:
    """Mark the triangles inside a copy of the rim that is shrunk until it holds a share of the area.

    Seen along z. Triangles count by their middle, so the nucleus ends along their sides.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    faces : ndarray of int, shape (t, 3) or (t, 6)
        Of the endplate.
    rim : ndarray of int, shape (k, 2)
        Edges of its border.
    share : float [-]
        Area of the nucleus over that of the disc.

    Returns
    -------
    ndarray of bool, shape (t,)
    """
    corners = points[faces[:, :3], :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    middle = corners.mean(axis=1)
    centre = area @ middle / area.sum()
    border = points[np.unique(rim), :2] - centre
    angle = np.arctan2(border[:, 1], border[:, 0])
    order = np.argsort(angle)
    off = middle - centre
    at = np.arctan2(off[:, 1], off[:, 0])
    reach = np.interp(at, angle[order], np.hypot(*border.T)[order], period=2 * np.pi)
    radius = np.hypot(*off.T) / reach
    ascending = np.argsort(radius, kind="stable")
    inside = np.cumsum(area[ascending]) / area.sum()
    count = int(np.argmin(np.abs(np.concatenate([[0.0], inside]) - share)))
    found = np.zeros(len(faces), bool)
    found[ascending[:count]] = True
    return found
