"""The direction of bone as the solver takes it: stiffer along the spine than across."""

from functools import cache

from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy
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


def refuse_direction(properties: MixedProperties) -> None:
    """Refuse bone that has a direction where it is pressed beyond its strength.

    The return mapping finds the nearest point of the yield surface in principal axes, which are those of the nearest
    point only where elasticity is isotropic.

    Parameters
    ----------
    properties : MixedProperties

    Raises
    ------
    ValueError
        Some bone is stiffer along its axis.
    """
    if properties.aligned is not None:
        message = (
            f"found bone with a direction ({properties.anisotropy}) in an elastic-plastic test, expected isotropic "
            'bone: its return mapping knows no other. Test bone of anisotropy "none".'
        )
        raise ValueError(message)


@cache
def _material(name: str) -> Orthotropy:
    return Orthotropy.transverse(**anisotropy_constants(name))
