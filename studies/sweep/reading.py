"""Read a study file: every case is checked as a scenario before anything is computed."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vertebra.meshes.stored import STORED
from vertebra.records.workspace import fingerprint
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.imported.manifest import STUDY, read_manifest
from vertebra.scenarios.reading import is_file, read_scenario, read_tables
from vertebra.scenarios.refusal import explain
from vertebra.scenarios.replacing import PATHS, key_and_value
from vertebra.scenarios.schema import Scenario

from ..inputs import inputs_hash
from .case import Case, words_of
from .design import case_values, flat
from .followed.anchors import is_number
from .followed.following import BEGINNING, Rule
from .followed.ratios import check_ratios
from .keys import StudyKeys
from .sharing import anatomy_key

BUNDLED = Path(__file__).parent / "bundled"
NAMES = ("density", "dose")
"""Studies that come with the package."""
_FEW = 10
"""Cases up to which all are computed in full unless asked otherwise."""
_EXAMPLE = "docs/how-to/sweep.md has examples."


@dataclass(frozen=True, eq=False)
class Study:
    """A study, checked: its cases in their order, each once.

    Attributes
    ----------
    file : Path or None
        Where it was read from.
    folder : Path
        Where paths in it begin.
    asked : StudyKeys
    base : Scenario
        With the values that all cases share.
    cases : tuple of Case
    repeated : tuple of str
        Cases left out because they equal an earlier one, in words.
    rule : Rule or None
        How many cases are computed in full; None: all of them.
    """

    file: Path | None
    folder: Path
    asked: StudyKeys
    base: Scenario
    cases: tuple[Case, ...]
    repeated: tuple[str, ...] = ()
    rule: Rule | None = None

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
        cases = [case.inputs_sha256 for case in self.cases]
        rule = [] if self.rule is None else [f"{self.rule.number} {self.rule.allowed}"]
        return fingerprint("\n".join([*self.keys, *cases, *rule]))


def read_study(source: str | Path | Mapping[str, Any], overrides: Sequence[str] = ()) -> Study:
    """Read and check a study.

    Parameters
    ----------
    source : str, Path or mapping
        A path, the name of a bundled study, or the tables that such a file holds; the `manifest.json` of a study gives
        that study again.
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
    if file.suffix.lower() == ".json":
        return _study_again(file, overrides)
    return study_of(read_tables(file, "a study", _EXAMPLE), file, overrides)


def _study_again(file: Path, overrides: Sequence[str]) -> Study:
    """The study of a result, from its manifest: its base as it was, on its stored meshes.

    Raises
    ------
    ScenarioError
    """
    content, stored = read_manifest(file, (STUDY,)), file.with_name(STORED)
    tables, folder = content.get("study"), content.get("folder")
    if not isinstance(tables, dict) or not isinstance(folder, str):
        message = f"{file}: found no study in it, expected the manifest.json of a study. Name the file of the study."
        raise ScenarioError(message)
    base = Scenario.of_tables(content["given"], None).on_meshes(stored if stored.is_file() else None)
    return study_of(tables, None, overrides, base=base, folder=Path(folder))


def study_of(
    tables: dict[str, Any],
    file: Path | None,
    overrides: Sequence[str] = (),
    *,
    base: Scenario | None = None,
    folder: Path | None = None,
) -> Study:
    """Check the tables of a study.

    Parameters
    ----------
    tables : dict
    file : Path or None
        Where they come from.
    overrides : sequence of str
    base : Scenario, optional
        What cases start from, with the values that they share, in place of what the tables name.
    folder : Path, optional
        Where paths in the tables begin; that of the file unless given, else the current one.

    Raises
    ------
    ScenarioError
    """
    where = file or "study"
    try:
        asked = StudyKeys.model_validate(tables)
    except ValidationError as error:
        raise ScenarioError(explain(error, StudyKeys, tables, file or Path("study"))) from None
    folder = folder or (Path.cwd() if file is None else file.parent)
    given = [key_and_value(override) for override in overrides]
    shared = {} if base else {key: _anchored(key, value, folder) for key, value in flat(asked.values).items()}
    base = base or _base(asked, folder, where)
    try:
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
    return Study(file, folder, asked, base, cases, repeated, _rule(cases, asked, where))


def _rule(cases: tuple[Case, ...], asked: StudyKeys, where: object) -> Rule | None:
    """How many cases are computed in full; None: all of them.

    Raises
    ------
    ScenarioError
        A number of cases in full is asked for where the others cannot follow from them.
    """
    keys = tuple(dict.fromkeys(key for case in cases for key in case.values))
    full = asked.method.full
    if full == "all" or (full != "auto" and full >= len(cases)):
        return None
    why = next(filter(None, (check_ratios(case.scenario, cases[0].scenario) for case in cases)), "")
    if full == "auto":
        one = len(keys) == 1 and all(is_number(case.values.get(keys[0])) for case in cases)
        few = len(cases) <= _FEW
        if few or why or not one or len({anatomy_key(case.scenario) for case in cases}) > 1:
            return None
        return Rule(BEGINNING, asked.method.error)
    if why:
        message = (
            f"{where}: method.full: {why}, expected cases that differ in numbers alone, whose fractures heal by the "
            "law kinetic. Remove method.full."
        )
        raise ScenarioError(message)
    return Rule(full, None)


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
    if study.rule is not None:
        allowed = study.rule.allowed
        number = study.rule.number if allowed is None else f"as many as an error of {allowed:.2%} asks for"
        yield f"in full: {number}; the others follow from them by ratios on a coarser mesh ([method] full)"
    yield from study.repeated
