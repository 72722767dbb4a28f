"""Validated supports and loads, with one pattern of free unknowns for all load modes."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Constraints:
    """Prescribed displacements of k load modes that share one pattern.

    Attributes
    ----------
    held : ndarray of bool, shape (n, 3)
        Unknowns whose displacement is prescribed.
    prescribed : ndarray, shape (k, n, 3) [mm]
        Their displacements; zero on free unknowns.
    stacked : bool
        Whether the caller gave the axis of load modes.
    """

    held: np.ndarray
    prescribed: np.ndarray
    stacked: bool


def read_mesh(points, cells) -> tuple[np.ndarray, np.ndarray]:
    """Check points and cells; float64 (n, 3) and int32 (m, 4 or 10), C-contiguous."""
    points = np.ascontiguousarray(points, float)
    cells = np.asarray(cells)
    if points.ndim != 2 or points.shape[1] != 3:
        text = f"points have shape {points.shape}, expected (n, 3) in mm."
        raise ValueError(text)
    if cells.ndim != 2 or cells.shape[1] not in (4, 10) or not len(cells):
        text = f"cells have shape {cells.shape}, expected (m, 4) or (m, 10) with m > 0."
        raise ValueError(text)
    if not np.issubdtype(cells.dtype, np.integer):
        text = f"cells have type {cells.dtype}, expected integers: the nodes of each tetrahedron."
        raise ValueError(text)
    if cells.min() < 0 or cells.max() >= len(points):
        text = (
            f"cells name node {cells.min()} to {cells.max()}, but there are {len(points)} points (0-based)."
        )
        raise ValueError(text)
    if not np.isfinite(points).all():
        node = np.flatnonzero(~np.isfinite(points).all(axis=1))[0]
        text = f"point {node} is {points[node].tolist()}, expected finite coordinates in mm."
        raise ValueError(text)
    used = np.zeros(len(points), bool)
    used[cells] = True
    if not used.all():
        node = np.flatnonzero(~used)[0]
        text = (
            f"node {node} belongs to no cell ({np.count_nonzero(~used)} such nodes), so nothing holds it. "
            "Remove unused points and renumber the cells."
        )
        raise ValueError(text)
    return points, np.ascontiguousarray(cells, np.int32)


def read_supports(supports, n_points: int) -> Constraints:
    """Check supports (n, 3) or (k, n, 3), NaN = free."""
    supports = np.asarray(supports, float)
    stacked = supports.ndim == 3
    modes = supports if stacked else supports[None]
    if modes.ndim != 3 or modes.shape[1:] != (n_points, 3) or not len(modes):
        text = f"supports have shape {supports.shape}, expected ({n_points}, 3) or (k, {n_points}, 3)."
        raise ValueError(text)
    held = ~np.isnan(modes)
    if (held != held[0]).any():
        mode = np.flatnonzero((held != held[0]).any(axis=(1, 2)))[0]
        text = (
            f"load mode {mode} holds other unknowns than mode 0: all modes of one problem must share one "
            "pattern of NaN. Use a second Elasticity for other supports."
        )
        raise ValueError(text)
    if np.isinf(modes).any():
        text = "supports contain infinite displacements; expected mm, or NaN where a node is free."
        raise ValueError(text)
    return Constraints(held[0], np.where(held, modes, 0.0), stacked)


def read_loads(loads, n_points: int, n_modes: int) -> tuple[np.ndarray | None, bool]:
    """Check nodal forces (n, 3) or (k, n, 3) [N]; return (k, n, 3) or None, and whether they were stacked."""
    if loads is None:
        return None, False
    loads = np.asarray(loads, float)
    modes = loads if loads.ndim == 3 else loads[None]
    fits = modes.ndim == 3 and modes.shape[1:] == (n_points, 3)
    if not fits or (len(modes) != n_modes and 1 not in (len(modes), n_modes)):
        text = (
            f"loads have shape {loads.shape}, expected ({n_points}, 3) or (k, {n_points}, 3) "
            f"with k = {n_modes} as in the supports."
        )
        raise ValueError(text)
    if not np.isfinite(modes).all():
        node = np.flatnonzero(~np.isfinite(modes).all(axis=(0, 2)))[0]
        text = f"load on node {node} is not finite: expected forces in N, zero where there is none."
        raise ValueError(text)
    return modes, loads.ndim == 3


def read_moduli(young, poisson, n_cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Lamé's constants of checked E > 0 and -1 < nu < 0.5.

    lambda = E nu / ((1 + nu)(1 - 2 nu)),  mu = E / (2 (1 + nu))

    Parameters
    ----------
    young : float or ndarray, shape (m,) [MPa]
    poisson : float or ndarray, shape (m,) [-]

    Returns
    -------
    lam, mu : ndarray, shape (m,) [MPa]
    """
    young, poisson = np.asarray(young, float), np.asarray(poisson, float)
    for name, value in (("young", young), ("poisson", poisson)):
        if value.shape not in ((), (n_cells,)):
            text = f"{name} has shape {value.shape}, expected a number or one per cell ({n_cells},)."
            raise ValueError(text)
    valid = np.isfinite(young) & (young > 0)
    if not valid.all():
        cell = int(np.flatnonzero(~np.broadcast_to(valid, (n_cells,)))[0])
        value = np.broadcast_to(young, (n_cells,))[cell]
        text = (
            f"young is {value} MPa in cell {cell} ({np.count_nonzero(~valid)} such values): expected E > 0."
        )
        raise ValueError(text)
    valid = (poisson > -1) & (poisson < 0.5)
    if not valid.all():
        cell = int(np.flatnonzero(~np.broadcast_to(valid, (n_cells,)))[0])
        value = np.broadcast_to(poisson, (n_cells,))[cell]
        count = np.count_nonzero(~valid)
        text = f"poisson is {value} in cell {cell} ({count} such values): expected -1 < nu < 0.5."
        raise ValueError(text)
    mu = young / (2 * (1 + poisson))
    lam = 2 * mu * poisson / (1 - 2 * poisson)
    return (
        np.ascontiguousarray(np.broadcast_to(lam, (n_cells,)), float),
        np.ascontiguousarray(np.broadcast_to(mu, (n_cells,)), float),
    )
