"""Vertebral bodies meshed as a mapped stack of discs: core, conforming shell and endplates, no mesher.

The reference body is a stack of discs (`lattice`), carried into the boundary by `body_map`; the outermost ring
and the first and last layer become the cortical shell and the bony endplates.
"""

from collections.abc import Sequence

import numpy as np

from ..quality import require_positive
from ..tetmesh import REGIONS, TetMesh
from .body_map import BodyMap, Boundary, Divisions, bow
from .lattice import Lattice, hexagonal_disc, stack

EDGE_RANGE_MM = (0.4, 4.0)


def structured_body(
    boundary: Boundary,
    *,
    edge_mm: float,
    shell_mm: float,
    endplate_mm: float,
    order: int = 2,
    breaks: Sequence[float] = (0.2, 0.8),
    divisions: Divisions | None = None,
) -> TetMesh:
    """Fill a boundary with tetrahedra: core, conforming shell and endplates, no caps.

    Parameters
    ----------
    boundary : Boundary
    edge_mm : float [mm]
        Element size, 0.4 to 4: edge of the prisms of the core. The regular tetrahedron of the volume of their
        thirds has about this edge too (3.2 for 3.0); the median over all edges, diagonals included, is about
        1.2 times longer.
    shell_mm, endplate_mm : float [mm]
        Thickness of the cortical shell and of the bony endplates along the normal.
    order : int
        1 for 4-node tetrahedra, 2 for 10-node ones with edges that follow shell and endplates.
    breaks : sequence of float
        Relative heights at which a layer of cells ends, such as the borders of a fracture zone.
    divisions : Divisions, optional
        Numbers of elements, in place of those that `edge_mm` gives.

    Returns
    -------
    TetMesh

    Raises
    ------
    ValueError
        Where the body can not be built.
    """
    heights = _check(edge_mm, shell_mm, endplate_mm, order, breaks)
    if divisions is None:
        divisions = divide(boundary, edge_mm=edge_mm, breaks=heights)
    elif len(divisions.layers) != len(heights) + 1 or min(divisions.rings, *divisions.layers) < 1:
        msg = (
            f"divisions = {divisions}: expected at least one ring and {len(heights) + 1} numbers of layers "
            f"of at least 1, one for each part between the {len(heights)} breaks."
        )
        raise ValueError(msg)
    body = BodyMap(boundary, shell_mm, endplate_mm, heights, divisions, bow(boundary))
    lattice = stack(hexagonal_disc(divisions.rings), sum(divisions.layers) + 2, order)
    points, zeta = _place_nodes(body, lattice)
    cells = lattice.cells.reshape(-1, lattice.cells.shape[-1])
    require_positive(
        points,
        cells,
        "the structured body",
        "Smooth the boundary, make shell or endplates thinner, or change the edge length.",
    )
    return _name(lattice, points, zeta)


def _check(edge_mm, shell_mm, endplate_mm, order, breaks):
    """Refuse what can not be built whatever the boundary; returns the breaks as a tuple."""
    if not EDGE_RANGE_MM[0] <= edge_mm <= EDGE_RANGE_MM[1]:
        msg = f"edge_mm = {edge_mm:g}: expected {EDGE_RANGE_MM[0]:g} to {EDGE_RANGE_MM[1]:g} mm. Choose one."
        raise ValueError(msg)
    if order not in (1, 2):
        msg = f"order = {order}: expected 1 (4-node) or 2 (10-node tetrahedra). Choose one of them."
        raise ValueError(msg)
    for name, value in (("shell_mm", shell_mm), ("endplate_mm", endplate_mm)):
        if not 0.05 <= value <= 5:
            msg = f"{name} = {value:g}: expected 0.05 to 5 mm. Bone measures 0.2 to 0.8 mm there."
            raise ValueError(msg)
    heights = tuple(float(b) for b in breaks)
    if any(b <= a for a, b in zip((0.0, *heights), (*heights, 1.0), strict=True)):
        msg = f"breaks = {heights}: expected ascending relative heights between 0 and 1. Sort and limit them."
        raise ValueError(msg)
    return heights


