"""The folder of a run: unfinished states beside it, the finished result put in its place at once.

A run works in `<out>.unfinished`. Each finished state is one file there, written whole or not at all. When
everything is done the folder is renamed to `<out>`, so that a result under its final name is complete.
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock

from vertebra.courses.day_state import State
from vertebra.scenarios.error import ScenarioError

from .lock import LOCK, lock_folder, unlock_folder
from .result_files import RESULT_FILES
from .whole_files import whole_file, write_text

PROGRAM = "vertebra"
MARKER = "inputs.json"
"""File by which an unfinished folder knows what it is computed from."""
_GO_ON = ".station"
_ENDING_S = 5.0
"""How long to wait for a run that has been killed and is just ending [s]."""
_NODES = "nodes"
_NUMBERS = (
    "row",
    "tissue",
    "healing",
    "verdict",
    "solver",
    "virtual_test",
    "interaction",
    "neighbours",
    "events",
)
_OWN = (MARKER, f"{MARKER}.part", "manifest.json.part", LOCK)
CLUTTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What file browsers leave in any folder."""


@dataclass(frozen=True)
class Workspace:
    """Where a run keeps what is finished until everything is.

    Attributes
    ----------
    out : Path
        Final folder.
    folder : Path
        `<out>.unfinished`, where states and files are written.
    lock : FileLock or None
        Held as long as the run is at work.
    """

    out: Path
    folder: Path
    lock: FileLock | None = field(default=None, repr=False, compare=False)

    def state_file(self, arm: str, day: int) -> Path:
        """File of one state."""
        return self.folder / "states" / f"{arm}-{day:05d}.npz"

    def has(self, arm: str, day: int) -> bool:
        """Whether that state is finished."""
        return self.state_file(arm, day).is_file()

    def keep(self, state: State) -> None:
        """Write a state whole or not at all."""
        numbers = json.dumps({name: getattr(state, name) for name in _NUMBERS})
        arrays = {f"point:{k}": v for k, v in state.at_points.items()}
        arrays |= {f"cell:{k}": v for k, v in state.at_cells.items()}
        arrays |= {} if state.points is None else {_NODES: state.points}
        _write_whole(self.state_file(state.arm, state.day), {"numbers": np.array(numbers), **arrays})

    def load(self, arm: str, day: int, *, fields: bool = True) -> State:
        """Read a finished state, with its fields or without."""
        at: dict[str, dict[str, np.ndarray]] = {"point": {}, "cell": {}}
        with _opened(self.state_file(arm, day)) as archive:
            numbers = json.loads(str(archive["numbers"]))
            for key in archive.files if fields else ():
                kind, _, name = key.partition(":")
                if kind in at:
                    at[kind][name] = archive[key]
            points = archive[_NODES] if fields and _NODES in archive.files else None
        return State(arm, day, **numbers, at_points=at["point"], at_cells=at["cell"], points=points)

    def points(self, arm: str, day: int) -> np.ndarray | None:
        """Nodes of a finished state, where it has a shape of its own; ndarray, shape (n, 3) [mm], or None."""
        with _opened(self.state_file(arm, day)) as archive:
            return archive[_NODES] if _NODES in archive.files else None

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Write what an interrupted run needs to go on, whole or not at all."""
        _write_whole(self.folder / "states" / f"{name}{_GO_ON}", arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Read them back; empty where there are none."""
        file = self.folder / "states" / f"{name}{_GO_ON}"
        if not file.is_file():
            return {}
        with _opened(file) as archive:
            return {key: archive[key] for key in archive.files}

    @property
    def is_complete(self) -> bool:
        """Whether all files of the result are written, and the folder has only to be put in its place."""
        return _noted(self.folder / MARKER).get("complete") is True

    def finish(self) -> None:
        """Put the finished folder under its final name, replacing an earlier result of ours.

        A process that dies on the way leaves a complete folder, which the next one puts in its place.
        """
        marker = self.folder / MARKER
        write_text(marker, json.dumps(_noted(marker) | {"complete": True}))
        shutil.rmtree(self.folder / "states", ignore_errors=True)
        for left in self.out.parent.glob(f"{self.out.name}.replaced-*"):
            shutil.rmtree(left, ignore_errors=True)
        old = self.out.with_name(f"{self.out.name}.replaced-{os.getpid()}")
        if self.out.exists():
            os.replace(self.out, old)
        self.release()
        os.replace(self.folder, self.out)
        (self.out / MARKER).unlink(missing_ok=True)
        shutil.rmtree(old, ignore_errors=True)

    def release(self) -> None:
        """Release the folder for other runs; finished states stay."""
        if self.lock is not None:
            unlock_folder(self.lock)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """Arrays of a file that this program has written; pickles are never loaded.

    Raises
    ------
    ScenarioError
        It is damaged.
    """
    try:
        with np.load(file, allow_pickle=False) as archive:
            yield archive
    except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        message = (
            f"{file}: is not what an interrupted run has left ({error}), expected a whole state. Remove that file, "
            "or run again without --resume."
        )
        raise ScenarioError(message) from error


