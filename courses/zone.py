"""What is read from the fracture zone: how healing goes on, and what the fracture feels."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.materials.healing.processes.union import mineralised
from vertebra.materials.tissue import TissueState
from vertebra.meshes.heights import Heights, body_heights
from vertebra.models.anatomy import Anatomy
from vertebra.models.bridging import Bridge
from vertebra.models.condition import Condition
from vertebra.models.tissue_moment import Moment
from vertebra.scenarios.schema import Scenario

from .daily_load import daily_load, standing_load

_PRESENT = 0.10
"""A tissue counts as present from this share of the zone on (row H3 of the published observations)."""
_MOSTLY_CEMENT = 0.5
_REPAIR = ("granulation", "fibrous", "cartilage", "woven", "remodelled")


@dataclass(frozen=True, eq=False)
class Zone:
    """The fracture zone of a scenario.

    Attributes
    ----------
    scenario : Scenario
    condition : Condition
    bridge : Bridge
    intact, fractured : Heights
        Of the body with its ends; they do not change while it heals.
    """

    scenario: Scenario
    condition: Condition
    bridge: Bridge
    intact: Heights
    fractured: Heights

    @classmethod
    def of(cls, scenario: Scenario, anatomy: Anatomy, condition: Condition) -> Self:
        """Find what does not change in time."""
        mesh = anatomy.fractured
        return cls(
            scenario=scenario,
            condition=condition,
            bridge=Bridge.across(mesh, condition.repair, condition.cell_volume),
            intact=body_heights(anatomy.intact),
            fractured=body_heights(mesh),
        )

    def bridged_share(self, tissue: TissueState) -> float:
        """Share of the broken volume, cement aside, on paths of mineralised tissue across the fracture."""
        return self.bridge.share(mineralised(tissue), outside=tissue.cement >= _MOSTLY_CEMENT)

    def row(self, day: float, moment: Moment, strain: np.ndarray) -> dict[str, float]:
        """Measures of one state, columns of `healing.csv`; NaN where there is nothing to measure.

        Parameters
        ----------
        day : float [d]
        moment : Moment
        strain : ndarray, shape (m, 6) [1/N]
            Mean strain of all cells under unit axial force.

        Returns
        -------
        dict of str to float
            `interfragmentary_strain_percent` is the mean shortening of the zone along the axis under standing
            load, as a share of its thickness: related to pain, but no measure of it.
        """
        tissue = moment.tissue
        if tissue is None or moment.perfusion is None or moment.inflammation is None:
            return {}
        mean = self.condition.zone_mean
        load = daily_load(self.scenario, day)
        repair = tissue.repair * (1 - tissue.cement)
        weight = max(mean(repair), np.finfo(float).tiny)
        fractions = self.condition.in_zone(tissue).volume_fractions()
        axial = strain[self.condition.is_bone, 2]
        return {
            "daily_load_N": load,
            "perfusion": mean(repair * moment.perfusion) / weight,
            "inflammation": mean(repair * moment.inflammation) / weight,
            "mineral_maturity": mean(repair * tissue.maturity) / weight,
            "tissues_above_10_percent": float(sum(mean(fractions[name]) > _PRESENT for name in _REPAIR)),
            "bridged_share": self.bridged_share(tissue),
            "first_path_day": moment.bridging.first_path_day,
            "bridging_day": moment.bridging.day,
            "interfragmentary_strain_percent": -100 * standing_load(self.scenario) * mean(axial),
            "height_anterior_mm": self.fractured.anterior_mm,
            "height_posterior_mm": self.fractured.posterior_mm,
            "wedge_angle_deg": self.fractured.wedge_angle_deg,
        }
