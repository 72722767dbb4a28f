"""Start peers one after another, each in a child process of its own, inside this run's process group."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NGS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class PeerFailed(RuntimeError):  # noqa: N818
    """A child process ended without a result; the message is the end of what it said."""


def run_peer(peer: str, folder: Path, warm: Path | None, *, threads: int, time_limit: float, **job) -> dict:
    """Run one peer on the case in `folder` after a warm-up on the one in `warm`, if given.

    Returns
    -------
    dict
        What `child` recorded; `array` holds the displacement or the energies, None where there is none.
    """
    result = folder / f"result-{peer}"
    job_file = folder / f"job-{peer}.json"
    content = {
        "peer": peer,
        "case": str(folder),
        "warm": str(warm or ""),
        "result": str(result),
        "task": "solve",
    }
    job_file.write_text(json.dumps(content | job))
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.measuring.child", str(job_file)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired as error:
        message = f"{peer}: not done within {time_limit:g} s"
        raise PeerFailed(message) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        message = f"{peer}: {said[0]}"
        raise PeerFailed(message)
    record = json.loads(result.with_suffix(".json").read_text())
    array = result.with_suffix(".npy")
    record["array"] = np.load(array) if array.exists() else None
    for file in (array, result.with_suffix(".json"), job_file):
        file.unlink(missing_ok=True)
    return record
