"""The table of a study: one row a case, arm and day, with what was given and what came of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import CAPACITY
from vertebra.records.tables import Row, read_csv, write_csv
from vertebra.records.whole_files import whole_file

from .case import word
from .folder import StudyFolder
from .reading import Study

CASE = Column("case", "-", "Number of the case in the study.", form=".0f")
FOLDER = Column("folder", "", "Folder of the case below `cases/`: the beginning of the hash of its inputs.")
STATUS = Column("status", "", "`done`, or `failed`: such a case has one row, without results.")
ERROR = Column("error", "", "Why the case failed.")
RATIO_ERROR = Column(
    "ratio_error",
    "-",
    "Largest relative error that is stated of a case that follows from others by ratios: of capacity, service load, "
    "stiffness and height on all days; empty where it was computed in full.",
)
DONE, FAILED = "done", "failed"


def columns_of(keys: Sequence[str]) -> list[str]:
    """Names of the columns of a study whose cases differ in the given keys."""
    results = [column.name for column in CAPACITY.columns]
    return [CASE.name, FOLDER.name, *keys, STATUS.name, ERROR.name, RATIO_ERROR.name, *results]


def table_rows(study: Study, folder: StudyFolder) -> list[Row]:
    """Rows of all cases that are done or have failed, in the order of the study."""
    rows: list[Row] = []
    empty = dict.fromkeys((column.name for column in CAPACITY.columns), "")
    for case in study.cases:
        given: Row = {CASE.name: float(case.number), FOLDER.name: case.name}
        given[RATIO_ERROR.name] = "" if case.error is None else case.error
        given |= {key: _cell(case.values, key) for key in study.keys}
        if folder.is_finished(case):
            found = read_csv(folder.of(case) / CAPACITY.file)
            rows += [{**given, STATUS.name: DONE, ERROR.name: "", **empty, **row} for row in found]
        elif error := folder.failure(case):
            rows.append({**given, STATUS.name: FAILED, ERROR.name: error, **empty})
    return rows


def write_table(file: Path, keys: Sequence[str], rows: Sequence[Row]) -> None:
    """Write `cases.csv`, whole or not at all."""
    with whole_file(file) as part:
        write_csv(part, columns_of(keys), rows)


def _cell(values: Mapping[str, Any], key: str) -> float | str:
    value = values.get(key, "")
    if isinstance(value, bool | str):
        return word(value)
    return float(value) if isinstance(value, int | float) else word(value)
