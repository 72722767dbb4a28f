"""A finished study in Python: its table, and the result of each case."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from vertebra.records.table import Table, as_frame
from vertebra.records.tables import read_csv

from ..result import Result
from .folder import CASES, MANIFEST, TABLE


class StudyResult:
    """What a study has left in its folder.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path):
        """Take the folder of a study."""
        self.folder = folder

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The study, the values and the hash of every case, versions, failures."""
        return json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in which cases differ."""
        return tuple(self.manifest["keys"])

    @property
    def cases(self) -> Any:
        """One row a case, arm and day: a DataFrame where pandas is installed, else a `records.table.Table`."""
        file = self.folder / TABLE
        with file.open(encoding="utf-8", newline="") as stream:
            header = stream.readline().rstrip("\r\n").split(",")
        return as_frame(Table(read_csv(file), header))

    @property
    def failed(self) -> dict[int, str]:
        """Why cases failed, by their number."""
        errors = self.manifest.get("failed", {})
        return {
            each["case"]: errors[each["folder"]]
            for each in self.manifest["cases"]
            if each["folder"] in errors
        }

    def case(self, number: int) -> Result:
        """Result of a case.

        Raises
        ------
        KeyError
            There is no such case, or it failed.
        """
        names = {each["case"]: each["folder"] for each in self.manifest["cases"]}
        folder = self.folder / CASES / names.get(number, "")
        if number not in names or not (folder / MANIFEST).is_file():
            message = f"case {number} has no result in {self.folder}, expected one of the {len(names)} that are done."
            raise KeyError(message)
        return Result(folder)

    def __repr__(self) -> str:
        """Name, cases and folder."""
        return (
            f"StudyResult({self.manifest['name']!r}, {len(self.manifest['cases'])} cases, in {self.folder})"
        )
