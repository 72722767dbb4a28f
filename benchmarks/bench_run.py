"""First and second run of a scenario, each in a new process: `python -m benchmarks.bench_run --help`.

The first run finds an empty folder for compiled kernels, as after an installation.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from vertebra.benchmarks.measuring.launch import ROOT
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table

COLUMNS = {
    "scenario": "scenario",
    "run": "run",
    "wall_s": "wall s",
    "processor_s": "processor s",
    "peak_MB": "peak MB",
}
_START = "import sys; from vertebra.commands.cli import main; sys.exit(main())"


def measure(scenario: str, changes: Sequence[str], cache: Path, out: Path) -> dict[str, float]:
    """Wall and processor time [s] and peak memory [MB] of one `vertebra run` with its helpers."""
    words = [sys.executable, "-c", _START, "run", scenario, "--out", str(out), "--force"]
    for change in changes:
        words += ["--set", change]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    subprocess.run(words, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = after.ru_maxrss / 1024 ** (2 if sys.platform == "darwin" else 1)
    return {"wall_s": time.perf_counter() - start, "processor_s": spent, "peak_MB": peak}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_run", description=__doc__)
    parser.add_argument("--scenario", default="main")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--repeat", type=int, default=1, help="second runs")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    options = parser.parse_args(arguments)
    threads = os.cpu_count() or 1
    print(describe(threads, bandwidth(threads)), flush=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="vertebra-run-") as place:
        cache, out = Path(place) / "cache", Path(place) / "r"
        cache.mkdir()
        for name in ("first", *["second"] * options.repeat):
            row = {"date": date.today().isoformat(), "scenario": options.scenario, "run": name}
            rows.append(row | measure(options.scenario, options.changes, cache, out))
    print(format_table(COLUMNS, rows))
    if options.csv:
        append_csv(options.csv, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
