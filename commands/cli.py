"""The `vertebra` command: reads arguments, shows progress, prints tables, sets the exit status.

0 done; 1 `verify` or `validate` missed what must hold; 2 the input is wrong; 3 the computation failed; 130
interrupted. Commands import what computes only when they run, so that help, lists and completion answer at once.
"""

import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from vertebra.records.manifest import version
from vertebra.records.tables import read_csv
from vertebra.scenarios.catalogue import bundled_file, bundled_names, bundled_title
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.schema import Scenario

from .running import print_activities, print_summary, progress

app = typer.Typer(
    name="vertebra",
    help="How much load can a fractured vertebra bear, week after week while it heals, and what does cement "
    "change? Verified, not validated; not for clinical use.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
out_console = Console(highlight=False)
err_console = Console(stderr=True, highlight=False)

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A path, or the name of a bundled one.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Replace a value, e.g. arms.NAME.cement.volume_ml=5."),
]

CsvFile = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table, too.")]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page, too.")]


class ComputationError(Exception):
    """The solver gave up."""


class NoMeshError(Exception):
    """The mesher gave up; nothing was written."""


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(status(sys.argv[1:]))


def status(arguments: list[str]) -> int:
    """Run the command line with the given arguments and return its exit status."""
    try:
        code = app(arguments or ["--help"], prog_name="vertebra", standalone_mode=False) or 0
    except typer.TyperException as error:
        return _wrong_command(error)
    except ScenarioError as error:
        _complain(f"error: {error}")
        return 2
    except NoMeshError as error:
        _complain(f"failed: {error}")
        return 3
    except ComputationError as error:
        _complain(f"failed: {error}", "Finished states are kept; correct the cause and go on with --resume.")
        return 3
    except (OSError, MemoryError) as error:
        reason = str(error) or "not enough memory"
        _complain(f"failed: {reason}", "Finished states are kept; make room and go on with --resume.")
        return 3
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except Exception as error:
        if "VERTEBRA_TRACEBACK" in os.environ:
            raise
        return _unforeseen(error)
    if code == 130:
        _complain("interrupted: finished states are kept; the same command with --resume goes on.")
    return code


def _complain(*lines: str) -> None:
    for line in lines:
        err_console.print(line, markup=False, soft_wrap=True)


def _wrong_command(error: typer.TyperException) -> int:
    """Tell what is wrong with the words of the command, and where they are explained."""
    context = getattr(error, "ctx", None)
    command = "vertebra" if context is None else context.command_path
    text = error.format_message()
    _complain(
        f"error: {text}{'' if text.endswith(('.', '?')) else '.'} `{command} --help` explains the command."
    )
    return 2


