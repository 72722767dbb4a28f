"""A closed triangulated surface of one vertebra, read from the files that people have."""

from pathlib import Path

import numpy as np

from ..files.endings import reader_of
from ..files.obj import read_obj
from ..files.ply import read_ply
from ..files.refusal import UnreadableFile
from ..files.stl import read_stl
from ..files.vtp import read_vtp
from .closed_surface import Surface, SurfaceError
from .closing import close_surface
from .intersection import self_intersections

READERS = {".obj": read_obj, ".stl": read_stl, ".ply": read_ply, ".vtp": read_vtp}
UNITS_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}

HEIGHT_MM = (12.0, 75.0)
"""Extent along z by which a unit is guessed: from a low body (T11, crushed) to a whole lumbar vertebra."""

POSSIBLE_MM = (8.0, 160.0)
"""Largest extent outside of which no vertebra can be, whatever unit was stated."""

_DIRECTIONS = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}


def _stored_triangles(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertices in use and triangles as stored; polygons are cut into triangles."""
    read = reader_of(path, READERS, "a surface", "Convert it (ParaView, MeshLab).", SurfaceError)
    try:
        polygons = read(path)
        triangles = polygons.triangles()
        if len(triangles) < 4:
            message = f"{len(triangles)} triangles, a closed surface has 4 or more"
            raise UnreadableFile(message)
        used, corners = np.unique(triangles, return_inverse=True)
        if not np.isfinite(polygons.points[used]).all():
            message = "a coordinate is infinite or no number"
            raise UnreadableFile(message)
    except UnreadableFile as error:
        message = (
            f"{path}: this is not a readable {path.suffix.lower()[1:].upper()} surface ({error}). "
            "Expected a surface of triangles or polygons. Export it again."
        )
        raise SurfaceError(message) from error
    return polygons.points[used], corners.reshape(-1, 3)


def axes_matrix(axes: str) -> np.ndarray:
    """Turn stored coordinates into RAS ones.

    Parameters
    ----------
    axes : str
        What the stored x, y and z point to, of R(ight) or L(eft), A(nterior) or P(osterior), S(uperior)
        or I(nferior): "ALS" for x forwards, y to the left, z upwards.

    Returns
    -------
    ndarray, shape (3, 3)
        M with x_RAS = M x_stored; its determinant is -1 for a left-handed code.
    """
    code = axes.upper() if isinstance(axes, str) else ""
    if len(code) != 3 or {"RL": 0, "AP": 0, "SI": 0}.keys() != {
        pair for letter in code for pair in ("RL", "AP", "SI") if letter in pair
    }:
        message = (
            f"axes = {axes!r} is not a set of directions. Expected three letters for what the stored x, y "
            'and z point to, one each of R or L, A or P, S or I, such as "RAS" or "ALS".'
        )
        raise SurfaceError(message)
    matrix = np.zeros((3, 3))
    for stored, letter in enumerate(code):
        row, sign = _DIRECTIONS[letter]
        matrix[row, stored] = sign
    return matrix


def _scale(points, unit, notes):
    height = float(np.ptp(points[:, 2]))
    sensible = [name for name, mm in UNITS_MM.items() if HEIGHT_MM[0] <= height * mm <= HEIGHT_MM[1]]
    if unit is None:
        if len(sensible) != 1:
            message = (
                f"the unit cannot be recognised: the surface is {height:.4g} high along its superior axis, "
                f"which in none of mm, cm, m is a vertebra of {HEIGHT_MM[0]:g}-{HEIGHT_MM[1]:g} mm. Expected one "
                'vertebra. State the unit (unit = "m") and check axes and file.'
            )
            raise SurfaceError(message)
        notes.append(
            f"unit guessed: {sensible[0]}, because only then the surface is a vertebra, "
            f"{height * UNITS_MM[sensible[0]]:.1f} mm high; state unit to be sure"
        )
        return UNITS_MM[sensible[0]]
    if unit not in UNITS_MM:
        message = (
            f"unit = {unit!r} is not known. Expected one of {', '.join(UNITS_MM)}. State what is stored."
        )
        raise SurfaceError(message)
    largest = float(np.ptp(points, axis=0).max()) * UNITS_MM[unit]
    if not POSSIBLE_MM[0] <= largest <= POSSIBLE_MM[1]:
        fits = (
            f"; {sensible[0]} would give {height * UNITS_MM[sensible[0]]:.1f} mm of height"
            if sensible
            else ""
        )
        message = (
            f'with unit = "{unit}" the surface is {largest:.4g} mm across: no vertebra is. Expected '
            f"{POSSIBLE_MM[0]:g}-{POSSIBLE_MM[1]:g} mm{fits}. Correct the unit."
        )
        raise SurfaceError(message)
    return UNITS_MM[unit]


def read_surface(path, *, unit: str | None = None, axes: str = "RAS") -> Surface:
    """Read a closed surface from OBJ, STL, PLY or VTP.

    Polygons are cut into triangles, coincident vertices merged, triangles without area and tiny separate
    pieces dropped, triangles turned outwards. An open, non-manifold or self-intersecting surface is refused.

    Parameters
    ----------
    path : path-like
    unit : str, optional
        Unit of the stored coordinates: "mm", "cm" or "m". Without it the unit is guessed where exactly one
        of them gives the height of a vertebra, and the guess stands in the notes.
    axes : str
        What the stored x, y, z point to, such as "ALS"; see `axes_matrix`. A mirrored (left-handed) code is
        followed: triangles stay outward.

    Returns
    -------
    Surface
        In mm and RAS axes, where it was stored (not moved).

    Raises
    ------
    SurfaceError
        What is wrong, where, what was expected and what to do next.
    """
    path = Path(path)
    matrix = axes_matrix(axes)
    stored, triangles = _stored_triangles(path)
    try:
        points, triangles, notes = close_surface(stored, triangles)
        pairs = self_intersections(points, triangles)
        if len(pairs):
            first = ", ".join(f"{value:.4g}" for value in points[triangles[pairs[0]]].mean(axis=(0, 1)))
            message = (
                f"the surface passes through itself: {len(pairs)} pairs of triangles cross, the first around "
                f"({first}) (stored unit). Expected a surface that does not. Repair it (MeshLab: Remove "
                "Self-Intersecting Faces, then Close Holes) and export it again."
            )
            raise SurfaceError(message)
        points = points @ matrix.T
        if np.linalg.det(matrix) < 0.0:
            triangles = np.ascontiguousarray(triangles[:, ::-1])
        points = points * _scale(points, unit, notes)
    except SurfaceError as error:
        message = f"{path}: {error}"
        raise SurfaceError(message) from None
    return Surface(np.ascontiguousarray(points), triangles, tuple(notes))
