"""Where a vertebral body loses height: wedge, biconcave and crush fractures after Genant.

References
----------
.. [1] H. K. Genant et al., Vertebral fracture assessment using a semiquantitative technique, J. Bone Miner.
   Res. 8 (1993) 1137-1148, doi 10.1002/jbmr.5650080915
"""

from dataclasses import dataclass

import numpy as np

from ..caps import rim_edges
from ..heights import Heights, body_heights
from ..tetmesh import TetMesh

KINDS = ("wedge", "biconcave", "crush")


@dataclass(frozen=True, eq=False)
class CrushShape:
    """How a fracture spreads its loss of height over the plan of an intact body.

    - wedge: nothing over the posterior third of the depth, then linear to the anterior edge, where the body
      loses `height_loss` of its height;
    - biconcave: (1 - r^2)^2 over the relative radius r, `height_loss` in the middle and nothing at the rim;
      both endplates sink in by half of it;
    - crush: `height_loss` of the mean height everywhere.

    Depth and radius are those of the superior endplate.

    Attributes
    ----------
    kind : str
    heights : Heights [mm]
        Of the intact body.
    front, back : float [mm]
        Foremost and hindmost y of the superior endplate.
    middle : ndarray, shape (2,) [mm]
        Middle of the superior endplate in plan.
    angle, radius : ndarray, shape (k,) [rad], [mm]
        Its rim, seen from there.
    """

    kind: str
    heights: Heights
    front: float
    back: float
    middle: np.ndarray
    angle: np.ndarray
    radius: np.ndarray

    @classmethod
    def of(cls, mesh: TetMesh, kind: str) -> "CrushShape":
        """Measure an intact body.

        Raises
        ------
        ValueError
            Unknown kind.
        """
        if kind not in KINDS:
            msg = f"type of fracture {kind!r}: expected one of {', '.join(KINDS)}. Choose one of them."
            raise ValueError(msg)
        end = mesh.points[mesh.node_sets["superior_endplate"]]
        middle = (end[:, :2].max(axis=0) + end[:, :2].min(axis=0)) / 2
        rim = mesh.points[np.unique(rim_edges(mesh, "superior")), :2] - middle
        return cls(
            kind=kind,
            heights=body_heights(mesh),
            front=float(end[:, 1].max()),
            back=float(end[:, 1].min()),
            middle=middle,
            angle=np.arctan2(rim[:, 1], rim[:, 0]),
            radius=np.hypot(*rim.T),
        )

    @property
    def from_above(self) -> float:
        """Share of the loss by which the upper end sinks; the lower end rises by the rest [-]."""
        return 0.5 if self.kind == "biconcave" else 1.0

    def loss_mm(self, points: np.ndarray, height_loss: float) -> np.ndarray:
        """How far the column of bone through each point shortens.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        height_loss : float [-]
            Residual loss.

        Returns
        -------
        ndarray, shape (n,) [mm]
        """
        if self.kind == "crush":
            return np.full(len(points), height_loss * self.heights.mean_mm)
        if self.kind == "wedge":
            third = self.back + (self.front - self.back) / 3
            share = np.maximum((points[:, 1] - third) / (self.front - third), 0)
            return height_loss * self.heights.anterior_mm * share
        off = points[:, :2] - self.middle
        rim = np.interp(np.arctan2(off[:, 1], off[:, 0]), self.angle, self.radius, period=2 * np.pi)
        r = np.hypot(*off.T) / rim
        return height_loss * self.heights.middle_mm * np.maximum(1 - r**2, 0) ** 2
