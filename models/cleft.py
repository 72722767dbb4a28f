"""The cleft of a fractured vertebra as it opens and closes between lying and standing."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.materials.cleft import (
    bearing_area_mm2,
    cleft_strain,
    tilted_closing_mm,
    unbridged_mm,
    wedge_deg,
)
from vertebra.materials.mixture import mix
from vertebra.materials.tissue import TissueState
from vertebra.scenarios.schema import Scenario

from .fractured_bone import FracturedBone
from .geometry import Geometry

_ELLIPSOID = 1.5
"""Area in plan of an ellipsoid times its thickness over its volume."""


@dataclass(frozen=True, eq=False)
class ClosingCleft:
    """A cleft that bone bridges, and whose tissue load strains.

    Attributes
    ----------
    share : ndarray, shape (b,) [-]
        Of the volume of the cleft in each bone cell; sums to one.
    thickness_mm, depth_mm : float [mm]
        Of the open cleft; of the body from front to back.
    area_mm2 : float [mm2]
        Of the tissue that bears the change of load: that of the cleft in plan, and a share of the section beside it.
    host_young : ndarray, shape (b,) [MPa]
        Of the bone that the cleft heals to.
    place_mm : ndarray, shape (b,) [mm]
        Of each bone cell to the right of the pivot of the platen; 0 everywhere under one that may not turn.
    """

    share: np.ndarray
    thickness_mm: float
    depth_mm: float
    area_mm2: float
    host_young: np.ndarray
    place_mm: np.ndarray

    @classmethod
    def of(cls, scenario: Scenario, bone: FracturedBone, geometry: Geometry) -> Self | None:
        """Measure the cleft of a geometry; None without one."""
        volume = bone.gap * bone.cell_volume
        if scenario.fracture is None or scenario.fracture.cleft_mm is None or not volume.any():
            return None
        thickness = scenario.fracture.cleft_mm
        section = float(geometry.volume[geometry.mesh.is_body].sum()) / geometry.heights.mean_mm
        mesh = geometry.mesh
        end = mesh.points[mesh.node_sets["superior_endplate"]]
        middle = mesh.points[mesh.cells[bone.is_bone, :4], 0].mean(axis=1)
        turns = scenario.loading.rotation == "free"
        return cls(
            share=volume / volume.sum(),
            thickness_mm=thickness,
            depth_mm=float(np.ptp(end[:, 1])),
            area_mm2=bearing_area_mm2(_ELLIPSOID * float(volume.sum()) / thickness, section),
            host_young=mix(bone.host).young,
            place_mm=middle - end[:, 0].mean() if turns else np.zeros_like(middle),
        )

    def bridged(self, tissue: TissueState) -> float:
        """Share of the cleft that is woven or remodelled bone, or cement [-]."""
        bone = tissue.share("woven") + tissue.share("remodelled")
        return float(self.share @ (tissue.cement + (1 - tissue.cement) * bone))

    def closing_mm(self, tissue: TissueState, force: float) -> np.ndarray:
        """Motion of the tissue in the cleft under a change of load [N], part by part; (b,) [mm].

        Cement tilts it. Without any both sides are alike, but for the mesh, and close alike.
        """
        filled = (1 - tissue.cement) * (tissue.soft_young() + tissue.maturity**2 * self.host_young)
        young = filled + tissue.cement * self.host_young
        inside = self.share > 0
        place = self.place_mm if tissue.cement.any() else np.zeros(len(young))
        closing = np.zeros(len(young))
        closing[inside] = tilted_closing_mm(
            self.thickness_mm,
            young[inside],
            self.area_mm2 * self.share[inside],
            place[inside],
            force,
        )
        return closing

    def motion_mm(self, tissue: TissueState) -> float:
        """What two images show between lying and standing: the gap, less the part that bone or cement spans [mm]."""
        return unbridged_mm(self.thickness_mm, self.bridged(tissue))

    def motion_deg(self, tissue: TissueState) -> float:
        """Change of the wedge angle with that motion in front, the back wall being the hinge [degree]."""
        return wedge_deg(self.motion_mm(tissue), self.depth_mm)

    def strain(self, tissue: TissueState, force: float) -> float:
        """Mean compressive strain of the tissue in the cleft under a change of load, beside cement [-]."""
        weight = self.share * (1 - tissue.cement)
        if not weight.any():
            return 0.0
        closing = float(weight @ self.closing_mm(tissue, force) / weight.sum())
        return cleft_strain(closing, self.thickness_mm)

    def strained(self, strain: np.ndarray, tissue: TissueState, force: float) -> np.ndarray:
        """Strain of the bone cells with that of the cleft where there is any of it, where that is larger.

        Parameters
        ----------
        strain : ndarray, shape (b, 6) [-]
            Voigt order, of the elastic body, in which the cleft does not close.
        tissue : TissueState
        force : float [N]
            Change of the compressive load since lying.

        Returns
        -------
        ndarray, shape (b, 6) [-]
        """
        inside = self.share > 0
        out = strain.copy()
        closed = cleft_strain(self.closing_mm(tissue, force)[inside], self.thickness_mm)
        out[inside, 2] = np.minimum(strain[inside, 2], -closed)
        return out
