"""The kernels that a scenario will call, from a list that was recorded on runs.

A row of the list is a kernel with the types of its arguments and what a scenario must have for it to be called. The
list saves time and decides nothing: a kernel that it lacks is compiled when it is called. `recording.py` writes it.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from vertebra.scenarios.schema import Scenario

LIST = Path(__file__).with_name("kernels.csv")

Row = tuple[str, frozenset[str]]
"""Name of a kernel with types, and the features that it needs."""


def features(scenario: Scenario) -> frozenset[str]:
    """What of a scenario may decide which kernels it calls, in words."""
    mesh, capacity, loading = scenario.mesh, scenario.capacity, scenario.loading
    anatomy = mesh.anatomy.key.removeprefix("mesh.")
    method = getattr(mesh.anatomy, "method", None)
    found = {
        f"anatomy={anatomy}" + (f".{method}" if method else ""),
        f"order={mesh.order}",
        f"anisotropy={scenario.bone.anisotropy}",
        f"fracture={scenario.fracture.type if scenario.fracture else 'none'}",
        f"ends={loading.ends}",
        f"rotation={loading.rotation}",
        f"capacity={capacity.rule}",
        f"virtual_test={capacity.virtual_test}",
        f"bands={scenario.uncertainty.bands}",
        f"method={scenario.solver.method}",
    }
    if scenario.arms:
        found.add("healing")
        found.add(f"law={scenario.healing.law}")
    for cement in (arm.cement for arm in scenario.arms if arm.cement is not None):
        found.add("cement")
        found.add(f"cement={cement.procedure}")
    return frozenset(found)


def listed(scenario: Scenario) -> list[str]:
    """Names of the kernels that a scenario is known to call, in the order of their first calls."""
    has = features(scenario)
    return [name for name, needs in read_list() if needs <= has]


def read_list(file: Path = LIST) -> list[Row]:
    """Rows of the list."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [(row["kernel"], frozenset(row["needs"].split())) for row in csv.DictReader(stream)]


def write_list(rows: Sequence[Row], file: Path = LIST) -> None:
    """Write the list."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("kernel", "needs"))
        writer.writerows((name, " ".join(sorted(needs))) for name, needs in rows)
