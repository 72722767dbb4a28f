"""Decks of a finished run: complete, readable by our own readers, and run by CalculiX where it is installed."""

import re
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest

import vertebra
from vertebra.exports.materials import binned, exact
from vertebra.exports.model import ExportError, read_model
from vertebra.exports.writing import export
from vertebra.meshes.volumes.reading import read_tetrahedra
from vertebra.models.vertebra_model import VertebraModel

pytestmark = pytest.mark.slow

DAY, ARM = 84, "vertebroplasty"
COARSE = {
    "mesh.parametric.edge_mm": 4,
    "output.pictures": False,
    "capacity.rule": "section",
    "capacity.virtual_test": "off",
    "capacity.interaction": "off",
    "uncertainty.bands": "off",
    "healing.days": [0, DAY],
}


KINDS = {
    "tet4": {"mesh.order": 1},
    "tet10": {"mesh.order": 2, "fracture.collapse": False},
    "turning": {"mesh.order": 1, "loading.rotation": "free"},
}


@pytest.fixture(scope="module")
def run_of():
    """Cemented runs by their kind, each computed once; the platen turns in the last."""
    return cache(lambda kind: vertebra.run(vertebra.read_scenario("main").with_values(COARSE | KINDS[kind])))


@pytest.fixture(params=KINDS)
def result(request, run_of):
    return run_of(request.param)


@pytest.fixture(scope="module")
def intact():
    """A scenario without a fracture, of one density, and its run."""
    quick = {name: COARSE[name] for name in COARSE if name != "healing.days"}
    scenario = vertebra.read_scenario("intact").with_values(
        quick | {"mesh.order": 1, "bone.distribution": "uniform"}
    )
    return scenario, vertebra.run(scenario)


def total_force(deck):
    """Sum of the reactions of the upper face, as CalculiX prints it."""
    done = subprocess.run(
        ["ccx", deck.stem], cwd=deck.parent, capture_output=True, text=True, check=False, timeout=600
    )
    table = deck.with_suffix(".dat")
    assert table.is_file(), done.stdout[-500:]
    return np.array(table.read_text().split()[-3:], float)


@pytest.mark.skipif(shutil.which("ccx") is None, reason="CalculiX (ccx) is not installed")
@pytest.mark.parametrize(
    ("result", "arm"), [*((kind, ARM) for kind in KINDS), ("tet4", "conservative")], indirect=["result"]
)
def test_calculix_gives_back_the_reaction(result, tmp_path, arm):
    export(result.folder, arm, DAY, tmp_path / "deck.inp")
    assert total_force(tmp_path / "deck.inp")[2] == pytest.approx(-1000, rel=1e-5)


@pytest.mark.skipif(shutil.which("ccx") is None, reason="CalculiX (ccx) is not installed")
@pytest.mark.parametrize("result", ["tet4"], indirect=True)
def test_bins_cost_no_more_than_the_deck_says(result, tmp_path):
    export(result.folder, ARM, DAY, tmp_path / "deck.inp", bins=22)
    said = float(re.search(r"off by at most (\S+) %", (tmp_path / "deck.inp").read_text())[1])
    assert abs(total_force(tmp_path / "deck.inp")[2] / -1000 - 1) < said / 100


@pytest.mark.parametrize("ending", [".inp", ".feb", ".vtu"])
def test_an_intact_body_comes_back_from_a_deck_with_the_same_force(intact, tmp_path, ending):
    scenario, result = intact
    export(result.folder, "intact", 0, tmp_path / f"deck{ending}")
    np.testing.assert_array_equal(read_model(result.folder, "intact", 0).mesh.points, result.mesh.points)
    named = {
        "mesh.parametric": None,
        "mesh.file.path": str(tmp_path / f"deck{ending}"),
        "mesh.file.level": "L1",
    }
    own, read = (VertebraModel.of(each).intact() for each in (scenario, scenario.with_values(named)))
    assert read.stiffness == pytest.approx(own.stiffness, rel=1e-10)


@pytest.mark.parametrize("ending", [".inp", ".feb", ".vtu"])
def test_mesh_and_sets_of_the_day_are_in_every_deck(result, tmp_path, ending):
    said = export(result.folder, ARM, DAY, tmp_path / f"deck{ending}")
    assert f"arm {ARM}, day {DAY}" in said[0]
    model = read_model(result.folder, ARM, DAY)
    back = read_tetrahedra(tmp_path / f"deck{ending}")
    assert len(back.cells) == model.mesh.n_cells
    np.testing.assert_allclose(back.points, model.mesh.points, rtol=1e-14, atol=1e-14)
    assert not np.allclose(model.mesh.points, result.mesh.points)  # crushed, not intact
    for name in ("superior_face", "inferior_face"):
        np.testing.assert_array_equal(np.sort(back.node_sets[name]), np.sort(model.mesh.node_sets[name]))
    assert len(back.element_sets["superior_cap"]) == model.mesh.in_region("superior_cap").sum()


def test_febio_files_state_their_scale_and_every_modulus(result, tmp_path):
    said = export(result.folder, ARM, DAY, tmp_path / "deck.feb")
    assert any("not run here" in line for line in said)
    text = (tmp_path / "deck.feb").read_text()
    assert '<febio_spec version="4.0">' in text
    model = read_model(result.folder, ARM, DAY)
    assert text.count("<e lid=") == 2 * model.mesh.n_cells
    assert text.count('lid="1">') >= 2
    assert "reaction of superior_face should be -1 N" in text


@pytest.mark.parametrize(
    ("arm", "day", "to", "reason"),
    [
        ("cement", DAY, "x.inp", "found no fields of that arm.*conservative, intact, vertebroplasty"),
        (ARM, 85, "x.inp", "found days 0, 7, 84 of arm vertebroplasty"),
        (ARM, DAY, "x.stl", "expected one of .inp, .feb, .vtu"),
        (ARM, DAY, "no/x.inp", "found no folder"),
    ],
)
def test_what_is_not_there_is_refused(result, tmp_path, arm, day, to, reason):
    with pytest.raises(ExportError, match=reason):
        export(result.folder, arm, day, tmp_path / to)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(ExportError, match="found no readable manifest"):
        export(tmp_path, ARM, DAY, tmp_path / "x.inp")


def test_bins_keep_the_mean_modulus_and_say_their_error():
    rng = np.random.default_rng(1)
    young, volume = rng.uniform(20, 6000, 500), rng.uniform(1, 3, 500)
    found = binned(young, np.full(500, 0.3), volume, 40)
    assert found.young[found.of_cell] @ volume == pytest.approx(young @ volume)
    assert np.abs(found.young[found.of_cell] / young - 1).max() == pytest.approx(found.largest_error)
    assert found.largest_error < (6000 / 20) ** (1 / 40) - 1
    assert exact(young, np.full(500, 0.3)).largest_error == 0
