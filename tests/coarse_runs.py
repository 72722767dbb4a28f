"""Quick runs of the bundled scenarios, shared by all tests, and how to read what they leave."""

import json
import time

import pytest

from vertebra.commands.cli import status
from vertebra.records.tables import read_csv
from vertebra.scenarios.catalogue import bundled_names

DAYS = {  # the day of the cement is added by the run where it is not listed
    "main": [0, 3, 365],
    "intact": [0],
    "biconcave": [0, 28, 365],
    "crush": [0, 7, 14, 28, 42, 56, 84, 182, 365],
    "surface": [0, 7],
    "image": [0, 7],
    "direct": [0, 28],
    "endochondral": [0, 28],
    "rehabilitation": [0, 84],
    "augmentation": [0, 28, 84],
}
BRACKETED = ("main", "intact", "crush")
"""Scenarios whose capacity is that of the weakest surface; of the others, of the weakest section: quicker."""
QUICK = ("crush", "intact")
"""Scenarios that are run by the quick tests as well."""

LONGEST_S = 600
CEMENT_DAY = {"main": 7, "surface": 7, "image": 7, "biconcave": 14, "augmentation": 28}


def coarse(name, *overrides, pictures=False):
    """Arguments of a quick run: 4 mm, 4-node tetrahedra, few days, no bands, elastic-plastic tests of `main` only."""
    anatomy = name if name in ("surface", "image") else "parametric"
    given = (
        f"mesh.{anatomy}.edge_mm=4",
        "mesh.order=1",
        f"healing.days={DAYS[name]}",
        f"output.pictures={str(pictures).lower()}",
        "uncertainty.bands=off",
        *(() if name == "main" else ("capacity.virtual_test=off",)),
        *(() if name in BRACKETED else ("capacity.rule=section",)),
        *overrides,
    )
    return ["run", name, *(word for text in given for word in ("--set", text))]


def by_arm_and_day(folder, table="capacity.csv"):
    return {(row["arm"], row["day"]): row for row in read_csv(folder / table)}


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def header(file):
    return tuple(file.read_text(encoding="utf-8").splitlines()[0].split(","))


def run_names(*names):
    """Names of bundled scenarios as parameters of a test; those that are not quick are marked slow."""
    return [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in names or bundled_names()
    ]


def finished_run(root, name):
    """Folder of the finished coarse run of a bundled scenario below `root`, which processes may share.

    The first that asks for it computes it, the others wait.
    """
    folder, claim, failed = root / name, root / f"{name}.claimed", root / f"{name}.failed"
    try:
        claim.mkdir()
    except FileExistsError:
        end = time.monotonic() + LONGEST_S
        while not (folder / "report.html").exists():
            assert not failed.exists(), f"the run of {name} failed in another process"
            assert time.monotonic() < end, f"the run of {name} has not ended within {LONGEST_S} s"
            time.sleep(0.05)
        return folder
    try:
        bands = ("uncertainty.bands=on",) if name == "main" else ()
        assert status([*coarse(name, *bands), "--quiet", "--out", str(folder)]) == 0
    except BaseException:
        failed.touch()
        raise
    return folder
