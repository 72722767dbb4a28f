"""Limit load of a vertebra between its platens: the weakest surface across the bone, from below and from above."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem.limit.axial_strength import AxialStrength
from vertebra.fem.limit.limit_load import limit_load, upper_bound
from vertebra.fem.limit.platen_motion import PlatenMotion
from vertebra.fem.limit.turning import TurningPlaten, turning_platen
from vertebra.fem.limit.upper_search import UpperBound, UpperSearch
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.table import value

from ..computed import computed
from ..response.specimen import Specimen
from .limit_body import limit_strength

LIMIT_FACTOR = value("failure", "limit_load.factor")
"""Ultimate load of the elastic-plastic test over the limit load."""
SHARE = value("failure", "limit_load.share")
"""Where in the bracket the limit load is taken to be: 0 at its lower, 1 at its upper end."""
RESOLVED = 0.05
"""Width of a bracket over its lower end up to which a mesh resolves the limit load."""
_ROUGH_GAP = 1e-2
"""To which surfaces for ratios are solved: ratios of patients on a day move by less than 0.1 %."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A surface across the bone along which it may give way.

    Attributes
    ----------
    force : float [N]
        Never below the limit load of velocities along the axis for the strengths as meshed.
    area : ndarray, shape (m,) [mm2]
        Of the surface in each cell of the mesh.
    height : float [-]
        Its mean height, 0 at the inferior and 1 at the superior endplate.
    """

    force: float
    area: np.ndarray
    height: float


@dataclass(frozen=True, eq=False)
class Bracket:
    """The limit load between two bounds, both before the factor of the capacity.

    Attributes
    ----------
    low, high : float [N]
    surface : Surface
        The cheapest one found, that of `high`.
    """

    low: float
    high: float
    surface: Surface

    @property
    def force(self) -> float:
        """The limit load, at a fixed share of the bracket [N]."""
        return self.low + SHARE * (self.high - self.low)


@dataclass(frozen=True, eq=False)
class LimitAnalysis:
    """What limit analysis says of a state: all of it, or the cheap side alone.

    A platen on a ball joint takes the tilt at which the weakest surface costs least; the bracket is that of this tilt.

    Attributes
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    law : str
        One of `yield_law.YIELD_LAWS`.
    """

    specimen: Specimen
    properties: MixedProperties
    law: str

    @computed
    def bracket(self) -> Bracket:
        """The limit load from both sides."""
        body = self.specimen.limit_body
        found = limit_load(body, self._strength, motion=self._motion, whole=self._whole)
        return Bracket(found.low, found.high, self._surface(found.above))

    @computed
    def surface(self) -> Surface:
        """The cheapest surface on cells that are split once, for less than half of the cost of the bracket."""
        return self._surface(self._whole.split().found())

    @computed
    def whole_cells_N(self) -> float:
        """Force of the cheapest surface on cells that are not split, for a tenth of the cost of the bracket [N].

        Some percent above `surface`, about as many in like states: for ratios of states on one mesh.
        """
        start = None if self._turning is None else self._turning.above
        body = self.specimen.limit_body
        return upper_bound(body, self._strength, start, motion=self._motion, gap=_ROUGH_GAP).force

    @computed
    def _whole(self) -> UpperSearch:
        """On cells that are not split: where the bracket and the surface begin."""
        start = None if self._turning is None else self._turning.above
        return UpperSearch.of(self.specimen.limit_body, self._strength, start, self._motion)

    @computed
    def _strength(self) -> AxialStrength:
        return limit_strength(self.specimen.mesh, self.properties, self.specimen.limit_body, self.law)

    @computed
    def _turning(self) -> TurningPlaten | None:
        if not self.specimen.turns:
            return None
        return turning_platen(self.specimen.limit_body, self._strength, self.specimen.pivot)

    @property
    def _motion(self) -> PlatenMotion | None:
        return None if self._turning is None else self._turning.motion

    def _surface(self, found: UpperBound) -> Surface:
        mesh = self.specimen.mesh
        bone = mesh.is_bone
        area = np.zeros(mesh.n_cells)
        area[bone] = found.area
        layer = mesh.layer[bone]
        middle = float(found.area @ layer / found.area.sum())
        return Surface(found.force, area, (middle + 0.5) / (layer.max() + 1))
