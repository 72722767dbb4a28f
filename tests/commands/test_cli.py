"""The `vertebra` command: what is printed where, and the exit status."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vertebra.commands.cli import status
from vertebra.fem import NotConverged
from vertebra.meshes.surface import tetwild
from vertebra.scenarios.catalogue import bundled_file, bundled_names
from vertebra.studies import run as run_module

VERBS = (
    "list",
    "copy",
    "run",
    "report",
    "view",
    "compare",
    "check",
    "keys",
    "schema",
    "mesh",
    "sweep",
    "converge",
    "export",
    "verify",
    "validate",
)
COARSE = ("--set", "mesh.parametric.edge_mm=4", "--set", "mesh.order=1")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder and a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def raising(error):
    def compute(*_, **__):
        raise error

    return compute


def test_list_has_one_line_a_scenario_the_main_one_first(here, capsys):
    assert status(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(bundled_names())
    assert lines[0].startswith("main ")
    assert all(len(line) <= 80 for line in lines)


def test_copy_writes_the_scenario_with_its_comments(here, capsys):
    assert status(["copy", "main"]) == 0
    assert (here / "main.toml").read_text(encoding="utf-8") == bundled_file("main").read_text(
        encoding="utf-8"
    )
    assert "vertebra check main.toml" in capsys.readouterr().out
    assert status(["copy", "crush", "mine.toml"]) == 0
    assert status(["check", "mine.toml"]) == 0


def test_copy_never_overwrites(here, capsys):
    Path("main.toml").write_text("mine")
    assert status(["copy", "main"]) == 2
    assert Path("main.toml").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["copy", "man"], ("man", "expected one of main, intact")),
        (["copy", "main", "no/where.toml"], ("no/where.toml", "does not exist", "Make it first")),
        (["run", "mian"], ("mian: no such file", "Did you mean 'main'?")),
        (["run", "main", "--set", "bone.law"], ("--set bone.law", "expected key=value")),
        (["run", "main", "--set", "bone.density_qct_mg_cm3=0"], ("bone.density_qct_mg_cm3", "at least 20")),
        (["check", "main", "--set", "bone.lw=x"], ("bone.lw", "Did you mean 'law'?")),
        (["mesh", "main", "--out", "x.foo"], ("--out x.foo", "found ending '.foo'", ".vtu, .msh, .inp")),
        (["mesh", "main", "--out", "no/x.vtu"], ("--out no/x.vtu", "found no folder no", "Make it first")),
        (["rnu", "main"], ("No such command 'rnu'", "`vertebra --help`")),
        (["run"], ("Missing argument 'SCENARIO'", "`vertebra run --help`")),
        (["run", "main", "--nope"], ("No such option: --nope", "`vertebra run --help`")),
        (["run", "main", "--threads", "0"], ("'--threads'", "greater than or equal to 1")),
        (["run", "main", "--threads", "two"], ("'--threads'", "integer")),
        (["run", "main", "extra"], ("unexpected extra argument", "extra")),
    ],
)
def test_wrong_input_is_one_message_on_stderr_and_writes_nothing(here, capsys, arguments, parts):
    assert status(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert "Traceback" not in printed.err
    for part in parts:
        assert part in printed.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--help"], *([verb, "--help"] for verb in VERBS)])
def test_help_fits_eighty_columns(here, capsys, arguments):
    assert status(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: vertebra")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "..." not in out.replace("[ARGS]...", "").replace("{DIR}...", "")  # no help text is cut short


def test_commands_that_are_not_built_do_not_appear(here, capsys):
    status(["--help"])
    commands = capsys.readouterr().out.partition("Commands:")[2].splitlines()
    assert [line.split()[0] for line in commands if line] == [*VERBS]


def test_version_is_printed(here, capsys):
    assert status(["--version"]) == 0
    assert re.fullmatch(r"vertebra \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize("name", bundled_names())
def test_check_prints_every_value_with_unit_and_source_in_eighty_columns(here, capsys, name):
    assert status(["check", name]) == 0
    out = capsys.readouterr().out
    for part in (
        "bone.density_qct_mg_cm3",
        "mg/cm3",
        "Kopperdahl",
        "solver.tolerance",
        "default",
        "scenario",
    ):
        assert part in out
    assert max(len(line) for line in out.splitlines() if str(bundled_file(name)) not in line) <= 80
    assert list(here.iterdir()) == []


def test_check_shows_values_of_set(here, capsys):
    status(["check", "main", "--set", "arms.vertebroplasty.cement.volume_ml=5.25"])
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "cement.volume_ml" in line)
    assert "5.25" in line
    assert "mL" in line


def test_mesh_is_written_and_its_quality_printed(here, capsys):
    assert status(["mesh", "intact", "--out", "body.vtu", *COARSE]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^n_inverted +0$", out, re.MULTILINE)
    assert "wrote body.vtu" in out
    assert [file.name for file in here.iterdir()] == ["body.vtu"]


@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (NotConverged("400 iterations left a residual of 0.5", [1.0, 0.5]), 3, "--resume"),
        (tetwild.MeshingFailed("fTetWild died."), 3, "main.toml: mesh.surface: fTetWild died."),
        (OSError(28, "No space left on device"), 3, "No space left on device"),
        (MemoryError(), 3, "not enough memory"),
        (KeyboardInterrupt(), 130, "the same command with --resume goes on"),
        (ZeroDivisionError("division by zero"), 3, "ZeroDivisionError: division by zero (test_cli.py, line"),
    ],
)
def test_status_tells_what_became_of_the_computation(here, capsys, monkeypatch, error, code, part):
    monkeypatch.setattr(run_module, "run", raising(error))
    assert status(["run", "main"]) == code
    printed = capsys.readouterr()
    assert part in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("command", ["run", "mesh"])
def test_mesher_that_dies_is_a_failure_and_writes_nothing(here, capsys, monkeypatch, command):
    monkeypatch.setenv("VERTEBRA_CACHE_DIR", str(here / "cache"))
    monkeypatch.setattr(tetwild, "_CHILD", "import sys; sys.exit('no wheel turned')")
    assert status([command, "surface", "--out", "x.vtu", "--set", "mesh.surface.method=tetwild"]) == 3
    *_, line = capsys.readouterr().err.splitlines()
    assert re.search(r"^failed: .*mesh\.surface: fTetWild .*no wheel turned.* Try another edge_mm", line)
    assert list(here.iterdir()) == []


def test_the_command_itself_ends_with_the_status(here):
    code = "import sys; sys.argv[1:] = ['run', 'mian']; from vertebra.commands.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


QUICK = ("intact", *COARSE, "--set", "output.pictures=false", "--set", "capacity.virtual_test=off", "--quiet")


@pytest.mark.slow
def test_a_variant_never_replaces_another_result(here, capsys):
    assert status(["run", *QUICK]) == 0
    assert status(["run", *QUICK, "--set", "bone.density_qct_mg_cm3=80"]) == 0
    plain, dense = sorted((here / "results").iterdir(), key=lambda folder: len(folder.name))
    assert dense.name.startswith("L1-intact+bone.density_qct_mg_cm3=80+")
    assert plain.name.startswith("L1-intact+capacity.virtual_test=off+")
    before = (plain / "capacity.csv").read_bytes()
    assert (dense / "capacity.csv").read_bytes() != before

    capsys.readouterr()
    assert status(["run", *QUICK, "--set", "bone.density_qct_mg_cm3=80", "--out", str(plain)]) == 2
    message = capsys.readouterr().err
    for part in ("found a result of other inputs", "bone.density_qct_mg_cm3 = ", "now 80", "--force"):
        assert part in message
    assert (plain / "capacity.csv").read_bytes() == before

    forced = ["run", *QUICK, "--set", "bone.density_qct_mg_cm3=80", "--out", str(plain), "--force"]
    assert status(forced) == 0
    assert (plain / "capacity.csv").read_bytes() == (dense / "capacity.csv").read_bytes()
    assert sorted(folder.name for folder in (here / "results").iterdir()) == sorted([plain.name, dense.name])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["list"], ["keys", "--help"]])
def test_help_and_lists_load_nothing_that_computes(here, arguments):
    code = (
        "import sys; from vertebra.commands.cli import status; "
        f"code = status({arguments!r}); "
        "heavy = [name for name in ('numpy', 'numba', 'rich.console') if name in sys.modules]; "
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
