"""The creep test of the bench: a constant force for an hour on a body that does not heal."""

from dataclasses import dataclass, replace

import numpy as np

from vertebra.materials.creep import CreepLaw, compressive_ratio
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.table import value
from vertebra.models.collapsing import Collapsing
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.procedures.cement_section import Cement

from .collapse import Collapse, Press
from .ground import Ground
from .injection import injected
from .mechanics import Mechanics
from .station import Station

FORCE_N, HOURS = 1000.0, 1.0
"""Of the published test on human specimens (Luo 2016)."""
_HOURS_OF_A_DAY = 24.0


@dataclass(frozen=True)
class CreepStrain:
    """Creep strain of a body over the time of a test.

    Attributes
    ----------
    anterior, central : float [-]
        Loss of height in front and in the middle over the height there at its start.
    """

    anterior: float
    central: float


def creep_before_fracture(
    vertebra: VertebraModel, force: float = FORCE_N, hours: float = HOURS, law: CreepLaw | None = None
) -> CreepStrain:
    """Creep strain of the intact body: that of its columns in front and in the middle, by the law of unbroken bone.

    Parameters
    ----------
    vertebra : VertebraModel
        With a fracture, of which only the place of its front and middle counts.
    force : float [N]
    hours : float [h]
    law : CreepLaw, optional
        Of crushed bone; `CreepLaw()` unless given.
    """
    law = CreepLaw() if law is None else law
    unbroken = replace(law, coefficient=law.coefficient * value("creep", "unbroken"))
    loaded, geometry = vertebra.intact(), vertebra.anatomy.intact
    mesh = geometry.mesh
    body = np.flatnonzero(mesh.is_body)
    ratio = compressive_ratio(
        force * loaded.measured.stress[body, 2], loaded.properties.strength_compression[body]
    )
    strain = unbroken.after(np.zeros(len(body)), ratio, hours)
    middle = mesh.points[mesh.cells[body, :4]].mean(axis=1)
    place = (middle[:, 1] - middle[:, 1].min()) / np.ptp(middle[:, 1])
    volume = geometry.volume[body]

    def mean(inside: np.ndarray) -> float:
        return float(volume[inside] @ strain[inside] / volume[inside].sum())

    return CreepStrain(anterior=mean(place > 2 / 3), central=mean((place > 1 / 3) & (place < 2 / 3)))


def creep_after_fracture(
    vertebra: VertebraModel,
    cement: Cement | None = None,
    force: float = FORCE_N,
    hours: float = HOURS,
    law: CreepLaw | None = None,
) -> CreepStrain:
    """Creep strain of the fractured body, with cement or without.

    Parameters
    ----------
    vertebra : VertebraModel
        With a fracture.
    cement : Cement, optional
        Injected before the test.
    force : float [N]
    hours : float [h]
    law : CreepLaw, optional
        `CreepLaw()` unless given.

    Raises
    ------
    ValueError
        There is no fracture.
    """
    shapes = vertebra.anatomy.collapsing
    if shapes is None:
        message = "the creep test finds no fracture, expected one. Give the scenario a table [fracture]."
        raise ValueError(message)
    ground = Ground.of(vertebra, vertebra.anatomy.fractured)
    station = Station.fresh(ground, shapes.height_loss, shapes.body.largest_loss)
    if cement is not None:
        shapes, ground, station = injected(vertebra, cement, shapes, station)
    start = ground.geometry.heights
    end = _pressed(vertebra, shapes, ground, station, cement, force, hours, law).geometry.heights
    return CreepStrain(
        anterior=1 - end.anterior_mm / start.anterior_mm, central=1 - end.middle_mm / start.middle_mm
    )


def _pressed(
    vertebra: VertebraModel,
    shapes: Collapsing,
    ground: Ground,
    station: Station,
    cement: Cement | None,
    force: float,
    hours: float,
    law: CreepLaw | None,
) -> Ground:
    """Ground after the test: pressed, crept and drawn anew as often as the loss moves."""
    collapse, end = Collapse(vertebra, shapes, law), hours / _HOURS_OF_A_DAY
    while station.day < end:
        properties: MixedProperties = ground.bone.on_day(station.tissue, cement)
        stepper = ground.specimen.problem.stepper(energy_tolerance=vertebra.scenario.solver.tolerance)
        axial = Mechanics.solve(ground, station, properties, stepper).axial
        strength = properties.strength_compression[ground.bone.is_bone]
        press = Press.of(axial, strength, force, _HOURS_OF_A_DAY)
        days = collapse.longest_days(ground, station, press, end - station.day)
        until = end if days == end - station.day else station.day + days
        rested = replace(station, tissue=replace(station.tissue, day=until))
        ground, station = collapse.draw(ground, collapse.creep(ground, station, press, rested))
    return ground
