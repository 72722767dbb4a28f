"""What each factor of the patient, each drug, bed rest and a cleft do to a crushed L1: table of three days.

    python docs/figures/patient_factors.py
    python docs/figures/patient_factors.py --edge 2 --order 2 --out factors.csv

One row a patient: time ratio, t80, chance that the fracture never unites, and capacity, service load and stiffness over
the intact body. Bone and height of the scenario stay, so that the rows show what the factor does beside both.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from vertebra.courses.known import gain_times, natural_branch
from vertebra.courses.vertebra import Vertebra
from vertebra.models.patient import effect_of_patient, non_union_chance
from vertebra.scenarios.reading import read_scenario

HERE = Path(__file__).parent
DAYS = (42, 182, 730)
NUMBERS = ("capacity", "service", "stiffness")
IN_BED = "loading.phases=[{from_day=0,activity='lying'},{from_day=28,activity='standing'}]"
PATIENTS: dict[str, tuple[str, ...]] = {
    "reference": (),
    "50 years": ("patient.age_years=50",),
    "65 years": ("patient.age_years=65",),
    "90 years": ("patient.age_years=90",),
    "smoker": ("patient.smoker=true",),
    "heavy alcohol": ("patient.heavy_alcohol=true",),
    "vitamin D deficient": ("patient.vitamin_d_deficiency=true",),
    "calcium deficient": ("patient.calcium_deficiency=true",),
    "diabetes": ("patient.diabetes=true",),
    "glucocorticoids": ("patient.glucocorticoids=true",),
    "NSAID, days 0-14": ("patient.nsaid_days=[0,14]",),
    "steroid course, days 0-14": ("patient.steroid_days=[0,14]",),
    **{f"T-score {score / 10:g}": (f"patient.t_score={score / 10}",) for score in range(-40, 11, 5)},
    "bisphosphonate": ("treatment.drug=bisphosphonate",),
    "denosumab": ("treatment.drug=denosumab",),
    "teriparatide": ("treatment.drug=teriparatide",),
    "teriparatide, half of the doses": ("treatment.drug=teriparatide", "treatment.adherence=0.5"),
    "teriparatide from day 84": ("treatment.drug=teriparatide", "treatment.from_day=84"),
    "romosozumab": ("treatment.drug=romosozumab",),
    "4 weeks in bed": (IN_BED,),
    "cleft of 1 mm": ("fracture.cleft_mm=1",),
    "cleft of 4 mm": ("fracture.cleft_mm=4",),
    "slow patient (pace 1.9)": ("uncertainty.pace_ratio=1.9",),
    "fast patient (pace 0.53)": ("uncertainty.pace_ratio=0.53",),
    "never unites": ("uncertainty.unites=false",),
}
COLUMNS = (
    "patient",
    "time_ratio",
    "t80_days",
    "never_united_share",
    *(f"{number}_ratio_day_{day}" for day in DAYS for number in NUMBERS),
)


def table(edge_mm: float, order: int) -> Iterator[dict[str, float | str]]:
    """Rows of all patients on one mesh."""
    days = f"healing.days=[{','.join(map(str, (0, *DAYS)))}]"
    for patient, changes in PATIENTS.items():
        mesh = (f"mesh.parametric.edge_mm={edge_mm}", f"mesh.order={order}")
        scenario = read_scenario("crush", (*mesh, days, "fracture.collapse=false", *changes))
        body = Vertebra.of(scenario)
        intact, branch = body.intact(), natural_branch(body)
        row: dict[str, float | str] = {
            "patient": patient,
            "time_ratio": effect_of_patient(scenario).total("time").ratio,
            "t80_days": gain_times(branch, body.bone(branch.geometry))[1],
            "never_united_share": non_union_chance(scenario).probability,
        }
        for day in DAYS:
            state = body.on(day, scenario.arms[0].name)
            for number in NUMBERS:
                row[f"{number}_ratio_day_{day}"] = getattr(state, number) / getattr(intact, number)
        yield row


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--edge", type=float, default=4.0, help="edge length of the mesh in mm")
    parser.add_argument("--order", type=int, default=1, choices=(1, 2), help="order of the elements")
    parser.add_argument("--out", type=Path, default=HERE / "patient_factors.csv")
    asked = parser.parse_args()
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in table(asked.edge, asked.order):
            writer.writerow({k: v if isinstance(v, str) else f"{v:.4g}" for k, v in row.items()})


if __name__ == "__main__":
    main()
