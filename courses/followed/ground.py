"""What a walk stands on as long as the geometry stays."""

from dataclasses import dataclass, replace
from typing import Self

from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.response.specimen import Specimen
from vertebra.models.vertebra_model import VertebraModel

from ..perfusion import Vascularity, vessel_growth
from ..zone import Zone


@dataclass(frozen=True, eq=False)
class Ground:
    """A geometry with its bone, its zone, its vessels, between its platens.

    Attributes
    ----------
    geometry : Geometry
    bone : FracturedBone
    zone : Zone
    specimen : Specimen
    vessels : Vascularity
    """

    geometry: Geometry
    bone: FracturedBone
    zone: Zone
    specimen: Specimen
    vessels: Vascularity

    @classmethod
    def of(cls, vertebra: VertebraModel, geometry: Geometry) -> Self:
        """Collect what a geometry decides; nothing of it is kept in the vertebra, which outlives it."""
        scenario = vertebra.scenario
        bone = FracturedBone.of(scenario, vertebra.anatomy, geometry)
        return cls(
            geometry=geometry,
            bone=bone,
            zone=Zone.in_geometry(vertebra, bone, geometry),
            specimen=vertebra.specimen_like_fresh(geometry),
            vessels=Vascularity(geometry, bone, vessel_growth(scenario)),
        )

    def renewed(self, vertebra: VertebraModel) -> Self:
        """Same ground with a solver that has solved nothing yet."""
        return replace(self, specimen=vertebra.specimen_like_fresh(self.geometry))
