"""Anterior height of a fractured body over a year, the model beside people: table and figure.

    python docs/figures/height.py                        # the figure of the documentation
    python docs/figures/height.py --edge 3 --order 2 --out height-tet10.csv
    python docs/figures/height.py --draw                 # the figure again from the table

Writes one row a schedule, patient and day. The body is that on which the exponent of stress of the creep law was fitted
to the height of patients at six months.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import matplotlib

from vertebra.checks.observed.bench import days_of, followed, patient
from vertebra.checks.observed.rows import cohort_of
from vertebra.courses.bands.patients import SHARES, paces

HERE = Path(__file__).parent
COLUMNS = ("schedule", "patient", "day", "anterior_height_percent", "edge_mm", "order")
DAYS = (0, 1, 3, 7, 14, 21, 28, 42, 56, 84, 112, 147, 182, 273, 365)
DENSITY = 100.0
_ARMS = (
    "arms=[{name='conservative'},{name='vertebroplasty',"
    "cement={day=7,volume_ml=4.0,approach='bipedicular',product='pmma'}}]"
)
_SHOWN = {
    "vertebroplasty": ("#08519c", "cement on day 7"),
    "rest and brace": ("#1b7837", "two weeks in bed,\nthen a brace"),
    "conservative": ("#8c2d04", "unrestricted"),
}
"""Colour and label; the last is drawn above the others, with which it shares its first days."""
_PEOPLE = (
    (7, 84.6, None, "o", "black", "139 bodies, unrestricted (Qasem 2014)"),
    (182, 63.7, None, "o", "black", None),
    (182, 84.6 - 20.9, 6, "s", "#8c2d04", "no bed rest, 108 patients (Funayama 2022)"),
    (182, 84.6 - 6.4, 6, "s", "#1b7837", "two weeks of bed rest, 116 (the same)"),
)
"""Day, height [%], shift to the right to be seen [d], mark, colour, label. Of Funayama the change of A / P is put below
the first height of Qasem."""


def table(edge_mm: float, order: int) -> Iterator[dict]:
    """One row a schedule, patient and day."""
    mesh = (f"mesh.parametric.edge_mm={edge_mm}", f"mesh.order={order}")
    known = {**cohort_of("T1"), "density_qct_mg_cm3": DENSITY}
    fast, slow = paces(SHARES).tolist()
    patients = {"median": {}, "fast": {"pace_ratio": fast}, "slow": {"pace_ratio": slow}}
    free = patient(known, _ARMS, f"healing.days={list(DAYS)}", mesh=mesh)
    courses = {name: followed(free.of_patient(**values)) for name, values in patients.items()}
    for name, course in courses.items():
        for (arm, day), row in course.items():
            if "height_anterior_ratio" in row:
                yield _row(arm, name, day, row["height_anterior_ratio"], edge_mm, order)
    phases = f"loading.phases={days_of(14, brace=True)}"
    rested = followed(patient(known, phases, f"healing.days={list(DAYS)}", mesh=mesh))
    for (_, day), row in rested.items():
        if "height_anterior_ratio" in row:
            yield _row("rest and brace", "median", day, row["height_anterior_ratio"], edge_mm, order)


def _row(schedule: str, who: str, day: int, ratio: float, edge_mm: float, order: int) -> dict:
    return dict(zip(COLUMNS, (schedule, who, day, round(100 * ratio, 2), edge_mm, order), strict=True))


def read(path: Path) -> list[dict]:
    """Rows of a table that was written."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = ("day", "anterior_height_percent", "edge_mm", "order")
    return [row | {name: float(row[name]) for name in numbers} for row in rows]


def draw(rows: list[dict], path: Path) -> None:
    """Height over time: lines and bands of the model, marks of people."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    def curve(schedule: str, who: str) -> tuple[list[float], list[float]]:
        mine = sorted(
            (row["day"], row["anterior_height_percent"])
            for row in rows
            if (row["schedule"], row["patient"]) == (schedule, who)
        )
        return [day for day, _ in mine], [height for _, height in mine]

    figure, axis = plt.subplots(figsize=(7.4, 4.4), layout="constrained")
    for schedule, (colour, label) in _SHOWN.items():
        days, height = curve(schedule, "median")
        axis.plot(days, height, color=colour, lw=1.8)
        place = {"color": colour, "fontweight": "bold", "fontsize": 9, "va": "center"}
        axis.annotate(label, (days[-1], height[-1]), (8, 0), textcoords="offset points", **place)
        _, high = curve(schedule, "fast")
        _, low = curve(schedule, "slow")
        if high:
            axis.fill_between(days, low, high, color=colour, alpha=0.18, lw=0)
    for day, height, shift, mark, colour, label in _PEOPLE:
        axis.plot([day + (shift or 0)], [height], mark, color=colour, mfc="white", ms=6, label=label)
    axis.set(
        xlabel="days since the fracture",
        ylabel="anterior height over that before the fracture [%]",
        xlim=(-6, 371),
        ylim=(50, 88),
    )
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(fontsize=8.5, loc="lower left", frameon=False)
    axis.set_title(
        "Height after a wedge fracture of L1: model (lines; bands hold 8 of 10 patients by pace)\n"
        "beside people (marks)",
        fontsize=10,
    )
    figure.savefig(path, dpi=150)


def main() -> None:
    """Read the command line, compute, write and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--edge", type=float, default=4.0)
    parser.add_argument("--order", type=int, default=1, choices=(1, 2))
    parser.add_argument("--out", type=Path, default=HERE / "height.csv")
    parser.add_argument("--draw", action="store_true", help="draw from the table, compute nothing")
    given = parser.parse_args()
    if not given.draw:
        rows = list(table(given.edge, given.order))
        with given.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    draw(read(given.out), given.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
