"""Volume fractions of ellipsoids in tetrahedra, by sixteen points a cell.

The points lie at (a, b, b, b) and (c, d, e, e) in barycentric coordinates and all permutations, chosen so that
equal weights integrate quadratic functions exactly.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np


@dataclass(frozen=True)
class CellSamples:
    """Sixteen points of equal weight in each cell of the core."""

    points: np.ndarray
    middle: np.ndarray
    radius: np.ndarray
    volumes: np.ndarray

    @classmethod
    def of(cls, mesh, core, volumes):
        """Place the points in the cells `core` of a mesh, of the given volumes."""
        corners = mesh.points[mesh.cells[core, :4]]
        middle = corners.mean(axis=1)
        radius = np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1)
        return cls(np.einsum("qa,cai->cqi", sixteen_points(), corners), middle, radius[:, None], volumes)

    def fraction(self, centres, axes):
        """Volume fraction of the union of ellipsoids in each cell."""
        fraction, cut = np.zeros(len(self.middle)), np.zeros(len(self.middle), bool)
        for centre, axis in zip(centres, axes, strict=True):
            away = np.abs(self.middle - centre)
            whole = (((away + self.radius) / axis) ** 2).sum(axis=1) <= 1
            cut |= (((np.maximum(away - self.radius, 0)) / axis) ** 2).sum(axis=1) <= 1
            fraction[whole] = 1
        cut &= fraction == 0
        points = self.points[cut]
        inside = np.zeros(points.shape[:2], bool)
        for centre, axis in zip(centres, axes, strict=True):
            inside |= np.einsum("cqi,i->cq", (points - centre) ** 2, 1 / axis**2) <= 1
        fraction[cut] = inside.mean(axis=1)
        return fraction

    def volume(self, cloud):
        """Volume of the union of ellipsoids [mm3]."""
        return float(self.fraction(*cloud) @ self.volumes)


def sixteen_points():
    """Barycentric coordinates of the sample points of a cell; shape (16, 4)."""
    a, b, e = 0.625, 0.125, 0.12
    # the mean of the squares of a coordinate over a tetrahedron is 1 / 10
    total, squares = 1 - 2 * e, 4 * (0.1 * 16 - (a**2 + 3 * b**2)) / 12 - 2 * e**2
    root = (2 * squares - total**2) ** 0.5
    c, d = (total + root) / 2, (total - root) / 2
    return np.array(sorted({*permutations((a, b, b, b)), *permutations((c, d, e, e))}))
