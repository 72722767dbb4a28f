"""Run one peer in this process and write down what it took: `python -m benchmarks.measuring.child JOB.json`."""

import gc
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from vertebra.benchmarks.measuring.machine import warm_memory
from vertebra.benchmarks.peers import Outcome, load_peer
from vertebra.benchmarks.problem import Case, System

BYTES_PER_UNKNOWN = 4000
"""What a solver is likely to need and more, of memory that is touched before the clock starts."""


def reset_peak() -> None:
    """Forget the peak memory so far, where the kernel lets us."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def peak_memory() -> float:
    """Largest resident memory since `reset_peak` [MB]."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage / 1024 ** (2 if sys.platform == "darwin" else 1)


def main(job_file: str) -> None:
    """Warm up on the small case, then do the job once with a clean record of peak memory."""
    job = json.loads(Path(job_file).read_text())
    peer = load_peer(job["peer"])

    def run(folder):
        folder = Path(folder)
        case = Case.load(folder)
        system = System.load(folder) if peer.NEEDS_SYSTEM else None
        gc.collect()
        warm_memory(BYTES_PER_UNKNOWN * case.points.size)
        reset_peak()
        baseline = peak_memory()
        start, busy = time.perf_counter(), time.process_time()
        if job["task"] == "series":
            n_points = job["n_points"] if str(folder) == job["case"] else min(job["n_points"], 5)
            outcome = peer.series(case, system, job["history"], n_points, check=job["check"])
        else:
            outcome = peer.solve(case, system)
        times = {"wall": time.perf_counter() - start, "cpu": time.process_time() - busy}
        return outcome, times | {"baseline_MB": baseline, "peak_MB": peak_memory()}

    warm = None
    if job["warm"]:
        warm = run(job["warm"])[1]["wall"]
        gc.collect()
    outcome, record = run(job["case"])
    record["warm"] = warm
    if isinstance(outcome, Outcome):
        record |= {"seconds": outcome.seconds, "iterations": outcome.iterations, "details": outcome.details}
        if outcome.displacement is not None:
            np.save(job["result"] + ".npy", outcome.displacement)
    else:
        record |= {key: value for key, value in vars(outcome).items() if key != "energies"}
        np.save(job["result"] + ".npy", outcome.energies)
    Path(job["result"] + ".json").write_text(json.dumps(record))


if __name__ == "__main__":
    main(sys.argv[1])