def _write_whole(file: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with whole_file(file) as part, part.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def fingerprint(inputs: str) -> str:
    """Hash of everything that decides the result.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    return hashlib.sha256(inputs.encode()).hexdigest()


def check_target(out: Path, files: Sequence[str] = RESULT_FILES) -> None:
    """Refuse a target folder that holds anything but a result of ours.

    Parameters
    ----------
    out : Path
    files : sequence of str
        Names and patterns of what such a result consists of.

    Raises
    ------
    ScenarioError
    """
    stands = next(folder for folder in (out.resolve(), *out.resolve().parents) if folder.exists())
    if not stands.is_dir():
        message = (
            f"--out {out}: {stands} is a file, expected a folder that is new, empty or an earlier result of vertebra. "
            "Choose another with --out DIR."
        )
        raise ScenarioError(message)
    if not os.access(stands, os.W_OK | os.X_OK):
        message = (
            f"--out {out}: {stands} cannot be written to, expected a folder of your own. "
            "Choose another with --out DIR."
        )
        raise ScenarioError(message)
    foreign = _foreign(out, files) if out.is_dir() else []
    if foreign:
        message = (
            f"--out {out}: the folder holds {foreign[0]!r}, which this command did not write, and would be replaced; "
            "expected a new or empty folder or an earlier result of it. Choose another with --out DIR."
        )
        raise ScenarioError(message)


def open_workspace(
    out: Path, inputs: str, *, resume: bool, files: Sequence[str] = RESULT_FILES
) -> tuple[Workspace, int]:
    """Claim the folder in which a run works.

    Parameters
    ----------
    out : Path
        Final folder.
    inputs : str
        Fingerprint of scenario and versions; states of another fingerprint are not resumed.
    resume : bool
        Keep finished states of an interrupted run.
    files : sequence of str
        Names and patterns of what such a result consists of.

    Returns
    -------
    Workspace
    int
        Number of states found.

    Raises
    ------
    ScenarioError
        The target is not ours, another run is at work there, or the states belong to other inputs.
    """
    check_target(out, files)
    out = out.resolve()
    folder = out.with_name(f"{out.name}.unfinished")
    if folder.is_dir() and not (folder / MARKER).is_file() and _foreign(folder, files):
        message = (
            f"{folder}: was not written by vertebra, expected to put unfinished states there. "
            "Move it away or choose another --out."
        )
        raise ScenarioError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = (
            f"--out {out}: {folder} cannot be made there ({error.strerror}), expected a place that can be "
            "written. Choose another with --out DIR."
        )
        raise ScenarioError(message) from error
    work = Workspace(out, folder, lock_folder(folder, _ENDING_S))
    try:
        return work, _claim(work, inputs, resume)
    except BaseException:
        work.release()
        raise


def _claim(work: Workspace, inputs: str, resume: bool) -> int:
    """Make the folder ready, with the states that are kept; returns their number."""
    marker, states = work.folder / MARKER, work.folder / "states"
    if resume and marker.is_file():
        if _noted(marker).get("fingerprint") != inputs:
            message = (
                f"--resume: the states in {work.folder} were computed from other inputs or another version; "
                "they cannot be mixed. Run again without --resume to start anew."
            )
            raise ScenarioError(message)
        if work.is_complete:
            return 0
    else:
        for entry in work.folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != LOCK:
                entry.unlink()
    write_text(marker, json.dumps({"program": PROGRAM, "fingerprint": inputs}))
    states.mkdir(exist_ok=True)
    return len(list(states.glob("*.npz")))


def _foreign(folder: Path, files: Sequence[str]) -> list[str]:
    """Names in a folder that are no part of a result of ours; all of them without our manifest."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.name not in (*CLUTTER, *_OWN))
    try:
        ours = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["program"] == PROGRAM
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    return [name for name in names if not (ours and any(fnmatch(name, known) for known in files))]


def _noted(marker: Path) -> dict[str, Any]:
    """What a marker says; empty when there is none, or none that was written whole."""
    try:
        noted = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
