"""What bands cost beside their course, and how far patients of a band lie from patients who are solved directly.

`python -m benchmarks.bench_bands --help`. Five patients of the spread between patients, and one who never unites; all
columns of a band on all days of all arms. A direct patient is a run of that patient: same cells, brackets, steps.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numba
import numpy as np

from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE, clock
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.courses.bands.band import ArmDay
from vertebra.courses.bands.beside_median import BesideMedian
from vertebra.courses.bands.lines import line_members
from vertebra.courses.bands.of_course import Lines, bands_of
from vertebra.courses.bands.patients import paces
from vertebra.courses.bands.tabulated import COLUMNS as OF_A_BAND
from vertebra.courses.bands.tabulated import Row
from vertebra.courses.day_state import State
from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.capacity.between import settle_capacity
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario

Patient = Mapping[str, float | bool]
"""Values of `[uncertainty]`."""
SHARES = (0.1, 0.3, 0.7, 0.9, 0.97)
"""Of the patients who unite sooner than each of the five."""
FIVE: tuple[Patient, ...] = tuple({"pace_ratio": pace} for pace in paces(SHARES).tolist())
NEVER: Patient = {"unites": False}
WITH_VESSELS: tuple[Patient, ...] = tuple(
    {"pace_ratio": pace, "vessel_ratio": vessels}
    for pace, vessels in ((0.5, 1.0), (0.7, 1.8), (1.0, 2.4), (1.5, 0.6), (2.0, 1.3))
)
"""Five patients of a course without collapse, in which the time of vessels counts."""
COLUMNS = {"peer": "what", "cells": "cells", "seconds": "s", "share": "of the course"} | {
    name: f"{name}, %" for name in OF_A_BAND
}


class Shelf:
    """Keeps states in memory."""

    def __init__(self):
        """Start empty."""
        self.states: dict[ArmDay, State] = {}
        self._arrays: dict[str, Mapping[str, np.ndarray]] = {}

    def has(self, arm: str, day: int) -> bool:
        """Whether a state is there."""
        return (arm, day) in self.states

    def keep(self, state: State) -> None:
        """Take a state."""
        self.states[state.arm, state.day] = state

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Take arrays."""
        self._arrays[name] = arrays

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Give them back."""
        return dict(self._arrays.get(name, {}))


def solved_rows(vertebra: VertebraModel) -> dict[ArmDay, Row]:
    """Columns of `capacity.csv` of all states of a scenario."""
    shelf = Shelf()
    solve_states(vertebra, shelf, lambda progress: None)
    states = settle_capacity(vertebra.scenario, list(shelf.states.values()))
    return {(state.arm, state.day): state.row for state in states}


def patients_of_band(
    vertebra: VertebraModel, rows: Mapping[ArmDay, Row], patients: Sequence[Patient]
) -> list[dict[ArmDay, Row]]:
    """Columns of patients on all days, by what bands are made of.

    Parameters
    ----------
    vertebra : VertebraModel
    rows : mapping of (arm, day) to mapping of str to float
        Of the median patient.
    patients : sequence of mapping
        Those who unite, but in a course that collapses.
    """
    found: list[dict[ArmDay, Row]] = [{} for _ in patients]
    for treatment in vertebra.scenario.treatments:
        mine = vertebra.under(treatment)
        if vertebra.scenario.collapses:
            beside = BesideMedian(mine, rows)
            for each, patient in zip(found, patients, strict=True):
                each |= beside.of(**patient)
            continue
        lines = Lines(mine, rows)
        pace, vessels = (
            np.array([float(each.get(name, 1.0)) for each in patients])
            for name in ("pace_ratio", "vessel_ratio")
        )
        for line, members in line_members(mine.scenario).items():
            course = lines.course(line, members)
            curves = course(pace, vessels)
            for arm, day in members:
                at = list(course.days).index(day)
                for number, each in enumerate(found):
                    each[arm, day] = {name: float(curves[name][number, at]) for name in OF_A_BAND}
    return found


def largest_errors(found: Mapping[ArmDay, Row], direct: Mapping[ArmDay, Row]) -> dict[str, float]:
    """Largest relative error of every column of a band on all days of all arms [-]."""
    return {
        name: max(abs(row[name] / direct[state][name] - 1) for state, row in found.items())
        for name in OF_A_BAND
    }


def measure(scenario: Scenario, patients: Sequence[Patient]) -> list[dict]:
    """Seconds of course and bands, and the largest errors of patients, in percent."""
    start = clock()
    vertebra = Vertebra.of(scenario)
    rows = solved_rows(vertebra)
    course = clock() - start
    start = clock()
    bands = bands_of(vertebra, rows)
    spent = clock() - start
    common = {"date": date.today().isoformat(), "cells": vertebra.anatomy.fractured.mesh.n_cells}
    out = [
        common | {"peer": "course", "seconds": course},
        common | {"peer": "bands", "seconds": spent, "share": spent / course},
    ]

    def compared(peer: str, found: Mapping[ArmDay, Row], patient: Patient) -> dict:
        errors = largest_errors(found, solved_rows(Vertebra.of(scenario.of_patient(**patient))))
        return common | {"peer": peer} | {name: 100 * error for name, error in errors.items()}

    for patient, found in zip(patients, patients_of_band(vertebra, rows, patients), strict=True):
        said = ", ".join(f"{name} {value:.3g}" for name, value in patient.items())
        out.append(compared(said, found, patient))
    if patients:
        never = {(str(row["arm"]), int(row["day"])): row for row in bands.never}
        out.append(compared("never unites", never, NEVER))
    return out


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; status 1 where a patient lies more than 2 % beside."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_bands", description=__doc__)
    parser.add_argument("--scenario", default="main")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--check", action="store_true", help="solve patients directly")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    os.environ[VARIABLE] = options.clock
    numba.set_num_threads(options.threads)
    print(describe(options.threads, bandwidth(options.threads)), f"clock: {options.clock}", sep="\n")
    scenario = read_scenario(options.scenario, options.changes)
    coarse = ("healing.days=[0,28]", "mesh.parametric.edge_mm=4") if scenario.mesh.parametric else ()
    measure(read_scenario(options.scenario, (*options.changes, *coarse)), [])  # compilation
    patients = () if not options.check else FIVE if scenario.collapses else WITH_VESSELS
    rows = measure(scenario, patients)
    print(format_table(COLUMNS, rows, markdown=options.markdown))
    if options.csv:
        append_csv(options.csv, rows)
    worst = max((row[name] for row in rows for name in OF_A_BAND if name in row), default=0.0)
    return int(worst > 2)


if __name__ == "__main__":
    sys.exit(main())
