"""Elements of any kind into tetrahedra that fit together.

Every quadrilateral is cut from its node of the smallest number, so that neighbours agree [1]_; the element is a fan of
tetrahedra from its own smallest node to the triangles of the faces that do not hold it.

References
----------
.. [1] J. Dompierre, P. Labbe, M.-G. Vallet, R. Camarero, How to subdivide pyramids, prisms and hexahedra into
   tetrahedra, Proc. 8th International Meshing Roundtable, 1999
"""

import numpy as np

from ..quality import orient
from .content import KINDS, FileMesh, MeshFileError, Tetrahedra

_FACES = {
    "hexahedron": ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)),
    "wedge": ((0, 1, 2), (3, 5, 4), (0, 3, 4, 1), (1, 4, 5, 2), (2, 5, 3, 0)),
    "pyramid": ((0, 3, 2, 1), (0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)),
}


def to_tetrahedra(mesh: FileMesh) -> Tetrahedra:
    """Cut, orient and renumber the elements of a file.

    Raises
    ------
    MeshFileError
        No volume elements, elements of two orders, or cells without volume.
    """
    kinds = {block.kind for block in mesh.blocks if len(block.nodes)}
    if not kinds:
        message = (
            f"found no volume elements, expected {', '.join(KINDS)}. Export the volume mesh, not its surface."
        )
        raise MeshFileError(message)
    if "tetra10" in kinds and len(kinds) > 1:
        message = (
            f"found {', '.join(sorted(kinds))}, elements of two orders, expected 10-node tetrahedra alone or "
            f"elements with "
            "straight edges. Export one order."
        )
        raise MeshFileError(message)
    cells, owner, start, notes = [], [], 0, list(mesh.notes)
    for block in mesh.blocks:
        if block.kind in _FACES and len(block.nodes):
            new, of = split(block.kind, block.nodes)
            notes.append(f"{len(block.nodes)} elements of kind {block.kind} cut into {len(new)} tetrahedra")
        else:
            new, of = block.nodes, np.arange(len(block.nodes))
        cells.append(new)
        owner.append(of + start)
        start += len(block.nodes)
    tets, of = np.concatenate(cells), np.concatenate(owner)
    used, tets = np.unique(tets, return_inverse=True)
    points = np.ascontiguousarray(mesh.points[used], float)
    tets = tets.reshape(len(of), -1).astype(np.int32)
    if not np.isfinite(points).all():
        message = (
            "found a coordinate that is infinite or no number, expected finite ones. Export the mesh again."
        )
        raise MeshFileError(message)
    turned = orient(points, tets)
    n_turned = int((turned != tets).any(axis=1).sum())
    if n_turned:
        notes.append(f"{n_turned} of {len(tets)} tetrahedra had negative volume and were turned over")
    spare = len(mesh.points) - len(used)
    if spare:
        notes.append(f"{spare} nodes that no volume element uses were dropped")
    row = np.full(len(mesh.points), -1)
    row[used] = np.arange(len(used))
    node_sets = {name: np.unique(row[nodes][row[nodes] >= 0]) for name, nodes in mesh.node_sets.items()}
    element_sets = {name: np.flatnonzero(np.isin(of, members)) for name, members in mesh.element_sets.items()}
    return Tetrahedra(points, np.ascontiguousarray(turned, np.int32), element_sets, node_sets, tuple(notes))


def split(kind: str, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tetrahedra of elements of one kind, shape (t, 4), and the row of the element that each is of."""
    apex = nodes.min(axis=1)
    cells, owner = [], []
    for face in _FACES[kind]:
        corners = nodes[:, face]
        free = np.flatnonzero(~(corners == apex[:, None]).any(axis=1))
        around = corners[free]
        first = around.argmin(axis=1)
        turn = (first[:, None] + np.arange(len(face))) % len(face)
        fan = np.take_along_axis(around, turn, axis=1)
        for i in range(1, len(face) - 1):
            cells.append(np.column_stack([apex[free], fan[:, 0], fan[:, i], fan[:, i + 1]]))
            owner.append(free)
    tets, of = np.concatenate(cells), np.concatenate(owner)
    order = np.argsort(of, kind="stable")
    return tets[order], of[order]