def divide(boundary: Boundary, *, edge_mm: float, breaks: Sequence[float] = (0.2, 0.8)) -> Divisions:
    """Choose the numbers of rings and layers for an edge length.

    The section counts by the radius of the circle of equal area, a height by the mean over the body.

    Parameters
    ----------
    boundary : Boundary
    edge_mm : float [mm]
    breaks : sequence of float
    """
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    eta, theta = np.meshgrid(np.linspace(0, 1, 17), angle, indexing="ij")
    wall = boundary.wall(theta, eta)
    after = np.roll(wall, -1, axis=1)
    area = np.abs((wall[..., 0] * after[..., 1] - wall[..., 1] * after[..., 0]).sum(axis=1)).mean() / 2
    rho, theta = np.meshgrid(np.sqrt((np.arange(8) + 0.5) / 8), angle, indexing="ij")  # rings of equal area
    ends = boundary.endplate(theta, rho, "superior") - boundary.endplate(theta, rho, "inferior")
    height = float(ends[..., 2].mean())
    parts = np.diff([0.0, *breaks, 1.0]) * height / edge_mm
    rings = max(2, round(float(np.sqrt(area / np.pi)) / edge_mm))
    return Divisions(rings, tuple(max(1, round(part)) for part in parts.tolist()))


def _place_nodes(body, lattice: Lattice):
    """Coordinates and relative height of all nodes of the lattice."""
    disc, rings, top = lattice.disc, body.divisions.rings, lattice.n_layers
    ring = np.tile(disc.ring, top + 1).astype(float)
    theta = np.tile(disc.theta, top + 1)
    level = np.repeat(np.arange(top + 1.0), len(disc.ring))
    points, eta = body.place(theta, ring, level)
    if lattice.order == 1:
        return points, eta
    a, b = lattice.ends.T
    middle, height = (points[a] + points[b]) / 2, (eta[a] + eta[b]) / 2
    # edges inside the thin layers and on their faces follow the map, the others stay straight
    on_wall = np.minimum(ring[a], ring[b]) >= rings
    below, above = np.maximum(level[a], level[b]) <= 1, np.minimum(level[a], level[b]) >= top - 1
    turn = (theta[b] - theta[a] + np.pi) % (2 * np.pi) - np.pi
    angle = np.where(ring[a] == 0, theta[b], np.where(ring[b] == 0, theta[a], theta[a] + turn / 2))
    ring, level = (ring[a] + ring[b]) / 2, (level[a] + level[b]) / 2
    curved = np.flatnonzero(on_wall | below | above)
    mapped, height[curved] = body.place(angle[curved], ring[curved], level[curved])
    bend = np.zeros_like(middle)
    bend[curved] = mapped - middle[curved]
    # the map has a corner at the axis: in the plane of an endplate edges stay straight
    for side, layer in (("inferior", below), ("superior", above)):
        rows = np.flatnonzero(layer & ~on_wall)
        normal = body.endplate_normal(angle[rows], ring[rows] / (rings + 1), side)
        bend[rows] = np.einsum("ni,ni->n", bend[rows], normal)[:, None] * normal
    middle += bend
    return np.concatenate([points, middle]), np.concatenate([eta, height])


def _name(lattice: Lattice, points, zeta):
    """Name regions, layers and node sets."""
    disc, top = lattice.disc, lattice.n_layers
    rings = int(disc.ring.max()) - 1
    region = np.full(lattice.cells.shape[:3], REGIONS.index("trabecular"), np.int8)
    region[:, (disc.ring[disc.triangles] >= rings).all(axis=1)] = REGIONS.index("shell")
    region[0] = REGIONS.index("inferior_endplate")
    region[-1] = REGIONS.index("superior_endplate")
    layer = np.broadcast_to(np.arange(top, dtype=np.int16)[:, None, None] - 1, region.shape).copy()
    layer[-1] = -1
    level = np.repeat(np.arange(top + 1), len(disc.ring))
    on_wall = np.tile(disc.ring == rings + 1, top + 1)
    marks = {"inferior_endplate": level == 0, "superior_endplate": level == top, "wall": on_wall}
    sets = {}
    for name, corner in marks.items():
        mid = corner[lattice.ends].all(axis=1)
        sets[name] = np.flatnonzero(np.concatenate([corner, mid])).astype(np.int32)
    sets["inferior_face"], sets["superior_face"] = sets["inferior_endplate"], sets["superior_endplate"]
    region = region.ravel()
    endplates = [REGIONS.index("inferior_endplate"), REGIONS.index("superior_endplate")]
    return TetMesh(
        points=points,
        cells=lattice.cells.reshape(-1, lattice.cells.shape[-1]),
        region=region,
        zeta=zeta,
        layer=layer.ravel(),
        shell_fraction=(region == REGIONS.index("shell")).astype(float),
        endplate_fraction=np.isin(region, endplates).astype(float),
        node_sets=sets,
    )
