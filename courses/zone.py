"""What is read from the fracture zone: how healing goes on, and what the fracture feels."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.materials.healing.processes.union import mineralised
from vertebra.materials.tissue import TissueState
from vertebra.meshes.heights import Heights
from vertebra.models.bone_state import BoneState
from vertebra.models.bridging import Bridge
from vertebra.models.cleft import ClosingCleft
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.schema import Scenario

from .daily_load import daily_load, standing_load

_PRESENT = 0.10
"""A tissue counts as present from this share of the zone on (row H3 of the published observations)."""
_MOSTLY_CEMENT = 0.5
_REPAIR = ("granulation", "fibrous", "cartilage", "woven", "remodelled")


@dataclass(frozen=True, eq=False)
class Zone:
    """The fracture zone of a vertebra in one geometry.

    Attributes
    ----------
    scenario : Scenario
    bone : FracturedBone
    bridge : Bridge
    heights : Heights
        Of the bone in this geometry.
    intact : Heights
        Of the bone before the fracture.
    cleft : ClosingCleft or None
    restored_mm : float [mm]
        Height over that just before a kyphoplasty, as in `Geometry`.
    """

    scenario: Scenario
    bone: FracturedBone
    bridge: Bridge
    heights: Heights
    intact: Heights
    cleft: ClosingCleft | None = None
    restored_mm: float = float("nan")

    @classmethod
    def of(cls, vertebra: VertebraModel, geometry: Geometry) -> Self:
        """Find what does not change as long as the geometry stays."""
        return cls.in_geometry(vertebra, vertebra.bone(geometry), geometry)

    @classmethod
    def in_geometry(cls, vertebra: VertebraModel, bone: FracturedBone, geometry: Geometry) -> Self:
        """Find it for the bone in a geometry."""
        return cls(
            scenario=vertebra.scenario,
            bone=bone,
            bridge=Bridge.across(geometry.mesh, bone.repair, bone.cell_volume),
            heights=geometry.heights,
            intact=vertebra.anatomy.intact.heights,
            cleft=ClosingCleft.of(vertebra.scenario, bone, geometry),
            restored_mm=geometry.restored_mm,
        )

    def bridged_share(self, tissue: TissueState) -> float:
        """Share of the broken volume, cement aside, on paths of mineralised tissue across the fracture."""
        if not self.bridge.broken.any():
            return float("nan")
        return self.bridge.share(mineralised(tissue), outside=tissue.cement >= _MOSTLY_CEMENT)

    def row(self, day: float, state: BoneState, strain: np.ndarray) -> dict[str, float]:
        """Measures of one state, columns of `healing.csv`; NaN where there is nothing to measure.

        Parameters
        ----------
        day : float [d]
        state : BoneState
        strain : ndarray, shape (m, 6) [1/N]
            Mean strain of all cells under unit axial force.

        Returns
        -------
        dict of str to float
            `interfragmentary_strain_percent` is the mean shortening of the zone along the axis under standing
            load, as a share of its thickness: related to pain, but no measure of it.
        """
        tissue = state.tissue
        if tissue is None or state.perfusion is None or state.inflammation is None:
            return {}
        mean = self.bone.zone_mean
        load = daily_load(self.scenario, day)
        repair = tissue.repair * (1 - tissue.cement)
        weight = max(mean(repair), np.finfo(float).tiny)
        fractions = self.bone.in_zone(tissue).volume_fractions()
        axial = strain[self.bone.is_bone, 2]
        return {
            "daily_load_N": load,
            "perfusion": mean(repair * state.perfusion) / weight,
            "inflammation": mean(repair * state.inflammation) / weight,
            "mineral_maturity": mean(repair * tissue.maturity) / weight,
            "tissues_above_10_percent": float(sum(mean(fractions[name]) > _PRESENT for name in _REPAIR)),
            "bridged_share": self.bridged_share(tissue),
            "first_path_day": state.bridging.first_path_day,
            "bridging_day": state.bridging.day,
            **dict(zip(("t50", "t80", "t95"), state.healing_times, strict=True)),
            "interfragmentary_strain_percent": -100 * standing_load(self.scenario) * mean(axial),
            "height_anterior_mm": self.heights.anterior_mm,
            "height_middle_mm": self.heights.middle_mm,
            "height_posterior_mm": self.heights.posterior_mm,
            "height_anterior_ratio": self.heights.anterior_mm / self.intact.anterior_mm,
            "wedge_angle_deg": self.heights.wedge_angle_deg,
            "height_restored_mm": self.restored_mm,
        }
