"""Cases that follow from the nearest case that was computed in full.

Both are followed through all days on a coarser mesh, as samples of the total band are (`uncertainty.sampled`); their
ratio there, times what the full case has found, is the case. It has capacity, service load, stiffness and height, and
no fields.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.plan import INTACT, arm_days
from vertebra.records.columns import CAPACITY
from vertebra.records.tables import Row, read_csv, write_csv
from vertebra.records.workspace import PROGRAM
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.schema import Scenario

from ..uncertainty.sampled import ArmDay, coarse_scenario, followed, sample_rows
from .failing import failure_of
from .folder import MANIFEST
from .sharing import CaseWorker

BASIS = "ratio"
"""Value of `capacity_basis` of such a case."""


@dataclass(frozen=True)
class RatioTask:
    """A case to be found from another one.

    Attributes
    ----------
    scenario, anchor : Scenario
    folder, anchor_folder : Path
        Of the results of both.
    inputs_sha256 : str
    """

    scenario: Scenario
    anchor: Scenario
    folder: Path
    anchor_folder: Path
    inputs_sha256: str


class RatioWorker:
    """Finds cases from others; keeps meshes, and the courses of the cases computed in full."""

    def __init__(self):
        """Begin with nothing."""
        self._meshes = CaseWorker()
        self._courses: dict[Path, Mapping[ArmDay, Mapping[str, float]]] = {}

    def __call__(self, task: RatioTask) -> str:
        """Find a case and write its folder; returns why it failed, or nothing.

        Raises
        ------
        OSError
            Its files cannot be written.
        """
        return failure_of(lambda: self._find(task))

    def _find(self, task: RatioTask) -> None:
        if not (task.anchor_folder / MANIFEST).is_file():
            message = f"the case {task.anchor_folder.name} that it follows from has failed."
            raise ScenarioError(message)
        if task.anchor_folder not in self._courses:
            self._courses[task.anchor_folder] = self._course(task.anchor)
        known = {
            (str(row["arm"]), int(row["day"])): {name: float(row[name]) for name in COLUMNS}
            for row in read_csv(task.anchor_folder / CAPACITY.file)
        }
        other = self._course(task.scenario)
        found = sample_rows(task.scenario, known, self._courses[task.anchor_folder], other, {})
        _write(task, found)

    def _course(self, scenario: Scenario) -> dict[ArmDay, Mapping[str, float]]:
        return followed(self._meshes.vertebra(coarse_scenario(scenario)))


def check_ratios(scenario: Scenario, anchor: Scenario) -> str:
    """Why a case cannot follow from another one; empty where it can."""
    if arm_days(scenario) != arm_days(anchor):
        return "found cases with other arms or days"
    if scenario.fracture is None or scenario.healing.law != "kinetic":
        return "found a case without a fracture that heals by the law kinetic"
    if scenario.uncertainty.total == "on":
        return "found a case with uncertainty.total"
    return ""


def _write(task: RatioTask, found: Mapping[ArmDay, Mapping[str, float]]) -> None:
    """Write table and manifest of a case; the folder gets its name when both are there."""
    empty: Row = dict.fromkeys((column.name for column in CAPACITY.columns), "")
    intact = found[INTACT.name, 0]
    ratios = {column.name: column.ratio_of for column in CAPACITY.columns if column.ratio_of in COLUMNS}
    rows = [
        {**empty, "arm": arm, "day": day, **row, "capacity_basis": BASIS}
        | {name: float(row[of]) / float(intact[of]) for name, of in ratios.items()}
        for (arm, day), row in found.items()
    ]
    part = task.folder.with_name(f"{task.folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    write_csv(part / CAPACITY.file, CAPACITY.names, rows)
    manifest = {
        "program": PROGRAM,
        "basis": BASIS,
        "follows_from": task.anchor_folder.name,
        "sha256": task.inputs_sha256,
        "scenario": task.scenario.model_dump(by_alias=True, mode="json"),
    }
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    os.replace(part, task.folder)
