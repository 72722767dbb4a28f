"""Rows of cement near its neighbours: touching endplates, the disc beside it and the body beyond."""

from collections.abc import Mapping
from dataclasses import replace

from vertebra.meshes.procedures.placement import CONTACTS
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.segment.beside import beside
from vertebra.models.segment.effects import effects
from vertebra.models.vertebra_model import VertebraModel

from .bench import bench

_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_VOLUME_ML = 4.0
_FLAT = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_CEMENT = f'arms=[{{name="{_ARM}",cement={{day=0,volume_ml={_VOLUME_ML},clearance_mm=3.0}}}}]'
_FORWARD_MM = 10.0
"""How far the line of force moves forward."""
_SOFT = 954 / 1937
"""Modulus of serum-modified over that of standard PMMA (ISO 5833; PMC3698342)."""


def touching_rows() -> dict[str, Mapping[str, float]]:
    """C2: capacity over that without contact when cement touches no, one and both endplates."""
    clouds = [_touching(contacts).of_density(_OSTEOPOROTIC) for contacts in CONTACTS]
    found = {}
    for name, composite in (("C2", "interdigitated"), ("C2_void", "void_filled")):
        capacity = {
            vertebra.anatomy.cement[_ARM].contacts: vertebra.filled(_ARM, composite=composite).capacity
            for vertebra in clouds
        }
        found[name] = {str(contacts): force / capacity[0] for contacts, force in capacity.items()}
    return found


def _touching(contacts: str, mesh: tuple[str, ...] = _FLAT) -> VertebraModel:
    """The wedge of the main scenario with cement that touches no, one or both endplates."""
    return bench("main", _CEMENT, f'arms.{_ARM}.cement.contacts="{contacts}"', mesh=mesh)


def neighbour_rows() -> dict[str, Mapping[str, float]]:
    """C9 and C10: what filling a crushed wedge does to the disc above, and to an equal body beyond it.

    C9 is the change of the pressure in the nucleus at the same load [%], with that pressure over load per area beside
    the intact body, how far the filled body's endplate sinks over the intact one's, and the load at which the neighbour
    yields under a force that acts farther in front over that in the middle; C10 the same load with soft and with
    regular cement over without.
    """
    vertebra = bench("main", _CEMENT, 'neighbours.beside="above"', mesh=_QUADRATIC).of_density(_OSTEOPOROTIC)
    intact, bare, filled, soft = (
        _above(vertebra, each)
        for each in (
            vertebra.intact(),
            vertebra.fresh(),
            vertebra.filled(_ARM),
            _softened(vertebra, _SOFT),
        )
    )
    pressure, sinks, strength = "disc_pressure_MPa", "endplate_deflection_mm", "adjacent_yield_N"
    return {
        "C9": {"": 100 * (filled[pressure] / bare[pressure] - 1)},
        "C9_factor": {"": intact["pressure_factor"]},
        "C9_bulge": {"": filled[sinks] / intact[sinks]},
        "C9_forward": {
            f"{_FORWARD_MM:g} mm": _at(vertebra, _FORWARD_MM)[strength] / _at(vertebra, 0.0)[strength]
        },
        "C10": {
            "soft": soft[strength] / bare[strength],
            "regular": filled[strength] / bare[strength],
        },
    }


def _above(vertebra: VertebraModel, loaded: LoadedVertebra) -> Mapping[str, float]:
    """Disc and neighbour above a vertebra, for 1 N."""
    return effects(beside(vertebra, loaded, "above"), vertebra.scenario.capacity, 1.0)


def _at(vertebra: VertebraModel, forward_mm: float) -> Mapping[str, float]:
    """The same above the crushed vertebra under a force on a line of its own."""
    neighbours = vertebra.scenario.neighbours.model_copy(update={"forward_mm": forward_mm})
    moved = vertebra.of_scenario(vertebra.scenario.model_copy(update={"neighbours": neighbours}))
    return _above(moved, moved.fresh())


def _softened(vertebra: VertebraModel, modulus: float) -> LoadedVertebra:
    """The filled vertebra with another modulus of what cement fills."""
    filled = vertebra.filled(_ARM)
    fraction = vertebra.anatomy.cement[_ARM].fraction
    young = filled.properties.young * (1 + fraction * (modulus - 1))
    return vertebra.loaded(vertebra.anatomy.treated[_ARM], replace(filled.properties, young=young))
