"""The structured body morphed onto a real surface, and how far it lies from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..parametric.lattice import hexagonal_disc, stack
from ..parametric.structured import Divisions, divide, structured_body
from ..skin import outer_faces, plane_triangles
from ..tetmesh import TetMesh
from .alignment import AlignedBody
from .boundary import shape_boundary
from .closed_surface import Surface, SurfaceError
from .profiles import USE_TETWILD, cut_sections
from .topology import enclosed_volume
from .triangle_tree import triangle_tree

TRIALS_MM = ((0.0, 0.15), (0.0, 0.3), (0.5, 0.3), (1.0, 0.6), (2.0, 1.2))
"""Smoothing of the boundary and tolerance at its rims, tried in turn until all elements are positive."""

_SAMPLE_MM2 = 0.3
_PLASTIC = 1.3247179572447460


@dataclass(frozen=True)
class FitReport:
    """How a mesh lies to the surface it was made from.

    Attributes
    ----------
    surface_to_mesh_p95_mm, surface_to_mesh_max_mm : float [mm]
        Distance from the surface to the mesh's outer faces: 95 % of the area lie nearer; largest.
    mesh_to_surface_p95_mm, mesh_to_surface_max_mm : float [mm]
        The other way round.
    volume_ratio : float [-]
        Volume inside the mesh over volume inside the surface.
    tilt_deg, wedge_deg : float
        Tilt that was taken out; angle between the endplates.
    smooth_mm, rim_mm : float [mm]
        Smoothing that the boundary needed (0: none), and how near it follows rounded rims.
    notes : tuple of str
        What reading, aligning and fitting assumed or changed, to be shown to the user.
    """

    surface_to_mesh_p95_mm: float
    surface_to_mesh_max_mm: float
    mesh_to_surface_p95_mm: float
    mesh_to_surface_max_mm: float
    volume_ratio: float
    tilt_deg: float
    wedge_deg: float
    smooth_mm: float
    rim_mm: float
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """One sentence for people."""
        return (
            f"fitted to the surface: 95 % of it within {self.surface_to_mesh_p95_mm:.2f} mm of the mesh, all within "
            f"{self.surface_to_mesh_max_mm:.2f} mm; volume ratio {self.volume_ratio:.4f}; tilt of "
            f"{self.tilt_deg:.1f} degrees taken out, endplates {self.wedge_deg:.1f} degrees apart"
        )


def area_samples(corners, area_mm2: float = _SAMPLE_MM2) -> np.ndarray:
    """Points spread evenly over triangles, the same ones in every run.

    Parameters
    ----------
    corners : ndarray, shape (k, 3, 3) [mm]
    area_mm2 : float [mm2]
        Area for each point.

    Returns
    -------
    ndarray, shape (n, 3) [mm]
    """
    a, b, c = corners.transpose(1, 0, 2)
    summed = np.cumsum(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1))
    n = int(np.clip(summed[-1] / area_mm2, 1000, 200_000))
    k = np.searchsorted(summed, (np.arange(n) + 0.5) / n * summed[-1])
    # quasi-random places in the triangles: the R2 sequence, from the real root of x^3 = x + 1
    r, s = (np.arange(n) / _PLASTIC) % 1.0, (np.arange(n) / _PLASTIC**2) % 1.0
    r, s = np.sqrt(r)[:, None], s[:, None]
    return (1.0 - r) * a[k] + r * (1.0 - s) * b[k] + r * s * c[k]


def surface_distances(surface: Surface, mesh: TetMesh) -> tuple[np.ndarray, np.ndarray]:
    """Distances surface to mesh and mesh to surface at points spread evenly over each; two ndarrays [mm].

    Curved faces of 10-node cells count as four plane triangles.
    """
    skin = plane_triangles(outer_faces(mesh.cells)[0])
    there = triangle_tree(mesh.points, skin).nearest(area_samples(surface.corners))[0]
    back = surface.tree.nearest(area_samples(mesh.points[skin]))[0]
    return there, back


def _with_straight_edges(mesh: TetMesh, divisions: Divisions) -> TetMesh:
    """10-node cells with mid nodes halfway, numbered like those of `structured_body`."""
    lattice = stack(hexagonal_disc(divisions.rings), sum(divisions.layers) + 2, 2)
    sets = {}
    for name, nodes in mesh.node_sets.items():
        corner = np.isin(np.arange(mesh.n_points), nodes)
        sets[name] = np.flatnonzero(np.concatenate([corner, corner[lattice.ends].all(axis=1)])).astype(
            np.int32
        )
    return replace(
        mesh,
        points=np.concatenate([mesh.points, mesh.points[lattice.ends].mean(axis=1)]),
        zeta=np.concatenate([mesh.zeta, mesh.zeta[lattice.ends].mean(axis=1)]),
        cells=lattice.cells.reshape(-1, 10),
        node_sets=sets,
    )


def _fill(boundary, order, divisions, layers, refusals):
    """Fill a boundary, with straight edges where curved ones turn elements over; (None, ...) if refused."""
    try:
        return structured_body(boundary, order=order, divisions=divisions, **layers), False
    except ValueError as error:
        refusals.append(str(error))
    if order == 2:
        try:
            linear = structured_body(boundary, order=1, divisions=divisions, **layers)
        except ValueError:
            return None, False
        chosen = divisions or divide(boundary, edge_mm=layers["edge_mm"], breaks=layers["breaks"])
        return _with_straight_edges(linear, chosen), True
    return None, False


def fit_body(
    body: AlignedBody,
    *,
    edge_mm: float,
    shell_mm: float,
    endplate_mm: float,
    order: int = 2,
    breaks: Sequence[float] = (0.2, 0.8),
    divisions: Divisions | None = None,
) -> tuple[TetMesh, FitReport]:
    """Morph the structured body onto the surface of a vertebral body.

    Walls and endplates of the surface become smooth maps (`fit_boundary`), which `structured_body` fills.
    The mesh stands in the frame of the aligned body.

    Parameters
    ----------
    body : AlignedBody
        A vertebral body alone, as `align_body` gives it.
    edge_mm, shell_mm, endplate_mm, order, breaks, divisions
        See `structured_body`.

    Returns
    -------
    mesh : TetMesh
    report : FitReport

    Raises
    ------
    ValueError
        A whole vertebra, or a shape in which elements turn over even after smoothing.
    """
    layers = {"edge_mm": edge_mm, "shell_mm": shell_mm, "endplate_mm": endplate_mm, "breaks": breaks}
    sections = cut_sections(body)
    refusals: list[str] = []
    for smooth_mm, rim_mm in TRIALS_MM:
        boundary = shape_boundary(sections, smooth_mm=smooth_mm, rim_tolerance_mm=rim_mm)
        mesh, is_straight = _fill(boundary, order, divisions, layers, refusals)
        if mesh is not None:
            break
        if refusals[1:] == refusals[:1]:
            raise SurfaceError(refusals[0])  # an impossible size, which no smoothing changes
    else:
        message = f"the body cannot be fitted, even smoothed over {TRIALS_MM[-1][0]:g} mm: {refusals[0]} {USE_TETWILD}"
        raise SurfaceError(message)
    there, back = surface_distances(body.surface, mesh)
    skin = plane_triangles(outer_faces(mesh.cells)[0])
    notes = body.surface.notes
    if is_straight:
        notes = (*notes, "edges of the 10-node elements were kept straight so that all elements are positive")
    if (smooth_mm, rim_mm) != TRIALS_MM[0]:
        notes = (
            *notes,
            f"the boundary was smoothed over {smooth_mm:g} mm and its rims followed within {rim_mm:g} mm only, "
            "so that all elements are positive",
        )
    return mesh, FitReport(
        surface_to_mesh_p95_mm=float(np.percentile(there, 95)),
        surface_to_mesh_max_mm=float(there.max()),
        mesh_to_surface_p95_mm=float(np.percentile(back, 95)),
        mesh_to_surface_max_mm=float(back.max()),
        volume_ratio=enclosed_volume(mesh.points, skin) / body.surface.volume,
        tilt_deg=body.tilt_deg,
        wedge_deg=body.wedge_deg,
        smooth_mm=smooth_mm,
        rim_mm=rim_mm,
        notes=notes,
    )
