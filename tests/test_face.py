"""What `import vertebra` offers, and what it costs."""

import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from coarse_runs import coarse

import vertebra
from vertebra.commands.cli import status

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))
QUICK = {
    "capacity.rule": "section",  # no bracket
    "capacity.virtual_test": "off",
    "capacity.interaction": "off",
    "uncertainty.bands": "off",
}
COARSE = QUICK | {
    "mesh.parametric.edge_mm": 4,
    "mesh.order": 1,
    "healing.days": [0, 7, 28],
    "output.pictures": False,
}


def fresh_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_nothing_heavy():
    loaded = fresh_python("import sys, vertebra; print(*sys.modules)").split()
    assert not {"numpy", "numba", "scipy", "pydantic", "pyvista", "matplotlib"} & set(loaded)


def test_every_name_of_the_face_is_there():
    fresh_python("import vertebra; [getattr(vertebra, name) for name in vertebra.__all__]")
    assert {"run", "read_scenario", "open_result", "Result", "Vertebra", "Elasticity"} <= set(
        vertebra.__all__
    )
    assert set(vertebra.__all__) <= set(dir(vertebra))
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        vertebra.nothing_of_that_name  # noqa: B018


def test_rooms_are_reached_without_an_import_of_their_own():
    out = fresh_python("import vertebra; print(vertebra.fem.Elasticity.__name__, vertebra.__version__)")
    assert out.split() == ["Elasticity", vertebra.__version__]


@pytest.fixture(scope="module")
def scenario():
    return vertebra.read_scenario("main").with_values(COARSE)


@pytest.fixture(scope="module")
def result(scenario):
    return vertebra.run(scenario)


@pytest.mark.slow
def test_a_run_from_python_gives_the_table_of_the_command(result, tmp_path):
    folder = tmp_path / "r"
    quick = ("capacity.rule=section", "capacity.virtual_test=off", "capacity.interaction=off")
    words = ("healing.days=[0,7,28]", *quick)
    assert status([*coarse("main", *words), "--out", str(folder), "--quiet"]) == 0
    ours, theirs = result.table("capacity"), vertebra.open_result(folder).table("capacity")
    assert list(ours["arm"]) == list(theirs["arm"])
    for column in ("day", "capacity_N", "stiffness_N_per_mm", "service_N", "height_mm"):
        assert np.asarray(ours[column]) == pytest.approx(np.asarray(theirs[column]), rel=1e-9)


def test_a_temporary_result_goes_with_its_owner():
    intact = vertebra.read_scenario("intact")
    coarse_values = {
        name: COARSE[name] for name in ("mesh.parametric.edge_mm", "mesh.order", "output.pictures")
    }
    lone = vertebra.run(intact.with_values(coarse_values))
    folder = lone.folder
    assert (folder / "report.html").is_file()
    del lone
    assert not folder.exists()


def test_fields_come_by_arm_and_day_with_or_without_their_unit(result):
    stress = result.field("stress", arm="vertebroplasty", day=28)
    assert stress.shape == (result.mesh.n_cells, 6)
    assert (stress == result.field("stress_MPa", arm="vertebroplasty", day=28)).all()
    assert (
        stress[result.mesh.in_region("trabecular"), 2].mean() < 0
    )  # axial, third of Voigt's order, compression
    assert result.field("displacement", arm="conservative", day=0).shape == (result.mesh.n_points, 3)
    with pytest.raises(KeyError, match=r"expected one of .*utilisation"):
        result.field("utilization", arm="conservative", day=0)
    with pytest.raises(KeyError, match=r"day 3 .*expected one of 0, 7, 28"):
        result.field("stress", arm="conservative", day=3)
    with pytest.raises(KeyError, match="expected one of intact, conservative, vertebroplasty"):
        result.field("stress", arm="waiting", day=0)


def test_a_grid_holds_the_body_of_the_day_and_all_fields(result):
    intact, crushed = result.grid(arm="intact", day=0), result.grid(arm="conservative", day=0)
    assert intact.n_cells == crushed.n_cells == result.mesh.n_cells
    assert intact.points[:, 2].max() > crushed.points[:, 2].max()
    assert intact.volume == pytest.approx(float(np.sum(intact.compute_cell_sizes()["Volume"])))
    assert crushed.cell_data["utilisation"].max() > 0
    assert crushed.field_data["region_names"][0] == "trabecular"


def test_a_notebook_shows_figure_and_table(result):
    shown = result._repr_html_()
    assert "<svg" in shown
    assert "<td>vertebroplasty</td>" in shown
    assert "capacity_N" in shown
    assert "vertebroplasty" in repr(result)
    assert result.plot().axes


def test_tables_answer_by_column_and_name_those_they_have(result):
    assert set(result.table("activities")["arm"]) == set(result.arms)
    with pytest.raises(KeyError, match=r"expected one of .*capacity"):
        result.table("capacities")
    with pytest.raises(KeyError, match="capacity_N"):
        result.capacity["capacity"]


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"manifest\.json"):
        vertebra.open_result(tmp_path)


@pytest.mark.parametrize("law", ["kinetic", "mechanoregulation"])
def test_a_vertebra_put_on_a_day_is_that_of_the_run(scenario, result, law):
    asked = scenario.with_values({"healing.law": law})
    table = (result if law == scenario.healing.law else vertebra.run(asked)).table("capacity")
    body = vertebra.Vertebra.of(asked)
    for arm, day in (("conservative", 28), ("vertebroplasty", 28), ("vertebroplasty", 0)):
        (row,) = (row for row in table if (row["arm"], row["day"]) == (arm, day))
        state = body.on(day=day, arm=arm)
        assert state.capacity == pytest.approx(row["capacity_N"], rel=2e-3)
        assert state.stiffness == pytest.approx(row["stiffness_N_per_mm"], rel=2e-4)
    assert body.on(day=0, arm="intact").capacity == pytest.approx(body.intact().capacity)


def test_the_weakest_surface_of_a_day_is_that_of_the_run():
    quick = COARSE | {"capacity.rule": "surface", "healing.days": [0, 28]}
    crush = vertebra.read_scenario("crush").with_values(quick)
    row = next(row for row in vertebra.run(crush).table("capacity") if row["day"] == 28)
    state = vertebra.Vertebra.of(crush).on(day=28, arm="conservative")
    assert state.capacity == pytest.approx(row["capacity_N"], rel=2e-3)


def test_a_day_need_not_be_one_of_the_scenario(scenario):
    body = vertebra.Vertebra.of(scenario)
    height = [body.on(day=day, arm="conservative").specimen.height_mm for day in (7, 17, 28)]
    assert height == sorted(height, reverse=True)
    with pytest.raises(ValueError, match="expected one of intact, conservative, vertebroplasty"):
        body.on(day=7, arm="waiting")
    with pytest.raises(ValueError, match="day -1 lies before the fracture"):
        body.on(day=-1, arm="conservative")


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_examples_run(example, tmp_path, monkeypatch, capsys):
    """By the weakest section and without bands; the site runs them as they stand."""
    run, of = vertebra.run, vertebra.Vertebra.of
    monkeypatch.setattr(vertebra, "run", lambda scenario: run(scenario.with_values(QUICK)))
    monkeypatch.setattr(vertebra.Vertebra, "of", lambda scenario: of(scenario.with_values(QUICK)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(example), str(tmp_path)])
    runpy.run_path(str(example), run_name="__main__")
    plt.close("all")
    assert capsys.readouterr().out
    assert any(tmp_path.iterdir())
