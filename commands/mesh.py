"""`mesh` and `export`: a mesh with its quality, a solved model, in files for other programs."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from vertebra.scenarios.error import ScenarioError

from .options import Overrides, ScenarioName
from .status import complain, solving


def mesh(
    scenario: ScenarioName,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write: .vtu, .msh or .inp.")],
    set_: Overrides = None,
) -> None:
    """Write the mesh with its regions; print its quality."""
    from vertebra.meshes.files.writing import FORMATS, write_mesh
    from vertebra.meshes.surface.tetwild import hearing_passes
    from vertebra.scenarios.reading import read_scenario
    from vertebra.studies.preparing import prepare

    checked = read_scenario(scenario, set_ or ())
    if out.suffix.lower() not in FORMATS:
        message = f"--out {out}: found ending {out.suffix!r}, expected one of {', '.join(FORMATS)}. Rename the file."
        raise ScenarioError(message)
    if not out.parent.is_dir():
        message = f"--out {out}: found no folder {out.parent}, expected one that exists. Make it first."
        raise ScenarioError(message)
    with hearing_passes(complain), solving(checked.file):
        anatomy = prepare(checked).anatomy
    write_mesh(anatomy.fractured.mesh, out)
    complain(*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings))
    _print_quality(asdict(anatomy.quality))
    print(f"wrote {out}")


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished run.")],
    arm: Annotated[str, typer.Option(help="Arm, or intact.")],
    day: Annotated[int, typer.Option(help="Day of that arm.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="File to write: .inp, .feb or .vtu.")],
    bins: Annotated[
        int | None,
        typer.Option(min=1, max=100000, help="Bins of moduli in an .inp; default: one material an element."),
    ] = None,
) -> None:
    """Write the model of an arm on a day for CalculiX, FEBio or VTK."""
    from vertebra.exports.writing import export as write

    try:
        said = write(folder, arm, day, to, bins)
    except ValueError as error:
        raise ScenarioError(*error.args) from error
    print("\n".join(said))


def _print_quality(quality: dict[str, Any]) -> None:
    """Print numbers of a mesh, one a line; units are the endings of the names."""
    volumes = {f"volume_{region}_mm3": value for region, value in quality.pop("volume_mm3").items()}
    numbers = quality | volumes
    for name, value in numbers.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        print(f"{name:<30}{shown:>10}")
