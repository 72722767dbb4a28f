"""`list` and `copy`: the scenarios that come with the package."""

from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.catalogue import bundled_file, bundled_names, bundled_title
from vertebra.scenarios.error import ScenarioError

from .options import BundledName


def list_scenarios() -> None:
    """List the bundled scenarios, the main one first."""
    width = max(len(name) for name in bundled_names())
    for name in bundled_names():
        print(f"{name:<{width}}  {bundled_title(name)}")


def copy(
    name: BundledName,
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
    print(f"wrote {target}. Edit it, then: vertebra check {target}")
