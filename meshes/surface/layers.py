"""Shell, endplates, sections and node sets of tetrahedra that fill a surface without following its layers."""

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from vertebra.constants.tetrahedron import EIGHTHS

from ..parametric.lattice import VTK_EDGES
from ..skin import outer_faces
from ..tetmesh import REGIONS, TetMesh
from .alignment import AlignedBody
from .closed_surface import SurfaceError
from .endplates import SIDES, connected_part, endplate_triangles
from .topology import edge_use
from .triangle_tree import triangle_tree

ARCH_MM = 1.5
"""Cells of a whole vertebra that lie farther than this from both endplates in plan, and behind the middle of the
body, belong to arch and processes."""


def _endplate_nodes(body: AlignedBody, points, faces, plates):
    """Nodes of the mesh on the inferior and the superior endplate; no face between them overhangs.

    A face belongs to an endplate if its middle and two of its corners lie nearest to it.
    """
    corners = points[faces]
    middle = corners.mean(axis=1)
    votes = [
        plates[body.surface.tree.nearest(at)[1]]
        for at in (middle, *(0.6 * corners[:, i] + 0.4 * middle for i in range(3)))
    ]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    upright = normal[:, 2] / np.maximum(np.linalg.norm(normal, axis=1), 1e-300)
    _, edge_of, _ = edge_use(faces)
    nodes = []
    for side, sign in enumerate((-1.0, 1.0)):
        marked = (np.sum([vote == side for vote in votes], axis=0) >= 3) & (sign * upright > 0.3)
        seed = np.flatnonzero(marked & (np.hypot(*middle[:, :2].T) < 0.5 * body.semi_axes.min()))
        marked = connected_part(marked, edge_of, seed)
        for _ in range(50):
            on_end = np.zeros(len(points), bool)
            on_end[faces[marked]] = True
            # all faces between nodes of the set get a cap: none may overhang
            overhang = on_end[faces].all(axis=1) & (sign * upright < 0.05)
            if not overhang.any():
                break
            far = faces[overhang][
                np.arange(overhang.sum()), np.hypot(*corners[overhang][..., :2].T).T.argmax(axis=1)
            ]
            marked &= ~np.isin(faces, far).any(axis=1)
        if not marked.any():
            message = (
                f"the mesh has no {SIDES[side]} endplate faces: its elements are too large. Lower edge_mm."
            )
            raise SurfaceError(message)
        nodes.append(np.unique(faces[marked]))
    return nodes


def share_below(values, threshold: float) -> np.ndarray:
    """Volume fraction of a tetrahedron in which a linear function lies below a threshold.

    f(t) = sum over nodes with d_i < t of (t - d_i)^3 / prod over j != i of (d_j - d_i); equal values are
    parted by a ten thousandth of the threshold.

    Parameters
    ----------
    values : ndarray, shape (..., 4)
        At the corners.
    threshold : float
        Positive.

    Returns
    -------
    ndarray, shape (...)
    """
    d = np.sort(values / threshold, axis=-1)
    for i in range(1, 4):
        d[..., i] = np.maximum(d[..., i], d[..., i - 1] + 1e-4)
    share = np.zeros(d.shape[:-1])
    for i in range(4):
        others = np.prod([d[..., j] - d[..., i] for j in range(4) if j != i], axis=0)
        share += np.maximum(1.0 - d[..., i], 0.0) ** 3 / others
    return np.where(d[..., 3] <= 1.0, 1.0, np.where(d[..., 0] >= 1.0, 0.0, np.clip(share, 0.0, 1.0)))


def add_mid_nodes(points, cells):
    """10-node cells from 4-node ones, with a node in the middle of every edge.

    Returns
    -------
    points : ndarray, shape (n + e, 3)
    cells : ndarray of int32, shape (m, 10)
    """
    ends = np.sort(cells[:, VTK_EDGES], axis=-1).reshape(-1, 2)
    edges, edge_of = np.unique(ends, axis=0, return_inverse=True)
    middle = points[edges].mean(axis=1)
    mids = len(points) + edge_of.reshape(-1, 6)
    return np.concatenate([points, middle]), np.concatenate([cells, mids], axis=1).astype(np.int32)


def relative_heights(points, ends):
    """Height of points between the endplates, 0 to 1, continued outwards from their rims; ndarray, shape (n,)."""
    bounds = []
    for nodes in ends:
        plan, z = points[nodes, :2], points[nodes, 2]
        linear = LinearNDInterpolator(plan, z)(points[:, :2])
        nearest = NearestNDInterpolator(plan, z)(points[:, :2])
        bounds.append(np.where(np.isnan(linear), nearest, linear))
    return np.clip((points[:, 2] - bounds[0]) / np.maximum(bounds[1] - bounds[0], 1e-6), 0.0, 1.0)


