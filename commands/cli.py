"""The `vertebra` command: its verbs, and the exit status of whatever they do.

Verbs import what computes only when they run, so that help, lists and completion answer at once.
"""

import os
import sys
from contextlib import nullcontext
from typing import Annotated

import typer

from .bundled import copy, list_scenarios
from .check import check, keys, schema
from .checks import validate, verify
from .converge import converge
from .finished.compare import compare
from .finished.report import report
from .finished.view import view
from .mesh import export, mesh
from .options import words_of_bash
from .run import run
from .status import INTERRUPTED, interrupted, status_of
from .sweeps.sweep import sweep

app = typer.Typer(
    name="vertebra",
    help="How much load can a fractured vertebra bear, week after week while it heals, and what does cement "
    "change? Verified, not validated; not for clinical use.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("list")(list_scenarios)
for verb in (
    copy,
    run,
    report,
    view,
    compare,
    check,
    keys,
    schema,
    mesh,
    sweep,
    converge,
    export,
    verify,
    validate,
):
    app.command()(verb)


def main() -> None:
    """Run the command line and end the process with its status."""
    is_bash_asking = os.environ.get("_VERTEBRA_COMPLETE") == "complete_bash"
    with words_of_bash() if is_bash_asking else nullcontext():
        code = status(sys.argv[1:])
    sys.exit(code)


def status(arguments: list[str]) -> int:
    """Run the command line with the given arguments and return its exit status."""
    try:
        code = app(arguments or ["--help"], prog_name="vertebra", standalone_mode=False) or 0
    except (Exception, KeyboardInterrupt) as error:
        return status_of(error)
    return interrupted() if code == INTERRUPTED else code


def _print_version(asked: bool) -> None:
    if asked:
        from vertebra.records.manifest.environment import version

        print(f"vertebra {version()}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass
