"""Quick runs of the bundled scenarios, and how to read what they leave."""

import json

from vertebra.records.tables import read_csv

DAYS = {  # the day of the cement is added by the run where it is not listed
    "main": [0, 3, 365],
    "intact": [0],
    "biconcave": [0, 28, 365],
    "crush": [0, 7, 14, 28, 42, 56, 84, 182, 365],
    "surface": [0, 7],
    "direct": [0, 28],
    "endochondral": [0, 28],
    "rehabilitation": [0, 84],
}
CEMENT_DAY = {"main": 7, "surface": 7, "biconcave": 14}


def coarse(name, *overrides, pictures=False):
    """Arguments of a quick run: 4 mm, 4-node tetrahedra, few days."""
    anatomy = "surface" if name == "surface" else "parametric"
    given = (
        f"mesh.{anatomy}.edge_mm=4",
        "mesh.order=1",
        f"healing.days={DAYS[name]}",
        f"output.pictures={str(pictures).lower()}",
        *overrides,
    )
    return ["run", name, *(word for text in given for word in ("--set", text))]


def by_arm_and_day(folder, table="capacity.csv"):
    return {(row["arm"], row["day"]): row for row in read_csv(folder / table)}


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def header(file):
    return tuple(file.read_text(encoding="utf-8").splitlines()[0].split(","))