def _layer_shares(points, cells, faces, on_end, shell_mm, endplate_mm):
    """Volume fractions of shell, inferior and superior endplate in each cell; three ndarrays, shape (m,).

    By distance from the outer faces of each layer, interpolated linearly over the eighths of a 10-node cell.
    """
    shares = []
    for part, thickness in (
        (~(on_end[0] | on_end[1]), shell_mm),
        (on_end[0], endplate_mm),
        (on_end[1], endplate_mm),
    ):
        distance = triangle_tree(points, faces[part][:, :3]).nearest(points)[0]
        shares.append(share_below(distance[cells[:, EIGHTHS]], thickness).mean(axis=1))
    return shares


def sections_of(points, cells, zeta, ends, end_faces, edge_mm, *, has_arch):
    """Number of the band of relative height, about one edge high, that each cell lies in; -1 in the arch.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4)
    zeta : ndarray, shape (n,)
    ends : list of ndarray
        Nodes of the two endplates.
    end_faces : ndarray of int, shape (k, 3)
        Corners of the faces of both endplates.
    edge_mm : float [mm]
    has_arch : bool
        Whether arch and processes belong to the mesh.

    Returns
    -------
    ndarray of int16, shape (m,)
    """
    height = float(np.diff([points[nodes, 2].mean() for nodes in ends])[0])
    n_layers = max(3, round(height / edge_mm))
    layer = np.minimum((zeta[cells].mean(axis=1) * n_layers).astype(np.int16), n_layers - 1)
    if has_arch:
        middle, in_plan = points[cells].mean(axis=1), np.array([1.0, 1.0, 0.0])
        away = triangle_tree(points * in_plan, end_faces).nearest(middle * in_plan)[0] > ARCH_MM
        layer[away & (middle[:, 1] < 0)] = -1  # bone in front of the middle is body: a lip, an osteophyte
    return layer


def named_mesh(
    body: AlignedBody, points, cells, *, edge_mm: float, shell_mm: float, endplate_mm: float, order: int
) -> TetMesh:
    """Name regions, layers and node sets of tetrahedra that fill a surface.

    Shell and endplate fractions are volume fractions by distance from the mesh's own outer faces, from a
    linear interpolation over the eighths of each cell; where both claim a place, the endplate has it.
    Layers are bands of relative height about one edge high. Cells of arch and processes have layer -1: they
    belong to no section of the body.

    Parameters
    ----------
    body : AlignedBody
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4)
    edge_mm, shell_mm, endplate_mm : float [mm]
    order : int
        1 or 2.

    Returns
    -------
    TetMesh
    """
    faces, _ = outer_faces(cells)
    ends = _endplate_nodes(body, points, faces, endplate_triangles(body))
    n_corners = len(points)
    points, quadratic = add_mid_nodes(points, cells)
    faces, _ = outer_faces(quadratic)
    on_end = [np.isin(faces[:, :3], nodes).all(axis=1) for nodes in ends]
    shell, inferior, superior = _layer_shares(points, quadratic, faces, on_end, shell_mm, endplate_mm)
    endplate = np.minimum(inferior + superior, 1.0)
    shell = np.minimum(shell, 1.0 - endplate)

    zeta = relative_heights(points, ends)
    for part, value in zip(on_end, (0.0, 1.0), strict=True):
        zeta[np.unique(faces[part])] = value
    names = ("trabecular", "shell", "superior_endplate", "inferior_endplate")
    share = np.column_stack([1.0 - shell - endplate, shell, superior, inferior])
    region = np.array([REGIONS.index(name) for name in names])[share.argmax(axis=1)].astype(np.int8)
    end_faces = faces[on_end[0] | on_end[1]][:, :3]
    layer = sections_of(points, cells, zeta, ends, end_faces, edge_mm, has_arch=body.is_whole)
    layer[np.isin(region, [REGIONS.index("superior_endplate"), REGIONS.index("inferior_endplate")])] = -1

    sets = {
        "inferior_endplate": np.unique(faces[on_end[0]]),
        "superior_endplate": np.unique(faces[on_end[1]]),
        "wall": np.unique(faces[~(on_end[0] | on_end[1])]),
    }
    sets["inferior_face"], sets["superior_face"] = sets["inferior_endplate"], sets["superior_endplate"]
    if order == 1:
        points, quadratic, zeta = points[:n_corners], cells, zeta[:n_corners]
        sets = {name: nodes[nodes < n_corners] for name, nodes in sets.items()}
    return TetMesh(
        points=points,
        cells=np.ascontiguousarray(quadratic, np.int32),
        region=region,
        zeta=zeta,
        layer=layer,
        shell_fraction=shell,
        endplate_fraction=endplate,
        node_sets={name: nodes.astype(np.int32) for name, nodes in sets.items()},
    )
