"""Cement into a vertebra on its day, into the body as it is by then."""

from dataclasses import replace

import numpy as np

from vertebra.models.collapsing import Collapsing
from vertebra.models.kyphoplasty import Kyphoplasty
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.procedures.cement_section import Cement

from .events import Event
from .ground import Ground
from .grounds import Grounds
from .station import Station


def injected(
    vertebra: VertebraModel,
    cement: Cement,
    shapes: Collapsing,
    before: Station,
    grounds: Grounds | None = None,
) -> tuple[Collapsing, Ground, Station]:
    """Inject cement into a body that goes on losing height; a kyphoplasty raises it first.

    Where the mesh follows the cement, cells move: those that come to lie in the crushed band hold what is the mean of
    the band, those that leave it are unbroken. Creep hardens by the strain that stands: what opens in a band that is
    stretched back is taken off it.

    Parameters
    ----------
    vertebra : VertebraModel
    cement : Cement
    shapes : Collapsing
        Of the body before.
    before : Station
        Of natural healing on the day.
    grounds : Grounds, optional
        Made anew unless given.

    Returns
    -------
    Collapsing
        With the cement.
    Ground
    Station
    """
    grounds = Grounds() if grounds is None else grounds
    filling = grounds.filling(vertebra, cement, shapes, before.drawn_loss)
    after, loss, said = filling.shapes, filling.height_loss, filling.said
    ground = grounds.at(vertebra, after, loss)
    station = _settled(ground, before)
    if cement.procedure != "kyphoplasty":
        return after, ground, station.noting(Event(before.day, "cement", said))
    old, density = shapes.at(before.drawn_loss), vertebra.anatomy.density.g_cm3
    done = Kyphoplasty.between(old, ground.geometry, density, cement.restored)
    creep = np.maximum(station.creep - ground.bone.opened, 0.0)
    raised_station = replace(station, creep=creep, height_loss=loss, drawn_loss=loss)
    event = Event(before.day, "cement", f"{said}; {done}", height_loss=loss, numbers=done.numbers)
    return after, ground, raised_station.noting(event)


def injected_at_its_height(
    vertebra: VertebraModel, arm: str, before: Station, grounds: Grounds
) -> tuple[Ground, Station]:
    """Inject the cement of an arm into a body that keeps its height: where the anatomy has placed it."""
    ground = grounds.of(vertebra, vertebra.anatomy.treated[arm])
    return ground, _settled(ground, before)


def _settled(ground: Ground, before: Station) -> Station:
    """Station of the body before in cells that follow the cement."""
    tissue, creep, cement = before.tissue, before.creep, ground.geometry.cement
    assert cement is not None  # of an arm with cement
    return replace(
        before,
        tissue=ground.bone.injected(tissue, cement),
        creep=np.where(tissue.territory > 0, creep, _mean(creep, tissue.territory * ground.bone.cell_volume)),
        vascularity=ground.vessels.settled(before.vascularity),
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; 0 without weights."""
    total = weights.sum()
    return float(weights @ values / total) if total > 0 else 0.0
