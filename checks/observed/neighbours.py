"""Rows of the neighbours: pressure of the disc beside cement, strength of the level beyond it."""

from collections.abc import Mapping
from dataclasses import replace

from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.segment.beside import beside
from vertebra.models.segment.effects import effects
from vertebra.models.vertebra_model import VertebraModel

from .bench import bench

_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_CEMENT = f'arms=[{{name="{_ARM}",cement={{day=0,volume_ml=4.0,clearance_mm=3.0}}}}]'
_SOFT = 954 / 1937
"""Modulus of serum-modified over that of standard PMMA (ISO 5833; PMC3698342)."""


def neighbour_rows(mesh: tuple[str, ...] = _QUADRATIC) -> dict[str, Mapping[str, float]]:
    """C9 and C10: what filling a crushed wedge does to the disc above, and to an equal body beyond it.

    C9 is the change of the pressure in the nucleus at the same load [%]; C10 the load at which the neighbour yields,
    with soft and with regular cement over without.
    """
    vertebra = bench("main", _CEMENT, 'neighbours.beside="above"', mesh=mesh).of_density(_OSTEOPOROTIC)
    bare, filled = (_above(vertebra, each) for each in (vertebra.fresh(), vertebra.filled(_ARM)))
    soft = _above(vertebra, _softened(vertebra, _SOFT))
    pressure, strength = "disc_pressure_MPa", "adjacent_yield_N"
    return {
        "C9": {"": 100 * (filled[pressure] / bare[pressure] - 1)},
        "C10": {
            "soft": soft[strength] / bare[strength],
            "regular": filled[strength] / bare[strength],
        },
    }


def _above(vertebra: VertebraModel, loaded: LoadedVertebra) -> Mapping[str, float]:
    """Disc and neighbour above a vertebra, for 1 N."""
    return effects(beside(vertebra, loaded, "above"), vertebra.scenario.capacity, 1.0)


def _softened(vertebra: VertebraModel, modulus: float) -> LoadedVertebra:
    """The filled vertebra with another modulus of what cement fills."""
    filled = vertebra.filled(_ARM)
    fraction = vertebra.anatomy.cement[_ARM].fraction
    young = filled.properties.young * (1 + fraction * (modulus - 1))
    return vertebra.loaded(vertebra.anatomy.treated[_ARM], replace(filled.properties, young=young))
