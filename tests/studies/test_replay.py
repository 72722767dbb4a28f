"""A result computed again from its manifest."""

import meshio
import numba
import pytest
from coarse_runs import coarse

import vertebra
from vertebra.commands.cli import status
from vertebra.meshes.stored import STORED
from vertebra.meshes.surface import tetwild
from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.records.tables import read_csv
from vertebra.studies import solving

TABLES = ("capacity.csv", "tissue.csv", "healing.csv", "activities.csv", "mesh.npz")


def test_a_manifest_replays_its_result_byte_for_byte(results, tmp_path):
    before = results("direct")
    out = tmp_path / "again"
    assert status(["run", str(before / "manifest.json"), "--quiet", "--out", str(out)]) == 0
    for name in TABLES:
        assert (out / name).read_bytes() == (before / name).read_bytes(), name
    ours, theirs = vertebra.open_result(out).manifest, vertebra.open_result(before).manifest
    assert ours["given"] == theirs["given"]
    assert ours["solver"]["states"] == theirs["solver"]["states"]


def refuse_to_mesh(*_):
    message = "a mesh was made although there is a stored one"
    raise AssertionError(message)


def test_a_result_on_a_mesh_of_ftetwild_is_computed_again_on_that_mesh(tmp_path, monkeypatch):
    monkeypatch.setenv("VERTEBRA_CACHE_DIR", str(tmp_path / "cache"))
    body, file = synthetic_body(16, 3), tmp_path / "body.stl"
    meshio.write(file, meshio.Mesh(body.points, [("triangle", body.triangles)]))
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        f'schema = 1\nname = "s"\nmesh.order = 1\nmesh.surface.file = "{file.as_posix()}"\n'
        'mesh.surface.unit = "mm"\nmesh.surface.axes = "RAS"\nmesh.surface.method = "tetwild"\n'
        'mesh.surface.edge_mm = 4.0\nbone.density_qct_mg_cm3 = 100\nbone.law = "kopperdahl2002"\n'
        'capacity.rule = "section"\noutput.pictures = false\n'
    )
    words = ["run", str(scenario), "--quiet"]
    before, again = tmp_path / "before", tmp_path / "again"
    assert status([*words, "--out", str(before)]) == 0
    assert (before / STORED).is_file()
    (kept,) = (tmp_path / "cache" / "tetwild").iterdir()
    kept.unlink()  # as on another machine
    monkeypatch.setattr(tetwild, "_run_child", refuse_to_mesh)
    assert status(["run", str(before / "manifest.json"), "--quiet", "--out", str(again)]) == 0
    for name in TABLES:
        assert (again / name).read_bytes() == (before / name).read_bytes(), name
    kept.write_bytes((before / STORED).read_bytes()[:50])  # a cache that has been cut does no harm
    scenario = vertebra.read_scenario(again / "manifest.json")
    assert scenario.with_values({"bone.density_qct_mg_cm3": 90}).stored_meshes == again / STORED
    with pytest.raises(AssertionError, match="although there is a stored one"):
        vertebra.Vertebra.of(scenario.on_meshes(None))


def test_a_study_of_convergence_is_computed_again_from_its_manifest(tmp_path, capsys):
    out = tmp_path / "before"
    words = ["converge", "intact", "--edges", "4,3,2.25", "--quiet", "--out", str(out)]
    words += ["--set", "mesh.order=1", "--set", "capacity.rule=section"]
    assert status(words) == 0
    tables = [out / name for name in ("convergence.csv", "extrapolated.csv")]
    before, made = [table.read_bytes() for table in tables], out.stat().st_ino
    manifest = str(out / "manifest.json")
    # the same inputs replace their own result
    assert status(["converge", manifest, "--quiet", "--out", str(out)]) == 0
    assert out.stat().st_ino != made
    assert [table.read_bytes() for table in tables] == before
    capsys.readouterr()
    assert status(["run", manifest, "--out", str(tmp_path / "r")]) == 2
    assert "`vertebra converge" in capsys.readouterr().err


def test_a_study_of_many_cases_is_computed_again_from_its_manifest(tmp_path, capsys):
    study = tmp_path / "study.toml"
    study.write_text(
        'schema = 1\nname = "s"\nbase = "intact"\n[values]\n"mesh.parametric.edge_mm" = 4\n"mesh.order" = 1\n'
        '"output.pictures" = false\n[[parameters]]\nkey = "bone.density_qct_mg_cm3"\nvalues = [80, 100]\n'
    )
    before, again = tmp_path / "before", tmp_path / "again"
    words = ["--quiet", "--workers", "1", "--set", "capacity.rule=section"]
    assert status(["sweep", str(study), *words, "--out", str(before)]) == 0
    study.unlink()
    manifest = str(before / "manifest.json")
    assert status(["sweep", manifest, *words[:3], "--out", str(again)]) == 0
    assert (again / "cases.csv").read_bytes() == (before / "cases.csv").read_bytes()
    capsys.readouterr()
    assert status(["run", manifest, "--out", str(tmp_path / "r")]) == 2
    assert "`vertebra sweep" in capsys.readouterr().err
    assert status(["sweep", str(next((before / "cases").iterdir()) / "manifest.json")]) == 2
    assert "`vertebra run" in capsys.readouterr().err


@pytest.fixture
def two_processors(monkeypatch):
    """As a run has them that shares its machine with no other."""
    monkeypatch.setattr(solving, "_PROCESSORS", 2)
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="there is one thread only")
@pytest.mark.parametrize("collapse", ["true", "false"])
def test_tables_do_not_depend_on_the_number_of_threads(tmp_path, collapse, two_processors):
    quick = (
        "capacity.rule=section",
        "uncertainty.bands=off",
        "healing.days=[0,28]",
        f"fracture.collapse={collapse}",
    )
    for threads in ("1", "2"):
        words = [*coarse("crush", *quick), "--quiet", "--threads", threads]
        assert status([*words, "--out", str(tmp_path / threads)]) == 0
        assert numba.get_num_threads() == int(threads)
    ones, twos = (read_csv(tmp_path / threads / "capacity.csv") for threads in ("1", "2"))
    for one, two in zip(ones, twos, strict=True):
        assert two == {
            name: value if isinstance(value, str) else pytest.approx(value, rel=1e-9)
            for name, value in one.items()
        }
