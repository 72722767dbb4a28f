"""Regions, ends and layers of tetrahedra that come from a file: by the sets that name them, else by shape."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..frames import Frame, in_frame
from ..parametric.lattice import VTK_EDGES
from ..skin import outer_faces
from ..surface.alignment import WHOLE_OFFSET_MM, AlignedBody, align_body
from ..surface.closed_surface import Surface
from ..surface.closing import close_surface
from ..surface.layers import named_mesh, relative_heights, sections_of
from ..tetmesh import REGIONS, TetMesh
from .content import MeshFileError, Tetrahedra

ENDS = ("superior_endplate", "inferior_endplate")
_CAPS = ("superior_cap", "inferior_cap")


def tetmesh_of(
    content: Tetrahedra,
    *,
    regions: Mapping[str, str],
    nodes: Mapping[str, str],
    frame: str | None,
    shell_mm: float,
    endplate_mm: float,
    section_mm: float,
) -> tuple[TetMesh, Frame, list[str]]:
    """Name the parts of a mesh of bone.

    Parameters
    ----------
    content : Tetrahedra
        In mm and RAS.
    regions, nodes : mapping of str to str
        Sets of the file by region of `REGIONS` and by end; those not given are looked for under these names.
    frame : str or None
        Of `FRAMES`; without one "file" where both ends are named, else "endplates".
    shell_mm, endplate_mm : float [mm]
        Thickness of shell and endplates where no set names them.
    section_mm : float [mm]
        Height of the sections of the body.

    Returns
    -------
    mesh : TetMesh
        Bone alone; caps of the file are left out.
    frame : Frame
        Where it lay in the file.
    notes : list of str

    Raises
    ------
    MeshFileError
        A set that is named is not there, or the mesh has no closed outer face.
    """
    by_region = _chosen(content.element_sets, regions, REGIONS, "element")
    by_end = _chosen(content.node_sets, nodes, ENDS, "node")
    notes = list(content.notes)
    content, by_region, by_end = _without_caps(content, by_region, by_end, notes)
    chosen = frame or ("file" if len(by_end) == 2 else "endplates")
    if chosen == "file" and len(by_end) == 2:
        placed, body = Frame(np.eye(3), np.zeros(3)), None
        notes.append("stands as in its file")
    else:
        body = in_frame(align_body(_outer_surface(content)), chosen)
        placed = Frame.of(body)
        notes += body.notes
    points = content.points if body is None else placed.in_body(content.points)
    if len(by_end) == 2:
        mesh = _by_sets(replace(content, points=points), by_end, section_mm)
        notes.append("ends by the node sets of the file")
    else:
        assert body is not None  # frame "file" without named ends keeps the axes and looks for ends by shape
        mesh = _by_shape(body, content, points, shell_mm, endplate_mm, section_mm)
        notes.append("ends found by shape")
    mesh, said = _with_regions(mesh, by_region)
    return mesh, placed, [*notes, *said]


def _chosen(
    sets: Mapping[str, np.ndarray], asked: Mapping[str, str], known, kind: str
) -> dict[str, np.ndarray]:
    """Members of the sets of known names: as asked, else under these names (capitals do not count)."""
    folded = {name.casefold(): name for name in sets}
    for name, wanted in asked.items():
        if name not in known:
            message = (
                f"found {name!r} among the sets that are asked for, expected one of {', '.join(known)}. Correct "
                f"it."
            )
            raise MeshFileError(message)
        if wanted.casefold() not in folded:
            message = (
                f"{kind} set {wanted!r} is not in the file: expected one of {', '.join(sets) or 'none'}. Correct "
                f"the name."
            )
            raise MeshFileError(message)
    found = {}
    for name in known:
        key = asked.get(name, name).casefold()
        if key in folded and len(sets[folded[key]]):
            found[name] = sets[folded[key]]
    return found


def _without_caps(content: Tetrahedra, by_region, by_end, notes):
    """Bone alone: cells of caps left out, as loading.ends adds its own."""
    cap = np.zeros(len(content.cells), bool)
    for name in _CAPS:
        cap[by_region.get(name, [])] = True
    if not cap.any():
        return content, by_region, by_end
    kept = np.flatnonzero(~cap)
    used, cells = np.unique(content.cells[kept], return_inverse=True)
    row, cell_row = np.full(len(content.points), -1), np.full(len(content.cells), -1)
    row[used], cell_row[kept] = np.arange(len(used)), np.arange(len(kept))
    notes.append(f"{int(cap.sum())} elements of caps left out: loading.ends adds its own")
    bone = replace(
        content,
        points=content.points[used],
        cells=cells.reshape(len(kept), -1).astype(np.int32),
        node_sets={},
        element_sets={},
    )
    regions = {name: cell_row[m][cell_row[m] >= 0] for name, m in by_region.items() if name not in _CAPS}
    ends = {name: np.sort(row[m][row[m] >= 0]) for name, m in by_end.items()}
    return bone, regions, ends


def _outer_surface(content: Tetrahedra) -> Surface:
    faces = outer_faces(content.cells)[0][:, :3]
    points, triangles, notes = close_surface(content.points, faces.astype(np.int64))
    return Surface(points, triangles, tuple(notes))


def _by_shape(body: AlignedBody, content: Tetrahedra, points, shell_mm, endplate_mm, section_mm) -> TetMesh:
    """Name everything from the shape of the outer faces; mid nodes stay where the file has them."""
    corners, cells = np.unique(content.cells[:, :4], return_inverse=True)
    cells = cells.reshape(-1, 4).astype(np.int32)
    order = 1 if content.cells.shape[1] == 4 else 2
    named = named_mesh(
        body,
        points[corners],
        cells,
        edge_mm=section_mm,
        shell_mm=shell_mm,
        endplate_mm=endplate_mm,
        order=order,
    )
    if order == 1:
        return named
    placed = named.points.copy()
    placed[named.cells[:, 4:]] = points[content.cells[:, 4:]]
    return replace(named, points=placed)


def _by_sets(content: Tetrahedra, by_end, section_mm) -> TetMesh:
    """Name ends by node sets; everything else is trabecular until regions are named."""
    points, cells = content.points, content.cells
    faces = outer_faces(cells)[0]
    ends = [by_end["inferior_endplate"], by_end["superior_endplate"]]
    corner = np.zeros(len(points), bool)
    corner[cells[:, :4]] = True
    zeta = np.zeros(len(points))
    zeta[corner] = relative_heights(points, [nodes[corner[nodes]] for nodes in ends])[corner]
    if cells.shape[1] == 10:
        for mid, (i, j) in enumerate(VTK_EDGES, start=4):
            zeta[cells[:, mid]] = 0.5 * (zeta[cells[:, i]] + zeta[cells[:, j]])
    for nodes, value in zip(ends, (0.0, 1.0), strict=True):
        zeta[nodes] = value
    on_end = [np.isin(faces[:, :3], nodes).all(axis=1) for nodes in ends]
    side = ~(on_end[0] | on_end[1])
    if not (on_end[0].any() and on_end[1].any()):
        message = (
            "the node sets of the two endplates hold no whole outer face each, expected all nodes of the end "
            "surfaces. Name "
            "sets that do, or leave them out to have the ends found by shape."
        )
        raise MeshFileError(message)
    first = cells[:, :4]
    layer = sections_of(
        points, first, zeta, ends, faces[~side][:, :3], section_mm, has_arch=_has_arch(points, first, ends)
    )
    nothing = np.zeros(len(cells))
    sets = {"inferior_endplate": ends[0], "superior_endplate": ends[1], "wall": np.unique(faces[side])}
    sets |= {"inferior_face": ends[0], "superior_face": ends[1]}
    return TetMesh(
        points=np.ascontiguousarray(points),
        cells=np.ascontiguousarray(cells, np.int32),
        region=np.zeros(len(cells), np.int8),
        zeta=zeta,
        layer=layer,
        shell_fraction=nothing,
        endplate_fraction=nothing,
        node_sets={name: nodes.astype(np.int32) for name, nodes in sets.items()},
    )


def _has_arch(points, cells, ends) -> bool:
    """Whether the mesh reaches far beyond what stands between its ends."""
    corners = points[cells]
    a, b, c, d = corners.transpose(1, 0, 2)
    volume = np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a))
    centroid = volume @ corners.mean(axis=1) / volume.sum()
    middle = np.mean([points[nodes].mean(axis=0) for nodes in ends], axis=0)
    return bool(np.linalg.norm((centroid - middle)[:2]) > WHOLE_OFFSET_MM)


def _with_regions(mesh: TetMesh, by_region) -> tuple[TetMesh, list[str]]:
    """Regions by element sets, over what was found by shape."""
    notes = []
    if by_region:
        claimed = np.zeros(mesh.n_cells, int)
        for members in by_region.values():
            claimed[members] += 1
        if claimed.max() > 1:
            message = (
                f"{int((claimed > 1).sum())} elements belong to several of the sets for {', '.join(by_region)}, "
                f"expected one "
                "region each. Name other sets."
            )
            raise MeshFileError(message)
        region = np.zeros(mesh.n_cells, np.int8)
        for name, members in by_region.items():
            region[members] = REGIONS.index(name)
        plate = np.isin(region, [REGIONS.index(name) for name in ENDS])
        layer = np.where(plate, -1, mesh.layer).astype(np.int16)
        mesh = replace(
            mesh,
            region=region,
            layer=layer,
            shell_fraction=(region == REGIONS.index("shell")).astype(float),
            endplate_fraction=plate.astype(float),
        )
        rest = int((claimed == 0).sum())
        notes.append(
            f"regions by element sets {', '.join(by_region)}"
            + (f"; {rest} other elements are trabecular" if rest else "")
        )
    elif not mesh.shell_fraction.any():
        notes.append("no set names shell or endplates: all bone is trabecular")
    return mesh, notes
