"""The clock of all stages: wall time, or processor time on a machine that has other work to do."""

import os
import time

CLOCKS = ("wall", "cpu")
VARIABLE = "VERTEBRA_BENCHMARK_CLOCK"


def clock() -> float:
    """Seconds on the clock that the run has chosen; processor time includes finished child processes."""
    if os.environ.get(VARIABLE) == "cpu":
        children = os.times()
        return time.process_time() + children.children_user + children.children_system
    return time.perf_counter()
