"""A case from those it lies between that were computed in full, with its error.

All are followed through all days on a coarser mesh, as samples of the total band are (`uncertainty.sampled`). What a
case in full has found, times the ratio of the two courses there, is the other case; the two values, from either side,
are weighted by nearness, and the error is how far they are apart. Such a case has capacity, service load, stiffness
and height, and no fields.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.plan import INTACT, arm_days
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.columns import CAPACITY
from vertebra.records.tables import Row, read_csv, write_csv
from vertebra.records.workspace import PROGRAM
from vertebra.scenarios.schema import Scenario

from ...uncertainty.sampled import ArmDay, coarse_scenario, coarser_steps, followed, sample_rows
from ...uncertainty.shared_grounds import SharedGrounds
from ..case import Case
from ..failing import failure_of
from ..folder import MANIFEST
from ..sharing import CaseWorker

BASIS = "ratio"
"""Value of `capacity_basis` of such a case."""
Course = Mapping[ArmDay, Mapping[str, float]]
"""What every state of a scenario bears."""


@dataclass(frozen=True)
class Full:
    """A case computed in full.

    Attributes
    ----------
    rows : mapping of (arm, day) to mapping of str to float
        Its `COLUMNS`.
    course : mapping of (arm, day) to mapping of str to float
        Its course on the coarser mesh.
    """

    rows: Course
    course: Course

    @classmethod
    def read(cls, folder: Path, course: Course) -> "Full":
        """Take the result in a folder."""
        return cls(
            {
                (str(row["arm"]), int(row["day"])): {name: float(row[name]) for name in COLUMNS}
                for row in read_csv(folder / CAPACITY.file)
            },
            course,
        )

    def beside(self, scenario: Scenario, course: Course) -> Course:
        """`COLUMNS` of another scenario from its course on the coarser mesh."""
        return sample_rows(scenario, self.rows, self.course, course, {})


def table(rows: Course) -> np.ndarray:
    """Rows as numbers, shape (states, columns)."""
    return np.array([[row[name] for name in COLUMNS] for row in rows.values()])


class CourseWorker:
    """Follows scenarios on coarser meshes, which it keeps with the shapes of bodies that collapse."""

    def __init__(self):
        """Begin with nothing."""
        self._meshes = CaseWorker()
        self._held: tuple[object, ...] = ()
        self._grounds = SharedGrounds()

    def __call__(self, scenario: Scenario) -> tuple[str, list[tuple[str, int, dict[str, float]]]]:
        """Why a scenario could not be followed, or nothing; arm, day and columns of every state."""
        found: list[tuple[str, int, dict[str, float]]] = []

        def follow() -> None:
            vertebra = self._meshes.vertebra(coarse_scenario(scenario))
            course = followed(vertebra, self._grounds_of(vertebra), coarser_steps())
            found.extend((arm, day, dict(row)) for (arm, day), row in course.items())

        return failure_of(follow), found

    def _grounds_of(self, vertebra: VertebraModel) -> SharedGrounds:
        """Grounds of a vertebra: those of the last one where mesh, platens and solver are the same."""
        scenario = vertebra.scenario
        held = vertebra.anatomy.intact, scenario.loading, scenario.solver
        if held != self._held:
            self._held, self._grounds = held, SharedGrounds()
        return self._grounds


def check_ratios(scenario: Scenario, anchor: Scenario) -> str:
    """Why a case cannot follow from another one; empty where it can."""
    if arm_days(scenario) != arm_days(anchor):
        return "found cases with other arms or days"
    if scenario.fracture is not None and scenario.healing.law != "kinetic":
        return f"found a fracture that heals by the law {scenario.healing.law}"
    if scenario.uncertainty.total == "on":
        return "found a case with uncertainty.total"
    return ""


def weighted(scenario: Scenario, course: Course, sides: Sequence[Full], share: float) -> tuple[Course, float]:
    """`COLUMNS` of a case between two others, and how far their two opinions are apart.

    Parameters
    ----------
    scenario : Scenario
    course : mapping of (arm, day) to mapping of str to float
        Of the case on the coarser mesh.
    sides : sequence of two Full
    share : float
        Weight of the second one.

    Returns
    -------
    rows : mapping of (arm, day) to mapping of str to float
    apart : float [-]
        Largest difference over the value between them.
    """
    first, second = (table(each.beside(scenario, course)) for each in sides)
    found = ((1 - share) * first + share * second).tolist()
    names: Sequence[str] = COLUMNS
    rows: Course = {
        key: dict(zip(names, row, strict=True)) for key, row in zip(sides[0].rows, found, strict=True)
    }
    return rows, largest(first, second)


def largest(values: np.ndarray, others: np.ndarray) -> float:
    """Largest difference over the mean of both [-]."""
    size = np.abs(values) + np.abs(others)
    return float(np.max(2 * np.abs(values - others) / np.where(size > 0, size, 1.0)))


def write_followed(case: Case, folder: Path, found: Course) -> None:
    """Write table and manifest of a case that follows from others; the folder gets its name when both are there.

    Parameters
    ----------
    case : Case
        With the cases that it follows from, and its error.
    folder : Path
        Of its result.
    found : mapping of (arm, day) to mapping of str to float
        Its `COLUMNS`.
    """
    empty: Row = dict.fromkeys((column.name for column in CAPACITY.columns), "")
    intact = found[INTACT.name, 0]
    ratios = {column.name: column.ratio_of for column in CAPACITY.columns if column.ratio_of in COLUMNS}
    rows = [
        {**empty, "arm": arm, "day": day, **row, "capacity_basis": BASIS}
        | {name: row[of] / intact[of] for name, of in ratios.items()}
        for (arm, day), row in found.items()
    ]
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    write_csv(part / CAPACITY.file, CAPACITY.names, rows)
    manifest = {
        "program": PROGRAM,
        "basis": BASIS,
        "follows_from": [each.name for each in case.follows],
        "error": case.error,
        "sha256": case.inputs_sha256,
        "scenario": case.scenario.model_dump(by_alias=True, mode="json"),
    }
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder)
