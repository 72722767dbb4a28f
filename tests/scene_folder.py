"""A result with fields, made of a box: two arms, three days, cement in one; every field follows a formula."""

import numpy as np
from report_folder import state, write_folder

from vertebra.meshes.shapes import box
from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.fields.vtkhdf import write_fields

DAYS = {"intact": [0], "conservative": [0, 7, 14], "cement": [0, 7, 14]}
POINTS, CELLS = box((20.0, 16.0, 12.0), (6, 5, 6))
POINTS = POINTS - [10.0, 8.0, 6.0]
CENTRES = POINTS[CELLS[:, :4]].mean(axis=1)
REGION = np.full(len(CELLS), REGIONS.index("trabecular"))
REGION[CENTRES[:, 2] > 4.0], REGION[CENTRES[:, 2] < -4.0] = (
    REGIONS.index(f"{side}_cap") for side in ("superior", "inferior")
)
BAND = (np.abs(CENTRES[:, 2]) < 2.0).astype(float)
CEMENT = (np.abs(CENTRES) < [4.0, 4.0, 3.0]).all(axis=1).astype(float)

SIDE = np.sign(POINTS[CELLS[:, :4]] @ [0.0, 0.2, 1.0] - 0.3)
PASSED = np.where(np.ptp(SIDE, axis=1) > 0, 2.0, 0.0)
"""The weakest surface is the plane z = 0.3 - 0.2 y."""


def fields_of(arm, day):
    """Point and cell fields of a state."""
    filled = CEMENT if arm == "cement" and day >= 7 else 0.0 * CEMENT
    broken = (BAND if arm != "intact" else 0.0 * BAND) * (1 - filled)
    stress = np.zeros((len(CELLS), 6))
    stress[:, 2] = -1.0 - 0.1 * CENTRES[:, 1]
    strain = stress / 300.0
    tissue = {
        name: np.zeros(len(CELLS)) for name in ("granulation", "fibrous", "cartilage", "woven", "remodelled")
    }
    tissue["granulation"] = broken * (1 - day / 28)
    tissue["woven"] = broken * day / 28
    tissue |= {"host": 1 - broken - filled, "cement": filled}
    cells = {
        "stress_MPa": stress[:, [0, 1, 2, 5, 3, 4]],
        "strain": strain[:, [0, 1, 2, 5, 3, 4]],
        "von_mises_MPa": np.abs(stress[:, 2]),
        "utilisation": 0.5 + 0.05 * CENTRES[:, 0] + 0.01 * day,
        "young_MPa": 300.0 - 295.0 * tissue["granulation"] + 2000.0 * filled,
        "density_mg_cm3": np.full(len(CELLS), 100.0),
        "weakest_surface_mm2": PASSED,
        **{f"tissue_{name}": values for name, values in tissue.items()},
    }
    displacement = np.zeros_like(POINTS)
    displacement[:, 2] = -0.01 * (POINTS[:, 2] + 6.0)
    return {"displacement_mm": displacement}, cells


def write_scene_folder(folder):
    """Write tables, manifest and fields."""
    rows = [state("intact", 0, 2000.0, 2800.0)]
    rows += [state(arm, day, 1400.0 + 20 * day) for arm in ("conservative", "cement") for day in DAYS[arm]]
    write_folder(folder, rows, {"cement": 7})
    for arm, days in DAYS.items():
        write_fields(
            folder / f"fields-{arm}.vtkhdf",
            [POINTS] * len(days),
            CELLS,
            days,
            (fields_of(arm, day) for day in days),
            {"region": REGION.astype(np.int8)},
            {"region_names": REGIONS},
        )
    return folder
