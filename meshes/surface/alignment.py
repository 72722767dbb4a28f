"""A vertebra stood upright: its body found within the surface, endplates levelled, stated axes checked by shape."""

from dataclasses import dataclass, replace

import numpy as np

from .closed_surface import Surface, SurfaceError
from .triangle_tree import TriangleTree

MAX_TILT_DEG = 30.0
WHOLE_OFFSET_MM = 4.0
"""A centroid that lies this far from the middle of the body belongs to a whole vertebra."""

CLEAR_BULGE_MM = 0.8
"""The flattest wall must bulge less than every other one by this much to count as the posterior one."""

CONVEX_END_MM = 1.2
"""Endplates bulge outwards by no more than this; a wall taken for an endplate bulges by more."""

_SIDES = ("right", "anterior", "left", "posterior", "superior", "inferior")


@dataclass(frozen=True)
class AlignedBody:
    """A surface in the frame of its vertebral body.

    Attributes
    ----------
    surface : Surface
        Origin in the body's centroid (whole vertebra: middle of the body); z is the mean normal of the two
        endplates. Not turned about z.
    rotation : ndarray, shape (3, 3)
    origin : ndarray, shape (3,) [mm]
        x_aligned = rotation (x - origin), with x as `read_surface` gives it.
    tilt_deg : float
        Angle that the body was tilted by.
    wedge_deg : float
        Angle between the two endplates.
    is_whole : bool
        Whether arch and processes belong to the surface.
    semi_axes : ndarray, shape (2,) [mm]
        Distance from the middle of the body to its lateral and to its posterior wall.
    planes : ndarray, shape (2, 3)
        Inferior and superior endplate as z = p0 + p1 x + p2 y.
    """

    surface: Surface
    rotation: np.ndarray
    origin: np.ndarray
    tilt_deg: float
    wedge_deg: float
    is_whole: bool
    semi_axes: np.ndarray
    planes: np.ndarray

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading and aligning assumed or changed, one sentence each; to be shown to the user."""
        return self.surface.notes


def _deepest_point(surface: Surface) -> np.ndarray:
    """Point inside that is farthest from the surface: always in the body, never in arch or processes."""
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    steps = [np.linspace(a, b, max(8, int((b - a) / 3.0)) + 2)[1:-1] for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = grid[surface.tree.contains(grid)]
    if not len(inside):
        message = (
            "no inside was found in the surface: it is too thin for a vertebral body. Check unit and file."
        )
        raise SurfaceError(message)
    return inside[surface.tree.nearest(inside)[0].argmax()]


def _fit_plane(points: np.ndarray) -> np.ndarray:
    """Least-squares plane z = p0 + p1 x + p2 y without the points farthest from it; ndarray, shape (3,)."""
    kept = points
    plane = np.zeros(3)
    for _ in range(3):
        matrix = np.column_stack([np.ones(len(kept)), kept[:, 0], kept[:, 1]])
        plane = np.linalg.lstsq(matrix, kept[:, 2], rcond=None)[0]
        miss = np.abs(points[:, 2] - plane[0] - points[:, :2] @ plane[1:])
        kept = points[miss <= max(2.5 * np.median(miss), 0.3)]
    return plane


def _rotation_to_z(axis: np.ndarray) -> np.ndarray:
    """Smallest rotation that takes a unit vector to z; ndarray, shape (3, 3)."""
    x, y, z = axis
    k = 1.0 / (1.0 + z)
    return np.array([[1 - k * x * x, -k * x * y, -x], [-k * x * y, 1 - k * y * y, -y], [x, y, z]])


def _find_body(surface: Surface):
    """Centre, rotation, semi-axes, endplate planes and wedge angle of the body.

    Rays from the centre move it to the middle of the walls and endplates; planes fitted to the endplates turn
    the axes; both are repeated over a growing share of the section.
    """
    tree, centre, rotation = surface.tree, _deepest_point(surface), np.eye(3)
    ring = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    disc = np.concatenate([r * np.column_stack([np.cos(ring), np.sin(ring)]) for r in (0.25, 0.5, 0.75, 1.0)])
    semi, planes, axes = np.zeros(2), np.zeros((2, 3)), np.concatenate([rotation, -rotation])
    for share in (0.4, 0.5, 0.6, 0.7, 0.75, 0.75, 0.75, 0.75):
        for _ in range(2):  # to the middle between the walls, then between the endplates
            axes = np.concatenate([rotation, -rotation])
            reach = tree.cast(centre, axes)[0]
            centre = centre + 0.5 * (reach[:3] - reach[3:]) @ rotation
        reach = tree.cast(centre, axes)[0]
        semi = np.array([reach[[0, 3]].min(), reach[[1, 4]].min()])
        starts = np.column_stack([share * semi * disc, np.zeros(len(disc))])
        normals = []
        for side, sign in enumerate((-1.0, 1.0)):
            length, _ = tree.cast(centre + starts @ rotation, sign * rotation[2])
            met = np.isfinite(length)
            if met.sum() < 12:
                message = (
                    "rays from the middle of the body do not meet both endplates. Check axes and surface."
                )
                raise SurfaceError(message)
            hits = np.column_stack([starts[met, :2], sign * length[met]])
            planes[side] = _fit_plane(hits)
            normals.append(np.array([-planes[side, 1], -planes[side, 2], 1.0]))
        normals = [n / np.linalg.norm(n) for n in normals]
        mean = normals[0] + normals[1]
        rotation = _rotation_to_z(mean / np.linalg.norm(mean)) @ rotation
    wedge = float(np.degrees(np.arccos(np.clip(normals[0] @ normals[1], -1.0, 1.0))))
    return centre, rotation, semi, planes, wedge


def side_bulges(tree: TriangleTree, centre, rotation, size) -> np.ndarray:
    """How far the six sides of the body bulge outwards over their middle half.

    Rays meet a side on horizontal lines across its middle half, at five heights (walls) or depths
    (endplates); a parabola through the hits of each line gives the rise of its vertex over its ends.

    Parameters
    ----------
    tree : TriangleTree
    centre : ndarray, shape (3,) [mm]
    rotation : ndarray, shape (3, 3)
        Rows are the axes of the body.
    size : ndarray, shape (3,) [mm]
        Width, depth and height.

    Returns
    -------
    ndarray, shape (6,) [mm]
        Right, anterior, left, posterior wall, superior, inferior endplate: median over the lines; negative
        where hollow.
    """
    across = np.linspace(-1.0, 1.0, 15)
    x, y, z = np.eye(3)
    bulges = np.zeros((6, 5))
    for side, (ray, along, step) in enumerate(
        ((x, y, z), (y, x, z), (-x, y, z), (-y, x, z), (z, x, y), (-z, x, y))
    ):
        for k, level in enumerate(np.linspace(-0.25, 0.25, 5)):
            starts = (across[:, None] * 0.25 * along + level * step) * size
            reach = tree.cast(centre + starts @ rotation, ray @ rotation)[0]
            met = np.isfinite(reach)
            if met.sum() > 5:
                bulges[side, k] = -np.polynomial.polynomial.polyfit(across[met], reach[met], 2)[2]
    return np.median(bulges, axis=1)


def _check_directions(bulges, offset, is_whole, size) -> str | None:
    """Refuse a body whose shape contradicts the stated axes; returns a note where the shape is ambiguous."""
    next_step = 'State what the stored x, y, z point to (axes = "ALS" for x forwards, y left, z up).'
    width, depth, height = size
    if height > 1.15 * min(width, depth) or depth > 1.15 * width:
        message = (
            f"the body would be {width:.1f} mm wide, {depth:.1f} mm deep and {height:.1f} mm high; expected "
            f"wider than deep and deeper than high. The stated axes do not fit the surface. {next_step}"
        )
        raise SurfaceError(message)
    if is_whole:
        axis = int(np.abs(offset).argmax())
        found = (("left", "right"), ("posterior", "anterior"), ("inferior", "superior"))[axis][
            int(offset[axis] > 0)
        ]
        if found != "posterior":
            message = (
                f"arch and processes lie on the {found} side of the body; expected them posterior. "
                f"The stated axes do not fit the surface. {next_step}"
            )
            raise SurfaceError(message)
        return None
    walls, ends = bulges[:4], bulges[4:]
    if ends.max() > CONVEX_END_MM:
        message = (
            f"the {_SIDES[4 + int(ends.argmax())]} endplate would bulge outwards by {ends.max():.1f} mm over its "
            f"middle half; expected it flat or hollow. The stated axes do not fit the surface. {next_step}"
        )
        raise SurfaceError(message)
    flattest, second = np.argsort(walls)[:2]
    if walls[second] - walls[flattest] < CLEAR_BULGE_MM:
        return (
            "no wall is clearly the hollow one: front and back could not be checked against the stated axes"
        )
    if flattest != 3:
        message = (
            f"the hollow or flattest wall lies on the {_SIDES[flattest]} side (it bulges by "
            f"{walls[flattest]:.1f} mm, the posterior wall by {walls[3]:.1f} mm); expected it posterior, towards "
            "the spinal canal. "
            f"The stated axes do not fit the surface. {next_step}"
        )
        raise SurfaceError(message)
    return None


def align_body(surface: Surface) -> AlignedBody:
    """Move a vertebra's body to the origin and its endplates' mean normal to z.

    The body is found from the point deepest inside; its endplates from rays along the axis in the inner
    three quarters of the section, through which planes are fitted. Works for a body alone and for a whole
    vertebra. The hollow of the posterior wall (body alone) or the side of the arch (whole vertebra) must
    agree with the axes stated when reading.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    AlignedBody

    Raises
    ------
    SurfaceError
        Tilted by more than 30 degrees, or the shape contradicts the axes.
    """
    tree = surface.tree
    centre, rotation, semi, planes, wedge = _find_body(surface)
    tilt = float(np.degrees(np.arccos(np.clip(rotation[2, 2], -1.0, 1.0))))
    reach = tree.cast(centre, np.concatenate([rotation, -rotation]))[0]
    size = reach[:3] + reach[3:]
    centroid = surface.centroid
    offset = rotation @ (centroid - centre)
    is_whole = bool(np.linalg.norm(offset) > WHOLE_OFFSET_MM)
    note = _check_directions(side_bulges(tree, centre, rotation, size), offset, is_whole, size)
    if tilt > MAX_TILT_DEG:
        message = (
            f"the endplates are tilted by {tilt:.1f} degrees against the stated superior axis; expected at "
            f"most {MAX_TILT_DEG:g}. Turn the surface, or state what the stored x, y, z point to."
        )
        raise SurfaceError(message)
    origin = centre if is_whole else centroid
    shift = rotation @ (centre - origin)
    planes = planes.copy()
    planes[:, 0] += shift[2] - planes[:, 1:] @ shift[:2]
    notes = (*surface.notes, f"turned upright by {tilt:.1f} degrees", *([note] if note else []))
    moved = replace(surface, points=(surface.points - origin) @ rotation.T, notes=notes)
    return AlignedBody(moved, rotation, origin, tilt, wedge, is_whole, semi, planes)