def _unforeseen(error: Exception) -> int:
    """One line, not a traceback, for a fault of the program."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    _complain(
        f"failed: {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})",
        "This is a fault of vertebra, not of your input. Finished states are kept. Please report it with the "
        "scenario and with what the same command prints after `export VERTEBRA_TRACEBACK=1`.",
    )
    return 3


def _read(scenario: str, overrides: Sequence[str]) -> tuple[Scenario, Path]:
    """The scenario and the file it was read from."""
    checked = read_scenario(scenario, overrides)
    assert checked.file is not None  # it was read
    return checked, checked.file


def _print_version(asked: bool) -> None:
    if asked:
        out_console.print(f"vertebra {version()}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command("list")
def list_scenarios() -> None:
    """List the bundled scenarios, the main one first."""
    width = max(len(name) for name in bundled_names())
    for name in bundled_names():
        out_console.print(f"{name:<{width}}  {bundled_title(name)}", markup=False, soft_wrap=True)


@app.command()
def copy(
    name: Annotated[str, typer.Argument(help="Name of a bundled scenario.")],
    file: Annotated[Path | None, typer.Argument(help="Where to write; default NAME.toml here.")] = None,
) -> None:
    """Write a bundled scenario with its comments, to be edited."""
    if name not in bundled_names():
        message = f"{name}: no bundled scenario of that name, expected one of {', '.join(bundled_names())}."
        raise ScenarioError(message)
    target = file or Path(f"{name}.toml")
    if target.exists():
        message = (
            f"{target}: exists already; it is not overwritten. Name another file: vertebra copy {name} FILE."
        )
        raise ScenarioError(message)
    if not target.parent.is_dir():
        message = f"{target}: the folder {target.parent} does not exist. Make it first."
        raise ScenarioError(message)
    target.write_text(bundled_file(name).read_text(encoding="utf-8"), encoding="utf-8")
    out_console.print(f"wrote {target}. Edit it, then: vertebra check {target}", markup=False, soft_wrap=True)


@app.command()
def run(
    scenario: ScenarioName,
    out: Annotated[Path | None, typer.Option(help="Folder of the result; default results/<name>.")] = None,
    set_: Overrides = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from an interrupted run.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Default: the processors at hand, at most 4.")
    ] = None,
) -> None:
    """Compute capacity over time; write tables and a report."""
    from vertebra.fem import NotConverged
    from vertebra.meshes.surface.tetwild import MeshingFailed
    from vertebra.studies.run import run as compute

    overrides = [*(set_ or ()), *([] if threads is None else [f"solver.threads={threads}"])]
    checked, file = _read(scenario, overrides)
    folder = out or Path("results") / safe_name(checked.name)
    with progress(quiet, err_console) as (report, say):
        try:
            compute(checked, folder, resume=resume, report=report, say=say)
        except NotConverged as error:
            raise ComputationError(*error.args) from error
        except MeshingFailed as error:
            message = f"{file}: mesh.surface: {error}"
            raise NoMeshError(message) from error
    if not quiet:
        print_summary(read_csv(folder / "capacity.csv"), out_console)
        print_activities(
            read_csv(folder / "activities.csv"), checked.loading.load_to_strength_limit, out_console
        )
        out_console.print(f"\nreport: {folder / 'report.html'}", markup=False, soft_wrap=True)
        out_console.print(
            "next:   open the report in a browser, the fields-*.vtkhdf in ParaView,\n"
            "        or change the question:\n"
            f"        vertebra copy {file.stem if file.stem in bundled_names() else 'main'} my.toml",
            markup=False,
            soft_wrap=True,
        )


@app.command()
def check(scenario: ScenarioName, set_: Overrides = None) -> None:
    """Print every value with unit and source; run nothing."""
    from .explain import print_scenario

    print_scenario(read_scenario(scenario, set_ or ()), out_console)


@app.command()
def mesh(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option(help="File to write: .vtu, .msh or .inp.")],
    set_: Overrides = None,
) -> None:
    """Write the mesh with its regions; print its quality."""
    from vertebra.meshes.files.writing import FORMATS, write_mesh
    from vertebra.meshes.surface.tetwild import MeshingFailed
    from vertebra.studies.preparing import prepare

    checked, file = _read(scenario, set_ or ())
    if out.suffix.lower() not in FORMATS:
        message = f"--out {out}: found ending {out.suffix!r}, expected one of {', '.join(FORMATS)}. Rename the file."
        raise ScenarioError(message)
    if not out.parent.is_dir():
        message = f"--out {out}: found no folder {out.parent}, expected one that exists. Make it first."
        raise ScenarioError(message)
    try:
        anatomy = prepare(checked).anatomy
    except MeshingFailed as error:
        message = f"{file}: mesh.surface: {error}"
        raise NoMeshError(message) from error
    write_mesh(anatomy.fractured.mesh, out)
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        err_console.print(text, markup=False, soft_wrap=True)
    _print_quality(asdict(anatomy.quality))
    out_console.print(f"wrote {out}", markup=False, soft_wrap=True)


@app.command()
def converge(
    scenario: ScenarioName,
    edges: Annotated[
        str | None, typer.Option(metavar="MM,MM,MM", help="Three or more mesh sizes, decreasing, e.g. 4,3,2.")
    ] = None,
    days: Annotated[
        str | None, typer.Option(metavar="DAY,...", help="Days of the scenario; default the first and last.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; default results/<name>-convergence.")] = None,
    set_: Overrides = None,
    virtual_test: Annotated[
        bool, typer.Option("--virtual-test", help="The elastic-plastic test, too; takes much longer.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from an interrupted study.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
) -> None:
    """Compute a scenario on several meshes; extrapolate."""
    from vertebra.meshes.surface.tetwild import MeshingFailed
    from vertebra.studies.convergence.converging import converge as compute
    from vertebra.studies.convergence.study import study_of

    from .converging import numbers_in, print_extrapolated

    checked, file = _read(scenario, set_ or ())
    sizes, on = numbers_in("--edges", edges, float), numbers_in("--days", days, int)
    study = study_of(checked, sizes, on, virtual_test=virtual_test)
    folder = out or Path("results") / f"{safe_name(checked.name)}-convergence"
    with _solving(), progress(quiet, err_console) as (report, say):
        try:
            compute(study, folder, resume=resume, report=report, say=say)
        except MeshingFailed as error:
            message = f"{file}: mesh.surface: {error}"
            raise NoMeshError(message) from error
    if not quiet:
        print_extrapolated(folder, study.distinct_states, out_console)
        out_console.print(f"\nfigure: {folder / 'convergence.png'}", markup=False, soft_wrap=True)


@app.command()
def verify(csv: CsvFile = None, html: HtmlFile = None) -> None:
    """Compute cases with a known solution; 1 if one fails."""
    from vertebra.checks.verification import verify as compute

    from .checking import check_files, present, showing

    check_files(csv=csv, html=html)
    with _solving(), showing(err_console) as say:
        findings = compute(say)
    raise typer.Exit(present(findings, csv, html, out_console, is_theory=True))


@app.command()
def validate(
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="Tables that you bring.")] = None,
    cohort: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Compute the virtual cohort anew (an hour or two) into this CSV, or go on with it.",
        ),
    ] = None,
    csv: CsvFile = None,
    html: HtmlFile = None,
) -> None:
    """Compare the model with published observations."""
    from vertebra.checks.validation import validate as compute

    from .checking import brought, check_cohort, check_files, present, showing

    check_files(csv=csv, html=html, cohort=cohort)
    check_cohort(cohort)
    with _solving(), showing(err_console) as say:
        findings = compute(brought(data), cohort=cohort, say=say)
    raise typer.Exit(present(findings, csv, html, out_console, is_theory=False))


@contextmanager
def _solving() -> Iterator[None]:
    """Call a solver that gives up a failed computation."""
    from vertebra.fem import NotConverged

    try:
        yield
    except NotConverged as error:
        raise ComputationError(*error.args) from error


def _print_quality(quality: dict[str, Any]) -> None:
    """Print numbers of a mesh, one a line; units are the endings of the names."""
    volumes = {f"volume_{region}_mm3": value for region, value in quality.pop("volume_mm3").items()}
    numbers = quality | volumes
    for name, value in numbers.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        out_console.print(f"{name:<30}{shown:>10}", markup=False)


def safe_name(name: str) -> str:
    """Make a scenario's name safe as a folder name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "scenario"
