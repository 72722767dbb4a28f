"""How much a vertebra moves between lying and standing: what two radiographs show."""

import numpy as np

from vertebra.materials.tissue import TissueState
from vertebra.models.response.loaded import LoadedVertebra

from .daily_load import daily_load, lying_load, standing_load
from .zone import Zone


def mobility_row(zone: Zone, tissue: TissueState, day: float, loaded: LoadedVertebra) -> dict[str, float]:
    """Columns of `healing.csv` about motion.

    The gap of the cleft as far as it is not bridged, and elastic shortening, between lying and standing.

    Parameters
    ----------
    zone : Zone
    tissue : TissueState
    day : float [d]
    loaded : LoadedVertebra

    Returns
    -------
    dict of str to float
        `cleft_strain_percent` is that under the daily load, NaN without a cleft.
    """
    scenario, cleft = zone.scenario, zone.cleft
    change = standing_load(scenario) - lying_load(scenario)
    mm, deg = change / loaded.stiffness, change * _wedging(loaded)
    strain = float("nan")
    if cleft is not None:
        mm += cleft.motion_mm(tissue)
        deg += cleft.motion_deg(tissue)
        felt = max(daily_load(scenario, day) - lying_load(scenario), 0.0)
        strain = 100 * cleft.strain(tissue, felt)
    return {"mobility_mm": mm, "mobility_deg": deg, "cleft_strain_percent": strain}


def _wedging(loaded: LoadedVertebra) -> float:
    """Change of the angle between the endplates under unit axial force, positive where the front closes [deg/N]."""
    mesh, moved = loaded.specimen.mesh, loaded.measured.displacement
    slopes = []
    for side in ("superior", "inferior"):
        nodes = mesh.node_sets[f"{side}_endplate"]
        slopes.append(np.polyfit(mesh.points[nodes, 1], moved[nodes, 2], 1)[0])
    return float(np.degrees(slopes[1] - slopes[0]))
