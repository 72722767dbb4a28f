"""What the samples of the total band cost in plain runs, what they say, and how well the surrogate fits them.

`python -m benchmarks.bench_uncertainty --help`. One run with `uncertainty.total = on`: the time of a sample, times all
of them, over what all other stages of the same run take, is the cost in plain runs. Samples are kept in `--out` as they
end; the same command goes on where it was killed, but then knows the cost of the other stages in part only.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numba

from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE, clock
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.courses.progress import Progress
from vertebra.records.tables import read_csv
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario
from vertebra.studies.result import Result
from vertebra.studies.run import run
from vertebra.studies.uncertainty.total import TOGETHER

SAMPLES = "uncertainty"
"""Stage of a run in which samples are followed."""
COLUMNS = {
    "scenario": "scenario",
    "samples": "samples",
    "plain_s": "plain run, s",
    "sample_s": "a sample, s",
    "cost": "all samples, plain runs",
    "surrogate_error": "share of variance missed, worst",
}
_LISTED = 8


class Stages:
    """Times of the stages of a run on the chosen clock, and how many parts of samples ended in it."""

    def __init__(self):
        """Begin with the stage before the first."""
        self.seconds: dict[str, float] = {}
        self.parts = 0
        self._stage, self._since = "before", clock()

    def begin(self, stage: str) -> None:
        """One more stage begins."""
        now = clock()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now

    def report(self, progress: Progress) -> None:
        """Count parts of samples that have ended."""
        self.parts += self._stage == SAMPLES


def measure(scenario: Scenario, out: Path) -> tuple[Result, dict[str, float | str]]:
    """Run a scenario with its samples; the result, and a row of the table."""
    stages, total = Stages(), scenario.uncertainty.samples
    result = run(scenario, out, resume=True, begin=stages.begin, report=stages.report)
    stages.begin("after")
    sampling = stages.seconds.get(SAMPLES, 0.0)
    followed = min(total + 1, TOGETHER * stages.parts)  # the plain course is one of them
    plain = sum(stages.seconds.values()) - sampling
    sample = sampling / followed if followed else float("nan")
    return result, {
        "scenario": scenario.name,
        "samples": total,
        "plain_s": plain,
        "sample_s": sample,
        "cost": sample * (total + 1) / plain,
        "surrogate_error": result.manifest["total_band"]["largest_surrogate_error"],
    }


def bands(result: Result, days: Iterable[int]) -> list[dict[str, float | str]]:
    """Capacity with its total band on some days of every arm."""
    names = ("capacity_total_p10_N", "capacity_N", "capacity_total_p90_N")
    return [
        {"arm": row["arm"], "day": row["day"]} | {name: row[name] for name in names}
        for row in read_csv(result.folder / "capacity.csv")
        if row["day"] in days
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; status 1 where the samples cost more than ten plain runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_uncertainty", description=__doc__)
    parser.add_argument("--scenario", default="main")
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--out", type=Path, help="folder of the result, kept; default: a temporary one")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--csv", type=Path, help="append the row to this file")
    options = parser.parse_args(arguments)
    os.environ[VARIABLE] = options.clock
    threads = numba.get_num_threads()
    print(describe(threads, bandwidth(threads)), f"clock: {options.clock}", sep="\n", flush=True)
    asked = ("uncertainty.total=on", f"uncertainty.samples={options.samples}")
    scenario = read_scenario(options.scenario, (*options.changes, *asked))
    with tempfile.TemporaryDirectory(prefix="vertebra-samples-") as place:
        result, row = measure(scenario, options.out or Path(place) / "r")
        print(format_table(COLUMNS, [row]))
        influence = read_csv(result.folder / "influence.csv")
        last = max(row["day"] for row in influence)
        heads = ("arm", "day", "quantity", "input", "first_order", "total_order", "surrogate_error")
        listed = [each for each in influence if each["day"] == last and each["quantity"] == "service_N"]
        print(format_table({name: name for name in heads}, listed[:_LISTED]))
        shown = bands(result, (0, last))
        print(format_table({name: name for name in shown[0]}, shown))
    if options.csv:
        append_csv(options.csv, [row])
    return int(row["cost"] > 10)


if __name__ == "__main__":
    sys.exit(main())
