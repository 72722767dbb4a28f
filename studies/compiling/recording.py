"""Record which kernels runs call: ``python -m vertebra.studies.compiling.recording`` writes the list anew.

Every run starts with an empty cache, so that what it calls is what it leaves there. What a kernel needs is read off the
runs: the fewest features that tell those which called it from those which did not.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

from vertebra.kernels.disk import contents
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.reading import read_scenario

from .listed import Row, features, write_list

COARSE = ("mesh.order=1", "capacity.rule=section", "capacity.virtual_test=off")
"""What is changed in runs beside those of the bundled scenarios as they are."""
_QUICK = ("output.pictures=false", "solver.threads=1")
_ORDER = (
    "order",
    "cement",
    "law",
    "capacity",
    "virtual_test",
    "anatomy",
    "fracture",
    "bands",
    "anisotropy",
    "ends",
    "method",
    "rotation",
)
"""Features from the one that most probably decides which kernels are called to the least."""
_PROGRAM = """\
import sys
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.run import run
run(read_scenario(sys.argv[1], sys.argv[3:]), sys.argv[2])
"""

Run = tuple[frozenset[str], Sequence[str]]
"""Features of a run, and names of the kernels that it called, in order."""


def record(name: str, changes: Sequence[str]) -> Run:
    """Run a bundled scenario with an empty cache; its features and what it compiled."""
    with tempfile.TemporaryDirectory() as folder:
        cache = os.path.join(folder, "cache")
        words = [name, os.path.join(folder, "result"), *changes, *_QUICK]
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, *words], check=True, env=os.environ | {"NUMBA_CACHE_DIR": cache}
        )
        return features(read_scenario(name, changes)), contents(cache)


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
    for feature in sorted(needs, key=lambda feature: -_ORDER.index(feature.partition("=")[0])):
        fewer = needs - {feature}
        if sum(fewer <= has for has in others) == wrong:
            needs = fewer
    return needs


def main(changed: Mapping[str, Sequence[str]]) -> None:
    """Record all bundled scenarios, as they are and changed."""
    runs = [record(name, edge(name)) for name in ("main", *sorted(set(bundled_names()) - {"main"}))]
    write_list(rows_of(runs))
