"""A campaign of faults: runs and studies are disturbed at random points and taken up again, until they end.

``python -m benchmarks.faults.campaign --faults 50`` takes about a quarter of an hour. After every fault: nothing
half-written under a final name, every finished state still there and whole; in the end: the tables of an undisturbed
run, byte for byte.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .injected import FAULTS, KILL, NONE

ROOT = Path(__file__).resolve().parents[2]
CLOCK = "clock"
"""Fault that comes at a random time instead of a random point: a kill from outside."""
_COARSE = {
    "mesh.parametric.edge_mm": "4",
    "mesh.order": "1",
    "output.pictures": "false",
    "output.fields": "[]",
    "capacity.virtual_test": "off",
    "capacity.rule": "section",
    "uncertainty.bands": "off",
}
_EXPECTED = {
    "kill": (-9,),
    CLOCK: (-9, 0),
    "interrupt": (130,),
    "full": (2, 3),
    "read-only": (2, 3),
    "memory": (3,),
}
"""Statuses with which a command ends by a fault; 0 where it came too late."""


@dataclass(frozen=True)
class Job:
    """Something that is disturbed.

    Attributes
    ----------
    name : str
    words : tuple of str
        Of the command, without its folder.
    tables : tuple of str
        Files that are compared.
    """

    name: str
    words: tuple[str, ...]
    tables: tuple[str, ...]


def run_of(name: str, scenario: str, **values: str) -> Job:
    """A coarse run of a scenario."""
    given = _COARSE | {key.replace("__", "."): value for key, value in values.items()}
    words = [word for key, value in given.items() for word in ("--set", f"{key}={value}")]
    return Job(
        name, ("run", scenario, *words), ("capacity.csv", "tissue.csv", "healing.csv", "activities.csv")
    )


def jobs(folder: Path) -> list[Job]:
    """Runs and a study, quick enough to be disturbed many times."""
    study = folder / "study.toml"
    values = "\n".join(f'"{key}" = {_toml(value)}' for key, value in _COARSE.items())
    study.write_text(
        f'schema = 1\nname = "disturbed"\nbase = "crush"\n[values]\n"healing.days" = [0, 28]\n{values}\n'
        '[[parameters]]\nkey = "bone.density_qct_mg_cm3"\nvalues = [70, 90, 110, 130]\n',
        encoding="utf-8",
    )
    return [
        run_of("collapsing", "crush", healing__days="[0, 7, 28, 84]"),
        run_of("known", "main", fracture__collapse="false", healing__days="[0, 7, 14, 28]"),
        run_of("regulated", "main", healing__law="mechanoregulation", healing__days="[0, 7, 14]"),
        Job("study", ("sweep", str(study), "--workers", "1"), ("cases.csv", "cases.parquet")),
        Job("study of processes", ("sweep", str(study), "--workers", "2"), ("cases.csv", "cases.parquet")),
    ]


def _toml(value: str) -> str:
    return value if re.fullmatch(r"[\d.]+|true|false|\[.*\]", value) else f'"{value}"'


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
            kind = draw.choice([*FAULTS, CLOCK, KILL])
            at = draw.uniform(0.2, 0.9) * self.seconds if kind == CLOCK else draw.randint(1, self.points)
            code, said = self._command(kind, at, self._out)
            kept, wrong = self._inspect(kept)
            if code not in (*_EXPECTED[kind], 0):
                wrong.append(f"status {code}, expected one of {_EXPECTED[kind]}: {said.strip()[-300:]}")
            if "Traceback" in said or "fault of vertebra" in said:
                wrong.append(said.strip()[-600:])
            if kind in ("full", "read-only") and code == 3 and str(self._out.parent) not in said:
                wrong.append(f"the message names no path: {said.strip()[-300:]}")
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
        words = [*self.job.words, "--quiet", "--resume", "--out", str(out)]
        point = ("none", "0") if kind in (NONE, CLOCK) else (kind, str(int(at)))
        command = [sys.executable, "-m", "benchmarks.faults.injected", *point, str(out.parent), *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, cwd=ROOT, **pipes) as child:
            try:
                said, _ = child.communicate(timeout=at if kind == CLOCK else None)
            except subprocess.TimeoutExpired:
                child.kill()
                said, _ = child.communicate()
        return child.returncode, said

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
    import shutil

    shutil.rmtree(out.parent)
    out.parent.mkdir()


def campaign(names: Sequence[str], faults: int, length: int, seed: int, folder: Path) -> Iterator[Happened]:
    """Disturb jobs in turn, in chains of so many faults."""
    draw = random.Random(seed)
    chosen = [job for job in jobs(folder) if not names or job.name in names]
    disturbed = {}
    for number in range(-(-faults // length)):
        job = chosen[number % len(chosen)]
        if job.name not in disturbed:
            place = folder / job.name.replace(" ", "-")
            disturbed[job.name] = Disturbed(job, place)
        yield from disturbed[job.name].chain(min(length, faults - number * length), draw)


def main() -> None:
    """Run a campaign and end with status 1 if anything was lost."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--faults", type=int, default=50)
    words.add_argument("--length", type=int, default=4, help="faults in a row before a job may end")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--job", action="append", default=[], help="names of jobs; default: all")
    given = words.parse_args()
    counted: dict[str, int] = {}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        for each in campaign(given.job, given.faults, given.length, given.seed, Path(place)):
            counted[each.kind] = counted.get(each.kind, 0) + 1
            wrong += bool(each.wrong)
            verdict = "; ".join(each.wrong) or ("equal" if each.kind == NONE else "nothing lost")
            print(
                f"{each.job:20} {each.kind:10} {each.at:7.1f}  status {each.status:4}  {verdict}", flush=True
            )
    ends = counted.pop(NONE, 0)
    print(f"{sum(counted.values())} faults ({counted}), {ends} ends; {wrong} with something wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
