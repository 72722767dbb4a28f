"""A whole run with neighbours: table, manifest and page."""

import json

import pytest

from vertebra.records.columns import NEIGHBOURS
from vertebra.records.tables import read_csv
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.run import run

CHANGES = (
    "mesh.parametric.edge_mm=4",
    "mesh.order=2",
    "healing.days=[0,7]",
    "capacity.rule=section",
    "capacity.virtual_test=off",
    "capacity.interaction=off",
    "uncertainty.bands=off",
    "output.pictures=false",
    "neighbours.beside=above",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("neighbours") / "result"
    run(read_scenario("main", CHANGES), out=out)
    return out


def test_every_key_day_of_every_arm_has_its_neighbour(folder):
    rows = {(row["arm"], row["day"]): row for row in read_csv(folder / NEIGHBOURS.file)}
    assert set(rows) == {("intact", 0)} | {
        (arm, day) for arm in ("conservative", "vertebroplasty") for day in (0, 7)
    }
    bare, filled = rows["conservative", 7], rows["vertebroplasty", 7]
    assert filled["endplate_deflection_mm"] < 0.5 * bare["endplate_deflection_mm"]
    assert filled["disc_pressure_MPa"] > bare["disc_pressure_MPa"]
    ratio = bare["adjacent_yield_N"] / filled["adjacent_yield_N"]
    assert filled["adjacent_load_ratio"] == pytest.approx(ratio, rel=1e-5)
    assert bare["adjacent_ultimate_N"] == ""


def test_manifest_counts_segments_and_names_the_constants_of_the_disc(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["neighbours"]["n_segments"] == 4  # arms share the state of day 0
    assert manifest["neighbours"]["n_failed"] == 0
    assert {"disc.anulus", "disc.nucleus"} <= {row["quantity"] for row in manifest["sources"]}


def test_the_report_tells_of_neighbours(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Neighbouring vertebrae" in page
    assert "not a probability of fracture" in page
