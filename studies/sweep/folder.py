"""The folder of a study: a table and a page of all cases, and the folder of each case by the hash of its inputs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vertebra.meshes.stored import STORED
from vertebra.records.lock import LOCK
from vertebra.records.whole_files import write_text
from vertebra.records.workspace import PROGRAM

from .case import Case

CASES, TABLE, PARQUET, PAGE = "cases", "cases.csv", "cases.parquet", "study.html"
COURSES = "courses"
"""Courses of cases on a coarser mesh, from which most follow."""
MANIFEST, STUDY = "manifest.json", "study.toml"
FILES = (CASES, COURSES, TABLE, PARQUET, PAGE, MANIFEST, STUDY, STORED, LOCK, "*.part")
"""Names of everything that a study leaves."""
_FAILED = ".failed.json"


@dataclass(frozen=True)
class StudyFolder:
    """Where the results of a study are.

    Attributes
    ----------
    out : Path
    """

    out: Path

    def of(self, case: Case) -> Path:
        """Folder of the result of a case."""
        return self.out / CASES / case.name

    def is_finished(self, case: Case) -> bool:
        """Whether the result of a case is there: its folder gets this name when it is complete."""
        return (self.of(case) / MANIFEST).is_file()

    def course(self, case: Case) -> Path:
        """File of the course of a case on a coarser mesh."""
        return self.out / COURSES / f"{case.inputs_sha256[:32]}.json"

    def failure(self, case: Case) -> str:
        """Why a case failed; empty where it did not, or has not been computed."""
        return str(read_json(self._failed(case)).get("error", ""))

    def note_failure(self, case: Case, error: str) -> None:
        """Keep why a case failed."""
        noted = {"program": PROGRAM, "case": case.number, "values": dict(case.values), "error": error}
        write_text(self._failed(case), json.dumps(noted, indent=1) + "\n")

    def forget_failure(self, case: Case) -> None:
        """A case is tried again."""
        self._failed(case).unlink(missing_ok=True)

    def note(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest of the study."""
        write_text(self.out / MANIFEST, json.dumps(manifest, indent=1) + "\n")

    @property
    def manifest(self) -> dict[str, Any]:
        """Manifest of the study that is there; empty without one."""
        return read_json(self.out / MANIFEST)

    def _failed(self, case: Case) -> Path:
        return self.out / CASES / f"{case.name}{_FAILED}"


def read_json(file: Path) -> dict[str, Any]:
    """Content of a JSON file; empty where there is none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
