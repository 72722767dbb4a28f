"""`export`: the model of an arm on a day for CalculiX, FEBio or VTK."""

from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.error import ScenarioError


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")],
    arm: Annotated[str, typer.Option(help="Arm, or intact.")],
    day: Annotated[int, typer.Option(help="Day of that arm.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="File to write: .inp, .feb or .vtu.")],
    bins: Annotated[
        int | None, typer.Option(min=1, max=100000, help="Bins of moduli in an .inp; default: one material an element.")
    ] = None,
) -> None:
    """Write the model of an arm on a day for CalculiX, FEBio or VTK."""
    from vertebra.exports.writing import export as write

    try:
        said = write(folder, arm, day, to, bins)
    except ValueError as error:
        raise ScenarioError(*error.args) from error
    print("\n".join(said))
