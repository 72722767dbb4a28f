"""The direction of bone as the solver takes it: stiffer along the spine than across."""

from functools import cache

from vertebra.fem.anisotropy import Anisotropy, Orthotropy
from vertebra.materials.bone import anisotropy_constants
from vertebra.materials.mixture import MixedProperties


def anisotropy_of(properties: MixedProperties) -> Anisotropy | None:
    """Anisotropy of all cells, its axis that of the spine; None where bone has no direction.

    Parameters
    ----------
    properties : MixedProperties
    """
    if properties.aligned is None:
        return None
    return Anisotropy(_material(properties.anisotropy), properties.aligned)


@cache
def _material(name: str) -> Orthotropy:
    return Orthotropy.transverse(**anisotropy_constants(name))
