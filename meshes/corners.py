"""The 4-node mesh inside a mesh of 10-node tetrahedra: same cells, nodes at corners alone."""

import dataclasses

import numpy as np

from .tetmesh import TetMesh


def corner_mesh(mesh: TetMesh) -> TetMesh:
    """Leave out the nodes at the middles of edges, a seventh of the unknowns of a quadratic mesh remains.

    Parameters
    ----------
    mesh : TetMesh

    Returns
    -------
    TetMesh
        Of 4-node tetrahedra: cells, regions and the order of the nodes that stay are those of `mesh`, which comes back
        itself where it has no others. Edges become straight.
    """
    if mesh.order == 1:
        return mesh
    kept = np.unique(mesh.cells[:, :4])
    number = np.full(mesh.n_points, -1)
    number[kept] = np.arange(len(kept))

    def renumbered(nodes: np.ndarray) -> np.ndarray:
        found = number[nodes]
        return found[found >= 0].astype(np.int32)

    return dataclasses.replace(
        mesh,
        points=mesh.points[kept],
        cells=number[mesh.cells[:, :4]].astype(np.int32),
        zeta=mesh.zeta[kept],
        node_sets={name: renumbered(nodes) for name, nodes in mesh.node_sets.items()},
    )
