"""Read a study file: every case is checked as a scenario before anything is computed."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vertebra.records.workspace import fingerprint
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.reading import is_file, read_scenario, read_tables
from vertebra.scenarios.refusal import explain
from vertebra.scenarios.replacing import PATHS, key_and_value
from vertebra.scenarios.schema import Scenario

from ..inputs import inputs_hash
from .anchors import choose_anchors, nearest, places
from .case import Case, words_of
from .design import case_values, flat
from .keys import StudyKeys
from .ratios import check_ratios

BUNDLED = Path(__file__).parent / "bundled"
NAMES = ("density",)
"""Studies that come with the package."""
_EXAMPLE = "docs/how-to/sweep.md has examples."


@dataclass(frozen=True, eq=False)
class Study:
    """A study, checked: its cases in their order, each once.

    Attributes
    ----------
    file : Path or None
        Where it was read from.
    asked : StudyKeys
    base : Scenario
        With the values that all cases share.
    cases : tuple of Case
    repeated : tuple of str
        Cases left out because they equal an earlier one, in words.
    """

    file: Path | None
    asked: StudyKeys
    base: Scenario
    cases: tuple[Case, ...]
    repeated: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Title."""
        return self.asked.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in which cases differ, in the order of the study."""
        return tuple(dict.fromkeys(key for case in self.cases for key in case.values))

    @property
    def inputs_sha256(self) -> str:
        """Hash of what decides all results."""
        return fingerprint("\n".join([*self.keys, *(case.inputs_sha256 + case.name for case in self.cases)]))


def read_study(source: str | Path | Mapping[str, Any], overrides: Sequence[str] = ()) -> Study:
    """Read and check a study.

    Parameters
    ----------
    source : str, Path or mapping
        A path, the name of a bundled study, or the tables that such a file holds.
    overrides : sequence of str
        `key=value` of the scenario, for all cases; they come after what the study gives to all.

    Returns
    -------
    Study

    Raises
    ------
    ScenarioError
        Anything wrong with the file, a key or a value, in any of the cases.
    """
    if isinstance(source, Mapping):
        return study_of(deepcopy(dict(source)), None, overrides)
    file = _find(source)
    return study_of(read_tables(file, "a study", _EXAMPLE), file, overrides)


def study_of(tables: dict[str, Any], file: Path | None, overrides: Sequence[str] = ()) -> Study:
    """Check the tables of a study.

    Raises
    ------
    ScenarioError
    """
    where = file or "study"
    try:
        asked = StudyKeys.model_validate(tables)
    except ValidationError as error:
        raise ScenarioError(explain(error, StudyKeys, tables, file or Path("study"))) from None
    folder = Path.cwd() if file is None else file.parent
    base = _base(asked, folder, where)
    given = [key_and_value(override) for override in overrides]
    try:
        shared = {key: _anchored(key, value, folder) for key, value in flat(asked.values).items()}
        base = base.with_values(shared | dict(given))
        rows = case_values(asked)
    except ScenarioError as error:
        message = f"{where}: {_own_words(error)}"
        raise ScenarioError(message) from None
    taken = [key for key in dict(given) if any(key in row for row in rows)]
    if taken:
        message = f"--set {taken[0]}: found a key in which the cases of {where} differ, expected another. Edit them."
        raise ScenarioError(message)
    cases, repeated = _checked(rows, base, folder, where)
    if asked.method.full is not None and asked.method.full < len(cases):
        cases = _following(cases, asked.method.full, where)
    return Study(file, asked, base, cases, repeated)


def _following(cases: tuple[Case, ...], number: int, where: object) -> tuple[Case, ...]:
    """Cases of which so many are computed in full, and the others follow from the nearest of them."""
    keys = tuple(dict.fromkeys(key for case in cases for key in case.values))
    place = places(cases, keys)
    anchors = choose_anchors(place, number)
    out = []
    for at, (case, anchor) in enumerate(zip(cases, nearest(place, anchors), strict=True)):
        if at in anchors:
            out.append(case)
            continue
        why = check_ratios(case.scenario, cases[anchor].scenario)
        if why:
            message = (
                f"{where}: method.full: {why}, expected cases that differ in numbers alone, of a fracture that heals "
                "by the law kinetic. Remove method.full."
            )
            raise ScenarioError(message)
        out.append(replace(case, follows=cases[anchor]))
    return tuple(out)


def _checked(
    rows: Sequence[Mapping[str, Any]], base: Scenario, folder: Path, where: object
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Cases with their scenarios, and those that repeat an earlier one."""
    cases: dict[str, Case] = {}
    repeated = []
    for number, row in enumerate(rows, 1):
        values = {key: _anchored(key, value, folder) for key, value in row.items()}
        try:
            scenario = base.with_values(values)
        except ScenarioError as error:
            message = f"{where}: case {number} ({words_of(row)}): {_own_words(error)}"
            raise ScenarioError(message) from None
        case = Case(number, row, scenario, inputs_hash(scenario))
        first = cases.setdefault(case.name, case)
        if first is not case:
            repeated.append(f"{case.text} equals case {first.number}")
    return tuple(cases.values()), tuple(repeated)


def _own_words(error: ScenarioError) -> str:
    """Message of a refused value without the name of the function that replaced it."""
    return str(error).replace(" (from with_values)", "").replace("with_values ", "")


def _anchored(key: str, value: Any, folder: Path) -> Any:
    """Value with a path seen from the folder of the study."""
    if key in PATHS and isinstance(value, str):
        return str((folder / Path(value).expanduser()).resolve())
    return value


def _base(asked: StudyKeys, folder: Path, where: object) -> Scenario:
    beside = folder / Path(asked.base).expanduser()
    if not is_file(beside) and asked.base not in bundled_names():
        near = difflib.get_close_matches(asked.base, bundled_names(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Correct the path."
        message = f"{where}: base: found no file {beside} and no bundled scenario of that name, expected one. {hint}"
        raise ScenarioError(message)
    return read_scenario(beside if is_file(beside) else asked.base)


def _find(source: str | Path) -> Path:
    path = Path(source)
    if is_file(path):
        return path
    if str(source) in NAMES:
        return BUNDLED / f"{source}.toml"
    if os.path.isdir(path):
        message = f"{source}: found a folder, expected a study file (TOML). Name the file inside it."
        raise ScenarioError(message)
    near = difflib.get_close_matches(str(source), NAMES, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    message = (
        f"{source}: no such file, and no bundled study of that name. {hint}Bundled: {', '.join(NAMES)}. "
        "`vertebra run` computes a single scenario."
    )
    raise ScenarioError(message)


def lines_of(study: Study) -> Iterator[str]:
    """What a study asks, in a few lines."""
    yield f"{len(study.cases)} cases of {study.base.name}"
    yield from study.repeated
