"""A job that is disturbed in a folder, beside its undisturbed result; what is wrong after every fault."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .injected import NONE
from .jobs import BY_TIME, CLOCK, SECOND, WORKER, Job

ROOT = Path(__file__).resolve().parents[2]
_HUNG = 30.0
"""Time after which a command is taken to hang, over that of the undisturbed one."""
_ENDING = 10.0
"""Time that a command may take to end when it has let go of its folder, so that a second one finds all done [s]."""
_LEAST_S = 120.0
"""Time that every command is given [s]."""
_EXPECTED = {
    "kill": (-9,),
    CLOCK: (-9,),
    WORKER: (0,),
    SECOND: (0,),
    NONE: (0,),
    "interrupt": (130,),
    "full": (2, 3),
    "read-only": (2, 3),
    "memory": (3,),
}
"""Statuses with which a command ends by a fault; 0 where it came too late."""


@dataclass(frozen=True)
class Happened:
    """A fault, and what was wrong afterwards.

    Attributes
    ----------
    job, kind : str
    at : float
        Number of the point, or time [s].
    status : int
        Of the command.
    wrong : tuple of str
        Empty when all is well.
    """

    job: str
    kind: str
    at: float
    status: int
    wrong: tuple[str, ...]


HANGS = 1000
"""Status in place of that of a command that had to be ended."""


class Disturbed:
    """A job in a folder, beside its undisturbed result.

    Parameters
    ----------
    job : Job
    folder : Path
        Empty.
    """

    def __init__(self, job: Job, folder: Path):
        """Compute it undisturbed."""
        self.job, self._folder = job, folder
        self._out, whole = folder / "disturbed" / "r", folder / "whole" / "r"
        for each in (self._out, whole):
            each.parent.mkdir(parents=True, exist_ok=True)
        self.seconds = _LEAST_S  # until it is known
        start = time.monotonic()
        code, said = self._command(NONE, 0, whole)
        if code != 0:
            message = f"{job.name}: the undisturbed command ends with status {code}: {said}"
            raise RuntimeError(message)
        self.seconds = time.monotonic() - start
        self.points = int(re.findall(r"points: (\d+)", said)[-1])
        self._tables = {name: (whole / name).read_bytes() for name in job.tables}

    def chain(self, faults: int, draw: random.Random) -> Iterator[Happened]:
        """Disturb it so many times, each time taken up where it was left, then let it end and compare."""
        kept: set[str] = set()
        for _ in range(faults):
            kind = draw.choice(self.job.faults)
            at = draw.uniform(0.2, 0.9) * self.seconds if kind in BY_TIME else draw.randint(1, self.points)
            code, said = self._command(kind, at, self._out)
            kept, wrong = self._inspect(kept)
            if code not in (*_EXPECTED[kind], 0):
                wrong.append(f"status {code}, expected one of {_EXPECTED[kind]}: {said.strip()[-300:]}")
            if "Traceback" in said or "fault of vertebra" in said:
                wrong.append(said.strip()[-600:])
            if kind in ("full", "read-only") and code == 3 and str(self._out.parent) not in said:
                wrong.append(f"the message names no path: {said.strip()[-300:]}")
            if code == 0:  # it has ended in spite of the fault: the next one meets a new one
                wrong += self._compare()
                remove(self._out)
                kept = set()
            yield Happened(self.job.name, kind, at, code, tuple(wrong))
        code, said = self._command(NONE, 0, self._out)
        wrong = [] if code == 0 else [f"status {code} at last: {said.strip()[-300:]}"]
        wrong += self._compare()
        wrong += [
            f"left behind: {left.name}" for left in sorted(self._out.parent.iterdir()) if left != self._out
        ]
        yield Happened(self.job.name, NONE, 0, code, tuple(wrong))
        remove(self._out)

    def _command(self, kind: str, at: float, out: Path) -> tuple[int, str]:
        """Status of the command with a fault, and what it printed."""
        point = ("none", "0") if kind in (NONE, *BY_TIME) else (kind, str(int(at)))
        words = [*self.job.words, "--quiet", "--resume", "--out", str(out)]
        command = [sys.executable, "-m", "benchmarks.faults.injected", *point, str(out.parent), *words]
        most_s = max(_HUNG * self.seconds, _LEAST_S)
        with _started(command) as child:
            try:
                if kind in BY_TIME:
                    said = _until(child, at) or self._strike(kind, child, command, most_s)
                else:
                    said, _ = child.communicate(timeout=most_s)
            except subprocess.TimeoutExpired:
                child.kill()
                said, _ = child.communicate()
                return HANGS, f"the command hangs: it has not ended after {most_s:.0f} s. {said}"
        return child.returncode, said

    def _strike(self, kind: str, child: subprocess.Popen, command: list[str], most_s: float) -> str:
        """Let a fault happen that comes by the clock; what the command printed until it ended."""
        if kind == CLOCK:
            child.kill()
        elif kind == WORKER:
            workers = _children(child.pid)
            if workers:
                os.kill(workers[-1], signal.SIGKILL)
        else:
            with _started(command) as second:
                said, _ = second.communicate(timeout=most_s)
            if second.returncode != 2:
                try:
                    return child.communicate(timeout=_ENDING)[0]
                except subprocess.TimeoutExpired:
                    child.communicate(timeout=most_s)
                    return f"Traceback: the second command ended with status {second.returncode}: {said.strip()[-300:]}"
        return child.communicate(timeout=most_s)[0]

    def _inspect(self, kept: set[str]) -> tuple[set[str], list[str]]:
        """States that are finished, and what is wrong: a lost or damaged one, a half result under its final name."""
        wrong, found = [], set()
        for state in self._out.parent.rglob("*.npz"):
            if state.parent.name != "states":
                continue
            try:
                with np.load(state) as archive:
                    for name in archive.files:
                        archive[name]
            except Exception as error:
                wrong.append(f"{state.name} is damaged: {error}")
            found.add(f"{state.parent.parent.name}/{state.name}")
        finished = {folder.name for folder in self._results()}
        for folder in self._results():
            wrong += [f"{folder.name}: half a result" for _ in [0] if not _is_whole(folder)]
        lost = {name for name in kept - found if name.split(".unfinished")[0] not in finished}
        wrong += [f"lost: {name}" for name in sorted(lost)]
        return found, wrong

    def _results(self) -> list[Path]:
        """Folders under a final name."""
        if self.job.words[0] == "run":
            return [self._out] if self._out.is_dir() else []
        cases = self._out / "cases"
        folders = cases.iterdir() if cases.is_dir() else ()
        return [folder for folder in folders if folder.is_dir() and re.fullmatch(r"[0-9a-f]+", folder.name)]

    def _compare(self) -> list[str]:
        return [
            f"{name} differs from that of the undisturbed command"
            for name, content in self._tables.items()
            if not (self._out / name).is_file() or (self._out / name).read_bytes() != content
        ]


def _started(command: list[str]) -> subprocess.Popen:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _until(child: subprocess.Popen, seconds: float) -> str:
    """Wait for a time; what the command printed if it ended sooner, else nothing."""
    try:
        return child.communicate(timeout=seconds)[0] or " "
    except subprocess.TimeoutExpired:
        return ""


def _children(pid: int) -> list[int]:
    """Processes that a process has started; none where the system does not say."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []


def _is_whole(folder: Path) -> bool:
    """Whether a result is complete: its report is written last, its manifest can be read."""
    try:
        return (
            "stages" in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            and (folder / "report.html").is_file()
        )
    except (OSError, ValueError):
        return False


def remove(out: Path) -> None:
    """Remove a result, so that the next chain begins anew."""
    shutil.rmtree(out.parent)
    out.parent.mkdir()
