"""Where a body stood in its file, and turning it to another frame than that of its endplates."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .surface.alignment import AlignedBody

FRAMES = ("endplates", "inferior_endplate", "file")


@dataclass(frozen=True, eq=False)
class Frame:
    """Rotation and origin of a body's frame in that of its file.

    Attributes
    ----------
    rotation : ndarray, shape (3, 3)
    origin : ndarray, shape (3,) [mm]
        x_body = rotation (x_file - origin), x_file in RAS and mm.
    """

    rotation: np.ndarray
    origin: np.ndarray

    @classmethod
    def of(cls, body: AlignedBody) -> Self:
        """Frame of an aligned body."""
        return cls(body.rotation, body.origin)

    def in_file(self, points: np.ndarray) -> np.ndarray:
        """Where points of the body lie in the file; ndarray, shape (n, 3) [mm]."""
        return points @ self.rotation + self.origin

    def in_body(self, points: np.ndarray) -> np.ndarray:
        """Where points of the file lie in the body; ndarray, shape (n, 3) [mm]."""
        return (points - self.origin) @ self.rotation.T


def in_frame(body: AlignedBody, frame: str) -> AlignedBody:
    """Turn an aligned body to another frame.

    Parameters
    ----------
    body : AlignedBody
    frame : str
        "endplates": as it is, z the mean of their normals; "inferior_endplate": z its normal; "file": the axes of the
        file.

    Returns
    -------
    AlignedBody
        Not turned about z against the file, as far as tilting allows.
    """
    if frame == "endplates":
        return body
    if frame == "file":
        turn, said = body.rotation.T, "kept upright as in the file"
    else:
        plane = body.planes[0]
        turn = _upright(np.array([-plane[1], -plane[2], 1.0]))
        angle = float(np.degrees(np.arccos(np.clip(turn[2, 2], -1, 1))))
        said = f"turned by {angle:.1f} degrees more, upright on the inferior endplate"
    return turned(body, turn, said)


def along(body: AlignedBody, rotation: np.ndarray, said: str) -> AlignedBody:
    """Turn an aligned body so that a rotation takes its file's axes to its own.

    Parameters
    ----------
    body : AlignedBody
    rotation : ndarray, shape (3, 3)
        From the axes of the file to those that are asked for.
    said : str
        Note for people.
    """
    return turned(body, rotation @ body.rotation.T, said)


def turned(body: AlignedBody, turn: np.ndarray, said: str) -> AlignedBody:
    """Turn an aligned body by a rotation; what was done is noted."""
    surface = replace(body.surface, points=body.surface.points @ turn.T, notes=(*body.surface.notes, said))
    rotation = turn @ body.rotation
    tilt = float(np.degrees(np.arccos(np.clip(rotation[2, 2], -1.0, 1.0))))
    return replace(
        body,
        surface=surface,
        rotation=rotation,
        tilt_deg=tilt,
        planes=np.stack([_turned(p, turn) for p in body.planes]),
    )


def _upright(axis: np.ndarray) -> np.ndarray:
    """Smallest rotation that takes a direction to z; shape (3, 3)."""
    x, y, z = axis / np.linalg.norm(axis)
    k = 1.0 / (1.0 + z)
    return np.array([[1 - k * x * x, -k * x * y, -x], [-k * x * y, 1 - k * y * y, -y], [x, y, z]])


def _turned(plane: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Plane z = p0 + p1 x + p2 y after a rotation; shape (3,)."""
    normal = turn @ np.array([-plane[1], -plane[2], 1.0])
    point = turn @ np.array([0.0, 0.0, plane[0]])
    return np.array([normal @ point / normal[2], -normal[0] / normal[2], -normal[1] / normal[2]])
