"""Heights of a vertebral body between its two end surfaces."""

from dataclasses import dataclass

import numpy as np

from .caps import end_faces, rim_edges
from .tetmesh import TetMesh

_SAGITTAL = 0.06


@dataclass(frozen=True)
class Heights:
    """Heights as a lateral radiograph shows them, and their mean over the end surfaces.

    Attributes
    ----------
    anterior_mm, middle_mm, posterior_mm : float [mm]
        Between the foremost, middle and hindmost nodes of the two endplates near the sagittal plane.
    mean_mm : float [mm]
        Between the mean heights of the two end surfaces, weighted by projected area.
    wedge_angle_deg : float [degree]
        Between the lines from the hindmost to the foremost node of the two endplates; positive where the
        body is lower in front.
    """

    anterior_mm: float
    middle_mm: float
    posterior_mm: float
    mean_mm: float
    wedge_angle_deg: float


def body_heights(mesh: TetMesh) -> Heights:
    """Measure the bone, with or without caps.

    Returns
    -------
    Heights
    """
    heights, slope = {}, {}
    for side in ("superior", "inferior"):
        heights[side], slope[side] = _end_heights(mesh, side)
    return Heights(
        *(heights["superior"] - heights["inferior"]).tolist(),
        wedge_angle_deg=float(np.degrees(slope["inferior"] - slope["superior"])),
    )


def _end_heights(mesh, side):
    """Heights of the anterior, middle and posterior node of an endplate and its mean, (4,); its slope [rad]."""
    faces = end_faces(mesh, side)
    corners = mesh.points[faces[:, :3]]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    area = area / area.sum()
    centre = area @ corners.mean(axis=1)
    nodes = mesh.points[np.unique(faces[:, :3])]
    rim = mesh.points[rim_edges(mesh, side)]
    longest = np.linalg.norm(rim[:, 1] - rim[:, 0], axis=1).max()
    strip = max(
        _SAGITTAL * np.ptp(nodes[:, 0]), 0.5 * longest
    )  # a node of the rim lies in it, front and back
    near = nodes[np.abs(nodes[:, 0] - centre[0]) <= strip]
    middle = nodes[np.argmin(np.hypot(*(nodes[:, :2] - centre[:2]).T))]
    front, back = near[near[:, 1].argmax()], near[near[:, 1].argmin()]
    slope = np.arctan2(front[2] - back[2], front[1] - back[1])
    return np.array([front[2], middle[2], back[2], centre[2]]), slope
