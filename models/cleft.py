"""The cleft of a fractured vertebra as it opens and closes between lying and standing."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.materials.cleft import bearing_area_mm2, cleft_strain, closing_mm, unbridged_mm, wedge_deg
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
    """

    share: np.ndarray
    thickness_mm: float
    depth_mm: float
    area_mm2: float
    host_young: np.ndarray

    @classmethod
    def of(cls, scenario: Scenario, bone: FracturedBone, geometry: Geometry) -> Self | None:
        """Measure the cleft of a geometry; None without one."""
        volume = bone.gap * bone.cell_volume
        if scenario.fracture is None or scenario.fracture.cleft_mm is None or not volume.any():
            return None
        thickness = scenario.fracture.cleft_mm
        section = float(geometry.volume[geometry.mesh.is_body].sum()) / geometry.heights.mean_mm
        end = geometry.mesh.points[geometry.mesh.node_sets["superior_endplate"], 1]
        return cls(
            share=volume / volume.sum(),
            thickness_mm=thickness,
            depth_mm=float(np.ptp(end)),
            area_mm2=bearing_area_mm2(_ELLIPSOID * float(volume.sum()) / thickness, section),
            host_young=mix(bone.host).young,
        )

    def bridged(self, tissue: TissueState) -> float:
        """Share of the cleft that is woven or remodelled bone, or cement [-]."""
        bone = tissue.share("woven") + tissue.share("remodelled")
        return float(self.share @ (tissue.cement + (1 - tissue.cement) * bone))

    def closing_mm(self, tissue: TissueState, force: float) -> float:
        """Motion under a change of load [N] against the mean modulus of the tissue in the cleft [mm]."""
        filled = (1 - tissue.cement) * (tissue.soft_young() + tissue.maturity**2 * self.host_young)
        young = float(self.share @ (filled + tissue.cement * self.host_young))
        return closing_mm(self.thickness_mm, young, self.area_mm2, force)

    def motion_mm(self, tissue: TissueState) -> float:
        """What two images show between lying and standing: the gap, less the part that bone or cement spans [mm]."""
        return unbridged_mm(self.thickness_mm, self.bridged(tissue))

    def motion_deg(self, tissue: TissueState) -> float:
        """Change of the wedge angle with that motion in front, the back wall being the hinge [degree]."""
        return wedge_deg(self.motion_mm(tissue), self.depth_mm)

    def strain(self, tissue: TissueState, force: float) -> float:
        """Compressive strain of the tissue in the cleft under a change of load [-]."""
        return cleft_strain(self.closing_mm(tissue, force), self.thickness_mm)

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
        out[inside, 2] = np.minimum(strain[inside, 2], -self.strain(tissue, force))
        return out
