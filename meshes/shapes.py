"""Simple solids as tetrahedra: box, hollow cylinder and sphere, for verification and for trials."""

from itertools import permutations

import numpy as np

from .parametric.lattice import VTK_EDGES


def box(size=(1.0, 1.0, 1.0), divisions=(1, 1, 1), order=1) -> tuple[np.ndarray, np.ndarray]:
    """Box from the origin to `size`, each brick cut into six tetrahedra.

    Parameters
    ----------
    size : sequence of 3 floats [mm]
    divisions : sequence of 3 ints
        Bricks along x, y, z.
    order : int
        1 for 4-node, 2 for 10-node tetrahedra.

    Returns
    -------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4) or (m, 10)
    """
    points, cells = _grid(divisions)
    points, cells = _with_order(points, cells, order)
    return points * np.asarray(size, float), cells


def hollow_cylinder(
    inner=10.0, outer=20.0, height=5.0, divisions=(4, 12, 2), angle=np.pi / 2, order=1
) -> tuple[np.ndarray, np.ndarray]:
    """Sector of a hollow cylinder about z, from the x axis through `angle`; a full ring is closed.

    Parameters
    ----------
    inner, outer, height : float [mm]
    divisions : sequence of 3 ints
        Bricks along radius, circumference and z.
    angle : float [rad]
        Opening of the sector, at most 2 pi.
    order : int
        1 or 2; mid nodes of order 2 lie on the cylinders.

    Returns
    -------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4) or (m, 10)
    """
    unit, cells = _grid(divisions)
    unit, cells = _with_order(unit, cells, order)
    if np.isclose(angle, 2 * np.pi):
        unit, cells = _glue(unit, cells, axis=1)
    radius = inner + (outer - inner) * unit[:, 0]
    theta = angle * unit[:, 1]
    points = np.stack([radius * np.cos(theta), radius * np.sin(theta), height * unit[:, 2]], axis=1)
    return points, cells


def sphere(radius=1.0, divisions=4, order=1) -> tuple[np.ndarray, np.ndarray]:
    """Solid sphere about the origin: a cube of bricks drawn out so that its faces become the sphere.

    A point x of the cube [-1, 1]^3 goes to |x|_inf x / |x|_2 at the surface, blended towards x / sqrt(3) at
    the centre, so that no element degenerates.

    Parameters
    ----------
    radius : float [mm]
    divisions : int
        Bricks along each edge of the cube.
    order : int
        1 or 2.

    Returns
    -------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4) or (m, 10)
    """
    points, cells = _grid((divisions,) * 3)
    points, cells = _with_order(points, cells, order)
    cube = 2 * points - 1
    largest = np.abs(cube).max(axis=1, keepdims=True)
    length = np.sqrt((cube**2).sum(axis=1, keepdims=True))
    ball = cube * largest / np.where(length > 0, length, 1.0)
    inside = cube / np.sqrt(3)
    return radius * (largest * ball + (1 - largest) * inside), cells


def _grid(divisions):
    """Divide the unit cube into bricks of six tetrahedra that share the brick's main diagonal."""
    n = np.asarray(divisions, int)
    if n.shape != (3,) or (n < 1).any():
        text = f"divisions are {divisions}, expected three counts of at least 1."
        raise ValueError(text)
    axes = [np.linspace(0.0, 1.0, count + 1) for count in n]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    stride = np.array([(n[1] + 1) * (n[2] + 1), n[2] + 1, 1])
    bricks = np.stack(np.meshgrid(*[np.arange(count) for count in n], indexing="ij"), axis=-1).reshape(-1, 3)
    corner = bricks @ stride
    cells = []
    for path in permutations(range(3)):
        steps = np.cumsum([0, *stride[list(path)]])
        odd = np.linalg.det(np.eye(3)[list(path)]) < 0
        cells.append(corner[:, None] + steps[[0, 2, 1, 3] if odd else [0, 1, 2, 3]])
    return points, np.concatenate(cells).astype(np.int32)


def _with_order(points, cells, order):
    """Add the middle of every edge for order 2."""
    if order == 1:
        return points, cells
    if order != 2:
        text = f"order is {order}, expected 1 (4 nodes) or 2 (10 nodes)."
        raise ValueError(text)
    ends = np.sort(cells[:, np.array(VTK_EDGES)], axis=2).reshape(-1, 2)
    edges, which = np.unique(ends, axis=0, return_inverse=True)
    middle = points[edges].mean(axis=1)
    cells = np.concatenate([cells, len(points) + which.reshape(-1, 6)], axis=1).astype(np.int32)
    return np.concatenate([points, middle]), cells


def _glue(points, cells, axis):
    """Identify the nodes at 1 with those at 0 along an axis."""
    wrapped = points.copy()
    wrapped[:, axis] = np.where(points[:, axis] > 1 - 1e-12, 0.0, points[:, axis])
    key = np.round(wrapped * 1e9).astype(np.int64)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return points[first], which.ravel()[cells].astype(np.int32)
