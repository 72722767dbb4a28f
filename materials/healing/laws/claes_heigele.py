"""Differentiation by strain and hydrostatic pressure after Claes & Heigele 1999."""

import numpy as np

from ...table import value
from ...tissue import TissueState
from .differentiation import Differentiation, above, below
from .strain import largest_strain, volumetric_strain

_SOFT = ("haematoma", "granulation", "fibrous", "cartilage")


def claes_heigele(strain, pressure) -> Differentiation:
    """Bone, cartilage or connective tissue from the largest strain and the hydrostatic stress.

    With e the largest magnitude of a principal strain and p the hydrostatic stress (compression negative):

    e < 5 %  and |p| < 0.15 MPa     bone forms directly (intramembranous)
    e < 15 % and p < -0.15 MPa      bone forms through cartilage (endochondral)
    otherwise, e < 15 %             connective tissue or fibrous cartilage
    e > 15 %                        connective tissue; cartilage and bone give way to it

    The rule has no disuse.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]
    pressure : ndarray, shape (m,) [MPa]
        Of the repair tissue, see `tissue_pressure`; tension positive.

    Returns
    -------
    Differentiation

    References
    ----------
    .. [1] Claes & Heigele 1999, J Biomech 32:255, doi 10.1016/S0021-9290(98)00153-5
    """
    width = value("mechanoregulation", "transition")
    small, large = (value("mechanoregulation", f"claes_heigele.strain.{name}") for name in ("bone", "any"))
    limit = value("mechanoregulation", "claes_heigele.pressure")
    measure, pressure = largest_strain(strain), np.asarray(pressure, dtype=float)
    direct = below(measure, small, width) * below(np.abs(pressure), limit, width)
    bearable = below(measure, large, width)
    through_cartilage = bearable * above(-pressure, limit, width)
    either = np.minimum(direct + through_cartilage, 1)
    fibrous = value("mechanoregulation", "claes_heigele.fibrocartilage") * bearable
    return Differentiation(
        intramembranous=direct,
        chondrogenesis=np.maximum(either, fibrous),
        ossification=either,
        mineralisation=either,
        maturation=either,
        rupture=1 - bearable,
        resorption=np.zeros_like(measure),
    )


def tissue_pressure(strain, state: TissueState) -> np.ndarray:
    """Hydrostatic stress in the soft repair tissue, p = K (e1 + e2 + e3); compression negative.

    A choice: the stress of an element is carried by crushed and new bone, but the cells that differentiate sit
    in the soft tissue between. It shares the strain of its element and answers with its own bulk modulus

    K = sum f_i E_i / (3 (1 - 2 nu)),

    f_i the shares of haematoma, granulation, fibrous tissue and cartilage among themselves.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]
    state : TissueState

    Returns
    -------
    ndarray, shape (m,) [MPa]
        0 where no soft tissue is left.
    """
    soft = sum(state.share(name) for name in _SOFT)
    young = state.soft_young() / np.where(soft > 0, soft, 1.0)
    bulk = young / (3 * (1 - 2 * value("mechanoregulation", "claes_heigele.poisson")))
    return bulk * volumetric_strain(strain)
