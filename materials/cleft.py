"""A cleft in crushed bone that opens when the patient lies and closes when he stands.

Two images, lying and standing, show the gap as far as no bone spans it,

    motion = c (1 - b)

with the thickness c of the open cleft and the share b of it that is woven or remodelled bone. Soft tissue holds nothing
of it back: in clefts that still moved at operation it lined the walls as a membrane of fibrocartilage, and serous fluid
or gas filled the space between [1]_. Fresh fractures with a fluid cleft move by 4.3 +- 3.8 mm, those without by
0.6 +- 2.2 [2]_.

What tissue feels that grows across is another matter, and decides in the mechano-regulated law whether it becomes bone.
Under a change of load dF, tissue of modulus E over an area A is compressed by

    closing = c / (1 + E A / dF),   strain = closing / (c + L)

so that bone hardly strains and soft tissue gives way; L is the height of the tissue that shares the motion. Under a
platen that may turn, what fills one side of the cleft tilts it, and the other side closes as if nothing were filled.

References
----------
.. [1] K. Hasegawa et al., Vertebral pseudarthrosis in the osteoporotic spine, Spine 23:2201 (1998),
   doi 10.1097/00007632-199810150-00011: five operations
.. [2] T. A. Hutchins et al., Acute traumatic intraosseous fluid sign predisposes to dynamic fracture mobility, Emerg.
   Radiol. (2016), doi 10.1007/s10140-016-1460-8
"""

import numpy as np

from .table import value

_FLAT = 1e-9
"""Spread of the parts of a cleft beside the pivot, over their moment, below which nothing tilts."""


def unbridged_mm(thickness_mm: float, bridged: float) -> float:
    """Motion of a cleft between lying and standing: its thickness as far as no bone spans it [mm]."""
    return thickness_mm * (1 - bridged)


def closing_mm(thickness_mm: float, young: float, area_mm2: float, force: float) -> float:
    """Compression of the tissue in a cleft under a change of load.

    Parameters
    ----------
    thickness_mm : float [mm]
    young : float [MPa]
        Of the tissue in it.
    area_mm2 : float [mm2]
        Of the tissue that bears the change of load (`bearing_area_mm2`).
    force : float [N]
        Change of the compressive load; nothing closes where it is not positive.

    Returns
    -------
    float [mm]
    """
    return thickness_mm * force / (force + young * area_mm2) if force > 0 else 0.0


def tilted_closing_mm(
    thickness_mm: float, young: np.ndarray, area_mm2: np.ndarray, place_mm: np.ndarray, force: float
) -> np.ndarray:
    """Compression of the parts of a cleft under a change of load whose platen may turn.

    Parts stand side by side as springs between two planes:

        k_i = (E_i A_i + dF A_i / A) / c,   closing_i = u + t x_i within 0 and c
        sum k_i (u + t x_i) = dF,   sum k_i (u + t x_i) x_i = 0

    Where all parts are alike and lie around the pivot, t is 0 and closing that of `closing_mm`.

    Parameters
    ----------
    thickness_mm : float [mm]
    young, area_mm2 : ndarray, shape (n,) [MPa], [mm2]
        Of the tissue in each part.
    place_mm : ndarray, shape (n,) [mm]
        Of each part beside the pivot of the platen; all 0 under one that may not turn.
    force : float [N]
        Change of the compressive load; nothing closes where it is not positive.

    Returns
    -------
    ndarray, shape (n,) [mm]
    """
    if not force > 0:
        return np.zeros(len(young))
    stiffness = (young * area_mm2 + force * area_mm2 / area_mm2.sum()) / thickness_mm
    whole, first, second = (float(stiffness @ place_mm**power) for power in (0, 1, 2))
    spread = whole * second - first**2
    if spread <= _FLAT * whole * second:
        return np.full(len(young), force / whole)
    closing = force * (second - first * place_mm) / spread
    return np.clip(closing, 0.0, thickness_mm)


def bearing_area_mm2(cleft_mm2: float, section_mm2: float) -> float:
    """Area of tissue that bears a change of load across a cleft: the cleft, and a share of the section beside it.

    Parameters
    ----------
    cleft_mm2, section_mm2 : float [mm2]
        Of the cleft in plan, and of the whole section.

    Returns
    -------
    float [mm2]
    """
    return cleft_mm2 + value("cleft", "section_beside") * (section_mm2 - cleft_mm2)


def cleft_strain(closing, thickness_mm: float):
    """Compressive strain of the tissue in a cleft that closes by so much, a number or an array [mm]; [-]."""
    return closing / (thickness_mm + value("cleft", "shared_tissue"))


def wedge_deg(closing: float, depth_mm: float) -> float:
    """Angle by which a front that closes turns a body about its back wall [degree]."""
    return float(np.degrees(np.arctan2(closing, depth_mm)))
