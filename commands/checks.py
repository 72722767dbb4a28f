"""`verify` and `validate`: the model against theory and against published observations."""

from pathlib import Path
from typing import Annotated

import typer

from .console import err_console, out_console
from .options import CsvFile, HtmlFile
from .status import solving


def verify(csv: CsvFile = None, html: HtmlFile = None) -> None:
    """Compute cases with a known solution; 1 if one fails."""
    from vertebra.checks.verification import verify as compute

    from .checking import check_files, present, showing

    check_files(csv=csv, html=html)
    with solving(), showing(err_console()) as say:
        findings = compute(say)
    raise typer.Exit(present(findings, csv, html, out_console(), is_theory=True))


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
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Processes; 1: this one alone. Default: the processors."),
    ] = None,
) -> None:
    """Compare the model with published observations."""
    from vertebra.checks.validation import validate as compute

    from .checking import brought, check_cohort, check_files, present, showing

    check_files(csv=csv, html=html, cohort=cohort)
    check_cohort(cohort)
    with solving(), showing(err_console()) as say:
        findings = compute(brought(data), cohort=cohort, say=say, workers=workers)
    raise typer.Exit(present(findings, csv, html, out_console(), is_theory=False))
