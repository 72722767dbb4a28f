"""A folder as a run leaves it, small enough to be written by hand: tables and manifest, no fields."""

import json

from vertebra.records.columns import (
    ACTIVITIES,
    CAPACITY,
    CATCHING_UP,
    FOLLOW_UP,
    HEALING,
    INTERACTION,
    LOAD_DISPLACEMENT,
    LOAD_TO_STRENGTH,
    RUN_TABLES,
    TISSUE,
)
from vertebra.records.tables import activity_rows, load_to_strength_rows, with_ratios, write_csv

LOADS = {"standing": 600.0, "stooped_lift_20kg": 3000.0}


def state(arm, day, service, capacity=None, stiffness=15000.0, height=22.0, **more):
    """Row of `capacity.csv`."""
    return (
        dict.fromkeys(CAPACITY.names, 0.5)
        | {
            "arm": arm,
            "day": day,
            "service_N": service,
            "capacity_N": service if capacity is None else capacity,
            "stiffness_N_per_mm": stiffness,
            "height_mm": height,
            "ultimate_N": "",
            "force_1p9_percent_N": "",
            "capacity_low_N": "",
            "capacity_high_N": "",
            "capacity_basis": "",
            "stiffness_error_percent": "",
        }
        | more
    )


INTACT = state("intact", 0, 2000.0, 2800.0, 19000.0, 24.0)


def wedge():
    """An arm that heals and one with cement on day 7, two weeks of it."""
    return [
        INTACT,
        state("conservative", 0, 1400.0, 2400.0),
        state("conservative", 7, 1390.0, 2400.0),
        state("conservative", 14, 1850.0, 2500.0),
        state("cement", 0, 1400.0, 2400.0),
        state("cement", 7, 1700.0, 2600.0),
        state("cement", 14, 1900.0, 2700.0),
    ]


def write_folder(folder, states, cement=None, extra=None, name="L1 <b>wedge</b> & co", columns=()):
    """Write tables and manifest; `cement` gives the day of each cemented arm."""
    folder.mkdir(exist_ok=True)
    rows = with_ratios(states)
    arms = list(dict.fromkeys(row["arm"] for row in rows if row["arm"] != "intact"))
    given = cement or {}
    tables = {table: [] for table in RUN_TABLES}
    tables[CAPACITY] = rows
    tables[ACTIVITIES] = activity_rows(rows, LOADS, 1.0)
    daily = {(row["arm"], float(row["day"])): 500.0 for row in rows if row["arm"] != "intact"}
    tables[LOAD_TO_STRENGTH] = load_to_strength_rows(rows, LOADS, daily)
    broken = [row for row in rows if row["arm"] != "intact"]
    tables[TISSUE] = [
        dict.fromkeys(TISSUE.names, 0.0)
        | {"arm": row["arm"], "day": row["day"], "woven": 0.4, "granulation": 0.6}
        for row in broken
    ]
    tables[HEALING] = [
        dict.fromkeys(HEALING.names, 0.5) | {"arm": row["arm"], "day": row["day"]} for row in broken
    ]
    tables[FOLLOW_UP] = [
        dict.fromkeys(FOLLOW_UP.names_with(LOADS), 0.3)
        | {
            "arm": row["arm"],
            "week": float(row["day"]) / 7,
            "day": row["day"],
            "basis": "computed",
            "from_day": row["day"],
            "to_day": row["day"],
            "daily_load_N": 500.0,
        }
        | {name: row[name] for name in ("capacity_N", "service_N", "stiffness_N_per_mm", "capacity_ratio")}
        for row in broken
    ]
    tables[CATCHING_UP] = [
        {
            "arm": arm,
            "without": "conservative",
            "quantity": "service_N",
            "injected_on_day": day,
            "value_with_cement": 1700.0,
        }
        | {"reached_on_day": 11.7, "level_on_day": ""}
        for arm, day in given.items()
    ]
    for table, listed in tables.items():
        names = table.names_with(LOADS)
        if table is CAPACITY:
            names = (*names, *columns)
        write_csv(folder / table.file, names, listed)
    (folder / "manifest.json").write_text(
        json.dumps(manifest(name, arms, given) | (extra or {})), encoding="utf-8"
    )
    return rows


def manifest(name, arms, cement):
    """What the report reads of a manifest."""
    return {
        "program": "vertebra",
        "version": "0.1.0",
        "created": "2026-01-01T00:00:00+00:00",
        "name": name,
        "scenario": {
            "arms": [
                {
                    "name": arm,
                    "cement": {"day": cement[arm], "product": "pmma", "approach": "bipedicular"}
                    if arm in cement
                    else None,
                }
                for arm in arms
            ],
            "loading": {"load_to_strength_limit": 1.0, "ends": "pmma_caps", "rotation": "fixed"},
            "capacity": {"rule": "surface"},
            "output": {"load_N": 1000.0},
        },
        "given": {"name": name, "bone": {"density_qct_mg_cm3": 100}},
        "sources": [{"quantity": "bone.x", "value": "2 MPa", "source": "Author 2002 <x>", "certainty": "A"}],
        "notes": ["a note"],
        "healing": {
            arm: {
                "t50": 42.0,
                "t80": 53.0,
                "t95": 73.6,
                "first_path_day": 31.0,
                "bridging_day": None,
                "outcome": "not yet",
                "reason": "bone has not had the time",
                "remodelling_formed_mg": 1.5,
                "remodelling_resorbed_mg": 0.25,
            }
            for arm in arms[:1]
        },
        "non_union": {"probability": 0.15, "low": 0.135, "high": 0.175} if arms else None,
        "shape": {
            body: {
                "anterior_mm": 25.0,
                "middle_mm": 23.0,
                "posterior_mm": 24.0,
                "mean_mm": 24.1,
                "wedge_angle_deg": a,
            }
            for body, a in (("intact", -1.7), ("fractured", 5.9))
        },
        "cement": {
            arm: {
                "touches": "no endplate",
                "volume_ml": 3.997,
                "body_share": 0.17,
                "contact_superior": 0.0,
                "contact_inferior": 0.0,
                "clearance_superior_mm": 3.2,
                "clearance_inferior_mm": 2.6,
                "reach_superior_mm": 2.0,
                "reach_inferior_mm": None,
                "elements_across": 3.9,
            }
            for arm in cement
        },
        "virtual_test": None,
        "interaction": None,
        "loads": {
            "level": "L1",
            "level_is_assumed": True,
            "body_mass_kg": 62.0,
            "body_mass_is_assumed": False,
        },
        "warnings": ["a warning"],
    }


__all__ = [
    "INTACT",
    "INTERACTION",
    "LOADS",
    "LOAD_DISPLACEMENT",
    "manifest",
    "state",
    "wedge",
    "write_folder",
]
