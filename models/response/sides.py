"""How evenly the two sides of a fractured body bear and heal, as where cement fills one of them."""

import numpy as np

from vertebra.materials.tissue import TissueState

from ..fractured_bone import FracturedBone
from .loaded import LoadedVertebra


def sides_row(
    bone: FracturedBone, loaded: LoadedVertebra, tissue: TissueState, force: float
) -> dict[str, float]:
    """Columns of `augmentation.csv` about right and left.

    Parameters
    ----------
    bone : FracturedBone
    loaded : LoadedVertebra
    tissue : TissueState
        Of the bone cells.
    force : float [N]
        Axial, for the tilt.

    Returns
    -------
    dict of str to float
        `load_share_right`, axial force in the right half of the fracture zone, cement included, over that of the zone;
        `lateral_tilt_deg`, by which the upper end surface leans to the right over the lower one under the force;
        `maturity_right`, `maturity_left`, mineral maturity of the territory of repair beside the cement. NaN without a
        zone.
    """
    mesh, inside = loaded.specimen.mesh, bone.is_bone
    ends = mesh.points[mesh.node_sets["superior_endplate"], 0]
    x = mesh.points[mesh.cells[inside, :4], 0].mean(axis=1)
    right = x > (ends.min() + ends.max()) / 2
    axial = bone.volume * loaded.measured.stress[inside, 2]
    repair = bone.cell_volume * tissue.repair * (1 - tissue.cement)
    return {
        "load_share_right": _over(float(axial[right].sum()), float(axial.sum())),
        "lateral_tilt_deg": force * _leaning(loaded),
        "maturity_right": _over(float(repair[right] @ tissue.maturity[right]), float(repair[right].sum())),
        "maturity_left": _over(float(repair[~right] @ tissue.maturity[~right]), float(repair[~right].sum())),
    }


def _leaning(loaded: LoadedVertebra) -> float:
    """Lateral tilt of the upper over the lower end surface under unit axial force, positive to the right [deg/N]."""
    mesh, moved = loaded.specimen.mesh, loaded.measured.displacement
    slopes = []
    for side in ("superior", "inferior"):
        nodes = mesh.node_sets[f"{side}_endplate"]
        slopes.append(np.polyfit(mesh.points[nodes, 0], moved[nodes, 2], 1)[0])
    return float(np.degrees(slopes[1] - slopes[0]))


def _over(part: float, whole: float) -> float:
    """Ratio; NaN over nothing."""
    return float(part / whole) if whole != 0 else float("nan")
