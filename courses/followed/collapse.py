"""Loss of height of a crushed body under the upright hours of its days, and the geometry that follows it.

The creep of every crushed element (`materials.creep`) shortens its column; the loss of the body is the projection of
that onto the shape of the fracture, so that a wedge goes on losing height in front. The crushed band grows with the
loss at a constant strain: what is newly crushed has neither callus nor vessels nor hardened.
"""

from dataclasses import dataclass, replace

import numpy as np

from vertebra.materials.creep import CreepLaw, compressive_ratio
from vertebra.models.collapsing import Collapsing
from vertebra.models.vertebra_model import VertebraModel

from .events import Event
from .ground import Ground
from .grounds import Grounds
from .station import Station
from .steps import Steps

_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Press:
    """What presses the crushed bone of a station.

    Attributes
    ----------
    ratio : ndarray, shape (b,) [-]
        Axial compressive stress of the upright hours over compressive strength.
    hours : float [h]
        Upright hours of a day.
    """

    ratio: np.ndarray
    hours: float

    @classmethod
    def of(cls, stress: np.ndarray, strength: np.ndarray, force: float, hours: float) -> "Press":
        """Press of a force.

        Parameters
        ----------
        stress : ndarray, shape (b,) [MPa/N]
            Axial stress of the bone cells under unit axial force.
        strength : ndarray, shape (b,) [MPa]
            Compressive.
        force : float [N]
        hours : float [h]
            Of a day.
        """
        return cls(compressive_ratio(force * stress, strength), hours)


class Collapse:
    """How a body loses height: creep of its crushed zone, and new shapes.

    Attributes
    ----------
    shapes : Collapsing
    """

    def __init__(
        self,
        vertebra: VertebraModel,
        shapes: Collapsing,
        law: CreepLaw | None = None,
        steps: Steps | None = None,
        grounds: Grounds | None = None,
    ):
        """Take the body.

        Parameters
        ----------
        vertebra : VertebraModel
        shapes : Collapsing
        law : CreepLaw, optional
            `CreepLaw()` unless given.
        steps : Steps, optional
            Those of a run unless given.
        grounds : Grounds, optional
            Made anew unless given.
        """
        self.shapes = shapes
        self._vertebra = vertebra
        self._law = CreepLaw() if law is None else law
        self._square = shapes.body.square_mm4()
        self._steps = Steps.of_table() if steps is None else steps
        self._grounds = Grounds() if grounds is None else grounds
        self._shape_in: tuple[Ground, np.ndarray] | None = None

    def ground(self, station: Station) -> Ground:
        """Ground of a station."""
        return self._grounds.at(self._vertebra, self.shapes, station.drawn_loss)

    def creep(self, ground: Ground, station: Station, press: Press, later: Station) -> Station:
        """Creep and loss of the days between a station and the same place later, healed meanwhile.

        Callus arrests creep by the mean of what it leaves at both ends of the step.

        Parameters
        ----------
        ground : Ground
            Of both.
        station : Station
        press : Press
            At the start.
        later : Station
        """
        mobile = 0.5 * (self._law.mobile(station.tissue.maturity) + self._law.mobile(later.tissue.maturity))
        hours = press.hours * (later.day - station.day)
        after = self._law.after(station.creep, press.ratio, hours * mobile)
        gained = float(self._weights(ground, station) @ (after - station.creep))
        loss = min(station.height_loss + gained, station.largest_loss)
        return replace(later, creep=after, height_loss=loss)

    def longest_days(self, ground: Ground, station: Station, press: Press, most: float) -> float:
        """Days, at most `most`, in which the body loses no more than it may before its shape follows."""
        if not press.hours > 0:
            return most
        weights, mobile = self._weights(ground, station), self._law.mobile(station.tissue.maturity)
        active = np.flatnonzero(weights * press.ratio * mobile)
        weights, mobile, ratio, before = (
            values[active] for values in (weights, mobile, press.ratio, station.creep)
        )

        after = self._law.growth(before, ratio)

        def gained(days: float) -> float:
            return float(weights @ (after(press.hours * days * mobile) - before))

        if gained(most) <= self._steps.loss:
            return most
        low, high = 0.0, most
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if gained(middle) <= self._steps.loss else (low, middle)
        return high

    def is_due(self, station: Station) -> bool:
        """Whether the loss has moved so far from that of the geometry that a new one is due."""
        return station.height_loss - station.drawn_loss >= self._steps.loss * (1 - 1e-6)

    def draw(self, ground: Ground, station: Station) -> tuple[Ground, Station]:
        """New geometry at the loss of a station; what is newly broken is haematoma and has not crept.

        Where the mesh can not follow, body and station stay as they are from then on.
        """
        loss = min(self._steps.drawn(station.height_loss), station.largest_loss)
        if loss <= station.drawn_loss:
            return ground, station
        try:
            moved = self._grounds.at(self._vertebra, self.shapes, loss)
        except ValueError as error:
            stays = replace(station, height_loss=station.drawn_loss, largest_loss=station.drawn_loss)
            return ground, stays.noting(
                Event(station.day, "limit", str(error), height_loss=station.drawn_loss)
            )
        territory = moved.bone.territory
        settled = replace(
            station,
            tissue=station.tissue.broken_further(territory),
            creep=station.creep
            * station.tissue.share_of_repair(np.maximum(territory, station.tissue.territory)),
            vascularity=moved.vessels.taken_over(station.vascularity, ground.vessels),
            drawn_loss=loss,
        )
        return moved, settled.noting(*self._newly_full(settled), *self._at_limit(settled))

    def _weights(self, ground: Ground, station: Station) -> np.ndarray:
        """Residual loss that unit creep strain of each bone cell makes, shape (b,) [-].

        Least squares of the shortening c(x, y) of the columns by a multiple a of the shape phi(x, y) [mm]:
        a = int c phi dA / int phi^2 dA, and int c phi dA = sum of V e phi.
        """
        if self._shape_in is None or self._shape_in[0] is not ground:
            mesh = ground.geometry.mesh
            middle = mesh.points[mesh.cells[ground.bone.is_bone, :4]].mean(axis=1)
            self._shape_in = ground, self.shapes.body.shape.loss_mm(middle, 1.0)
        return ground.bone.volume * (1 - station.tissue.cement) * self._shape_in[1] / self._square

    def _newly_full(self, station: Station) -> list[Event]:
        """Event of a band that has met the endplates, the first time."""
        if any(event.kind == "full band" for event in station.events):
            return []
        full = self.shapes.body.full_band(station.drawn_loss)
        if full is None:
            return []
        text = f"{full}; from there on bone gains neither stiffness nor strength from further compaction"
        return [Event(station.day, "full band", text, height_loss=station.drawn_loss)]

    def _at_limit(self, station: Station) -> list[Event]:
        """Event of a body that has lost all that a body can lose here."""
        if station.drawn_loss < station.largest_loss:
            return []
        text = (
            f"a residual loss of {station.drawn_loss:g} is the most that a body is crushed by; it stays there"
        )
        return [Event(station.day, "limit", text, height_loss=station.drawn_loss)]
