"""What stands between the vertebral body and the platens: caps or disc layers."""

import numpy as np

from .mixture import MixedProperties
from .table import row


def with_ends(bone: MixedProperties, is_bone, ends: str = "pmma_caps") -> MixedProperties:
    """Spread properties of the bone elements over a mesh that has caps or disc layers as well.

    Parameters
    ----------
    bone : MixedProperties
        Of the bone elements only, in the order in which they stand in the mesh.
    is_bone : ndarray of bool, shape (m,)
    ends : str
        Row of `ends.toml`: `pmma_caps` or `discs`. Their strength is infinite: they are test equipment.

    Returns
    -------
    MixedProperties
        Of all m elements.
    """
    end = row("ends", ends).parameters

    def spread(values, at_end):
        everywhere = np.full(len(is_bone), float(at_end))
        everywhere[is_bone] = values
        return everywhere

    return MixedProperties(
        young=spread(bone.young, end["young"]),
        poisson=spread(bone.poisson, end["poisson"]),
        strength_compression=spread(bone.strength_compression, np.inf),
        strength_tension=spread(bone.strength_tension, np.inf),
        anisotropy=bone.anisotropy,
        aligned=None if bone.aligned is None else spread(bone.aligned, 0.0),
    )
