"""Record which kernels runs call: ``python -m vertebra.studies.compiling.recording`` writes the list anew.

What a kernel needs is read off the runs: the fewest features that tell those which called it from those which did not.
"""

import sys
import tempfile
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from vertebra.kernels.compilation import compilation_clock
from vertebra.kernels.disk import KernelCache
from vertebra.kernels.specialisation import name_of
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario

from ..run import compute_into
from .listed import LIST, Row, features, write_list

RUNS = (
    ("main",),
    ("augmentation",),
    ("crush",),
    ("rehabilitation",),
    ("surface",),
    ("image",),
    ("intact",),
    ("main", "mesh.order=1"),
    ("main", "mesh.order=1", "capacity.rule=section", "capacity.virtual_test=off"),
)
"""Runs that are recorded: a bundled scenario, and what is changed."""
_QUICK = ("healing.days=[0, 84, 365]", "output.pictures=false", "solver.threads=1")
_EDGE_MM = 4
_ORDER = (
    "order",
    "cement",
    "healing",
    "law",
    "capacity",
    "virtual_test",
    "fracture",
    "bands",
    "anatomy",
    "anisotropy",
    "ends",
    "method",
    "rotation",
)
"""Features from the one that most probably decides which kernels are called to the one that least does."""

Run = tuple[frozenset[str], Sequence[str]]
"""Features of a run, and names of the kernels that it called, in the order of their first calls."""


def called_by(scenario: Scenario) -> list[str]:
    """Compute a scenario; names of the kernels that Python called first in this process, in order."""
    called: list[str] = []
    caches: Any = KernelCache
    load = caches.load_overload

    def noting(cache, signature, context):
        if not clock.is_running:  # else it is called by the kernel that is being compiled
            called.append(name_of(cache._kernel, signature))
        return load(cache, signature, context)

    caches.load_overload = noting
    try:
        with compilation_clock() as clock, tempfile.TemporaryDirectory() as folder:
            compute_into(scenario, Path(folder, "result"))
    finally:
        caches.load_overload = load
    return called


def record(name: str, *changes: str) -> Run:
    """Run a bundled scenario on a coarse mesh in a process of its own."""
    scenario = read_scenario(name, changes)
    key = scenario.mesh.anatomy.key
    scenario = read_scenario(name, (*changes, *_QUICK, f"{key}.edge_mm={_EDGE_MM}"))
    with get_context("spawn").Pool(1) as pool:
        return features(scenario), pool.apply(called_by, (scenario,))


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Rows of the list: every kernel with what it needs, in the order of the runs and of their calls."""
    names = dict.fromkeys(name for _, called in runs for name in called)
    return [(name, needs_of(name, runs)) for name in names]


def needs_of(name: str, runs: Sequence[Run]) -> frozenset[str]:
    """Fewest features that every run with this kernel has, and, as far as that can be, no other run."""
    having = [has for has, called in runs if name in called]
    others = [has for has, called in runs if name not in called]
    needs = frozenset.intersection(*having)
    wrong = sum(needs <= has for has in others)
    for feature in sorted(needs, key=_doubt, reverse=True):
        fewer = needs - {feature}
        if sum(fewer <= has for has in others) == wrong:
            needs = fewer
    return needs


def _doubt(feature: str) -> tuple[int, int, str]:
    """How little a feature probably decides; of two of a kind, the one that says more."""
    return _ORDER.index(feature.partition("=")[0]), len(feature), feature


def main() -> None:
    """Record."""
    runs = []
    for number, words in enumerate(RUNS, start=1):
        print(f"[{number}/{len(RUNS)}] {' '.join(words)}", file=sys.stderr, flush=True)
        runs.append(record(*words))
    write_list(rows_of(runs))
    print(LIST)


if __name__ == "__main__":
    main()
