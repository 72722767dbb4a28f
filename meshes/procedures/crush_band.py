"""Borders of the crush band in the fractured body, column by column, as cement has to bridge them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..quality import cell_volumes
from ..tetmesh import TetMesh
from ..volume_fraction import sixteen_points
from .height_field import HeightField

_COLUMN_MM = 2.5
_LEAST = 0.02
"""Share of a column's bone in the band below which it holds none."""


@dataclass(frozen=True, eq=False)
class CrushBand:
    """Heights of both borders over the horizontal plane.

    Attributes
    ----------
    low, high : callable
        Heights [mm] of the lower and the upper border over arrays x and y [mm], in the fractured body; equal where
        there is no crushed bone.
    """

    low: Callable[[np.ndarray, np.ndarray], np.ndarray]
    high: Callable[[np.ndarray, np.ndarray], np.ndarray]

    @classmethod
    def of_zone(cls, mesh: TetMesh, zone: np.ndarray) -> "CrushBand":
        """Read the borders from the share of each cell in the crush band.

        In columns of 2.5 mm the crushed bone is taken as one slab, of the middle and the spread that it has:
        a slab of thickness t spreads by t / sqrt(12) about its middle.

        Parameters
        ----------
        mesh : TetMesh
            The fractured body, with or without caps.
        zone : ndarray, shape (m,) [-]

        Raises
        ------
        ValueError
            No cell in the band.
        """
        body = np.flatnonzero(mesh.is_body)
        corners = mesh.points[mesh.cells[body, :4]]
        samples = np.einsum("qa,cai->cqi", sixteen_points(), corners).reshape(-1, 3)
        weight = np.repeat(cell_volumes(mesh.points, mesh.cells[body]), 16)
        crushed = weight * np.repeat(zone[body], 16)
        if not crushed.any():
            message = (
                "no cell lies in the crush band: expected some. Leave the band out where nothing is crushed."
            )
            raise ValueError(message)
        column = np.floor((samples[:, :2] - samples[:, :2].min(axis=0)) / _COLUMN_MM).astype(int)
        code = column[:, 0] * (column[:, 1].max() + 1) + column[:, 1]
        _, code = np.unique(code, return_inverse=True)
        whole, inside = np.bincount(code, weight), np.bincount(code, crushed)
        x, y = (np.bincount(code, weight * samples[:, k]) / whole for k in range(2))
        safe = np.maximum(inside, 1e-12 * whole)
        middle = np.bincount(code, crushed * samples[:, 2]) / safe
        spread = np.bincount(code, crushed * (samples[:, 2] - middle[code]) ** 2) / safe
        empty = inside < _LEAST * whole
        middle[empty] = float(crushed @ samples[:, 2] / crushed.sum())
        half = np.where(empty, 0.0, np.sqrt(3 * spread))
        return cls(
            HeightField.through(np.stack([x, y, middle - half], axis=1)).height,
            HeightField.through(np.stack([x, y, middle + half], axis=1)).height,
        )
