"""A campaign of faults: runs and studies are disturbed at random points and taken up again, until they end.

``python -m benchmarks.faults.campaign --faults 50 --log faults.csv`` takes about a quarter of an hour on two quiet
cores, needs nobody, and writes a line after every fault. After every fault: nothing half-written under a final name,
every finished state still there and whole; in the end: the tables of an undisturbed run, byte for byte. A command that
hangs is ended and counts as wrong, and so does a job that cannot be begun; the others go on. An equal seed makes equal
faults, but for those that come by the clock.
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .disturbed import Disturbed, Happened
from .injected import NONE
from .jobs import jobs


def campaign(names: Sequence[str], faults: int, length: int, seed: int, folder: Path) -> Iterator[Happened]:
    """Disturb jobs in turn, in chains of so many faults; one that cannot be begun is left out."""
    draw = random.Random(seed)
    chosen = [job for job in jobs(folder) if not names or job.name in names]
    disturbed: dict[str, Disturbed] = {}
    turn, left = 0, faults
    while left > 0 and chosen:
        job = chosen[turn % len(chosen)]
        turn += 1
        try:
            if job.name not in disturbed:
                disturbed[job.name] = Disturbed(job, folder / job.name.replace(" ", "-"))
        except (RuntimeError, OSError) as error:
            chosen.remove(job)
            yield Happened(job.name, "begin", 0, 1, (str(error),))
            continue
        here = min(length, left)
        left -= here
        yield from disturbed[job.name].chain(here, draw)


def _note(log: Path, happened: Happened, verdict: str) -> None:
    """Append a line to the log: what was disturbed, by what, when, how it ended, what was wrong."""
    is_new = not log.is_file()
    with log.open("a", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        if is_new:
            rows.writerow(("time", "job", "fault", "at", "status", "verdict"))
        now = time.strftime("%Y-%m-%dT%H:%M:%S")
        rows.writerow((now, happened.job, happened.kind, f"{happened.at:.6g}", happened.status, verdict))


def main() -> None:
    """Run a campaign and end with status 1 if anything was lost."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--faults", type=int, default=50)
    words.add_argument("--length", type=int, default=4, help="faults in a row before a job may end")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--log", type=Path, help="append a line for every fault to this file, as it happens")
    words.add_argument("--job", action="append", default=[], help="names of jobs; default: all")
    given = words.parse_args()
    counted: dict[str, int] = {}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        for each in campaign(given.job, given.faults, given.length, given.seed, Path(place)):
            counted[each.kind] = counted.get(each.kind, 0) + 1
            wrong += bool(each.wrong)
            verdict = "; ".join(each.wrong) or ("equal" if each.kind == NONE else "nothing lost")
            if given.log:
                _note(given.log, each, verdict)
            print(
                f"{each.job:20} {each.kind:10} {each.at:7.1f}  status {each.status:4}  {verdict}", flush=True
            )
    ends, counted = (
        counted.pop(NONE, 0),
        {name: number for name, number in counted.items() if name != "begin"},
    )
    print(f"{sum(counted.values())} faults ({counted}), {ends} ends; {wrong} with something wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
