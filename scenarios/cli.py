"""The `vertebra` command: reads arguments, shows progress, prints tables, sets the exit status.

0 done; 2 the input is wrong; 3 the computation failed; 130 interrupted.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import click
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from vertebra.fem import NotConverged
from vertebra.reports.manifest import version
from vertebra.reports.tables import Row, read_csv

from .anatomy import build_anatomy
from .catalogue import bundled_file, bundled_names, bundled_title
from .reading import ScenarioError, read_scenario

app = typer.Typer(
    name="vertebra",
    help="How much load can a fractured vertebra bear, week after week while it heals, and what does cement "
    "change? Verified, not validated; not for clinical use.",
    no_args_is_help=True,
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


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(status(sys.argv[1:]))


def status(arguments: list[str]) -> int:
    """Run the command line with the given arguments and return its exit status."""
    try:
        return app(arguments, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return 2
    except ScenarioError as error:
        err_console.print(f"error: {error}", markup=False, soft_wrap=True)
        return 2
    except NotConverged as error:
        err_console.print(f"failed: {error}", markup=False, soft_wrap=True)
        err_console.print("Finished states are kept; correct the cause and go on with --resume.")
        return 3
    except (OSError, MemoryError) as error:
        reason = str(error) or "not enough memory"
        err_console.print(f"failed: {reason}", markup=False, soft_wrap=True)
        err_console.print("Finished states are kept; make room and go on with --resume.")
        return 3
    except (click.Abort, KeyboardInterrupt):
        err_console.print("interrupted: finished states are kept; the same command with --resume goes on.")
        return 130


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
    threads: Annotated[int | None, typer.Option(min=1, help="Default: the processors, at most 4.")] = None,
) -> None:
    """Compute capacity over time and write tables, fields, figures and a report."""
    from .run import run_scenario

    overrides = [*(set_ or ()), *([] if threads is None else [f"solver.threads={threads}"])]
    checked, file = read_scenario(scenario, overrides)
    folder = out or Path("results") / safe_name(checked.name)
    with _progress(quiet) as (report, say):
        run_scenario(checked, file, folder, resume=resume, report=report, say=say)
    if not quiet:
        _print_summary(read_csv(folder / "capacity.csv"))
        out_console.print(f"\nreport: {folder / 'report.html'}", markup=False, soft_wrap=True)
        out_console.print(
            "next:   open the report in a browser, the fields-*.vtkhdf in ParaView, or change the question:\n"
            f"        vertebra copy {file.stem if file.stem in bundled_names() else 'main'} my.toml",
            markup=False,
            soft_wrap=True,
        )


@app.command()
def check(scenario: ScenarioName, set_: Overrides = None) -> None:
    """Read and resolve a scenario, print every value with unit and source, run nothing."""
    from .explain import print_scenario

    checked, file = read_scenario(scenario, set_ or ())
    print_scenario(checked, file, out_console)


@app.command()
def mesh(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option(help="File to write: .vtu, .msh or .inp.")],
    set_: Overrides = None,
) -> None:
    """Write the mesh of a scenario with its regions, and print its quality."""
    from vertebra.meshes.io import write_mesh

    checked, file = read_scenario(scenario, set_ or ())
    try:
        anatomy = build_anatomy(checked)
        write_mesh(anatomy.fractured, out)
    except (ValueError, OSError) as error:
        message = f"{file}: {error}"
        raise ScenarioError(message) from error
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        err_console.print(text, markup=False, soft_wrap=True)
    out_console.print(str(anatomy.quality), markup=False, soft_wrap=True)
    out_console.print(f"wrote {out}", markup=False, soft_wrap=True)


def safe_name(name: str) -> str:
    """Make a scenario's name safe as a folder name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "scenario"


@contextmanager
def _progress(quiet: bool) -> Iterator[tuple[Callable, Callable[[str], None]]]:
    """How a run reports: a bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        yield (lambda progress: None), (lambda text: None)
    elif err_console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
        with Progress(*columns, TextColumn("{task.fields[left]}"), console=err_console) as bar:
            task = bar.add_task("meshing", total=None, left="")

            def show(progress) -> None:
                left = f"{progress.iterations} iterations, {progress.remaining_s:.0f} s left"
                bar.update(
                    task, description=progress.text, total=progress.total, completed=progress.done, left=left
                )

            yield show, lambda text: bar.console.print(text, markup=False, soft_wrap=True)
    else:

        def tell(progress) -> None:
            print(
                f"[{progress.done}/{progress.total}] {progress.text}: {progress.iterations} iterations, "
                f"{progress.remaining_s:.0f} s left",
                file=sys.stderr,
                flush=True,
            )

        yield tell, lambda text: print(text, file=sys.stderr, flush=True)


def _print_summary(rows: list[Row]) -> None:
    """Print capacity, service load and stiffness of every arm and day; fits 80 columns."""
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column("arm")
    for heading in (
        "day",
        "capacity\n[N]",
        "/ intact",
        "service\n[N]",
        "/ intact",
        "stiffness\n[N/mm]",
        "/ intact",
    ):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            str(row["arm"]),
            f"{row['day']:.0f}",
            f"{row['capacity_N']:.0f}",
            f"{row['capacity_ratio']:.2f}",
            f"{row['service_N']:.0f}",
            f"{row['service_ratio']:.2f}",
            f"{row['stiffness_N_per_mm']:.0f}",
            f"{row['stiffness_ratio']:.2f}",
        )
    out_console.print(table)
