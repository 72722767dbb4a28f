"""`check`, `keys` and `schema`: what a scenario says, and what one may say."""

import json
from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.reference import shipped_schema, tables_of

from .console import out_console
from .options import Completion, Overrides, ScenarioName


def check(scenario: ScenarioName, set_: Overrides = None) -> None:
    """Print every value with unit and meaning; run nothing."""
    from vertebra.models.density import mean_density
    from vertebra.models.imported.description import described_image
    from vertebra.scenarios.reading import read_scenario

    from .explain import print_scenario

    known = read_scenario(scenario, set_ or ())
    try:
        mean_density(known)  # an image that cannot be used is refused before anything is printed
        described_image(known)
    except (ValueError, OSError) as error:
        message = f"{known.file or known.name}: {error}"
        raise ScenarioError(message) from error
    print_scenario(known, out_console())


def _complete_key(incomplete: str) -> Completion:
    for table in tables_of(shipped_schema()):
        if table.name and table.name.startswith(incomplete):
            yield table.name, table.meaning
        if incomplete.startswith(f"{table.name}.") or not table.name:
            yield from ((key.name, key.meaning) for key in table.keys if key.name.startswith(incomplete))


def keys(
    beginning: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]", help="Only keys that begin so, e.g. bone.", autocompletion=_complete_key
        ),
    ] = "",
) -> None:
    """Explain the keys of a scenario: unit, meaning, choices."""
    from .keys_page import print_keys

    tables = tables_of(shipped_schema())
    if not any(key.name.startswith(beginning) for table in tables for key in table.keys):
        names = ", ".join(table.name for table in tables if table.name)
        message = f"{beginning}: found no key that begins so, expected one in {names}. Choose a table."
        raise ScenarioError(message)
    print_keys(tables, beginning, out_console())


def schema(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="FILE.json, or FILE.md for a page of all keys; default: print."),
    ] = None,
    of_study: Annotated[bool, typer.Option("--study", help="Of the study file, see `sweep`.")] = False,
) -> None:
    """Write the JSON Schema of the scenario file, for editors."""
    from vertebra.scenarios.json_schema import file_schema, scenario_schema

    from .keys_page import page_of, page_of_studies

    if of_study:
        from vertebra.studies.sweep.keys import StudyKeys

        computed = file_schema(StudyKeys, "Study of vertebra")
    else:
        computed = scenario_schema()
    page = page_of_studies if of_study else page_of
    as_json = json.dumps(computed, indent=1) + "\n"
    if out is None:
        print(as_json, end="")
        return
    if out.suffix.lower() not in (".json", ".md"):
        message = f"--out {out}: found ending {out.suffix!r}, expected .json or .md. Rename the file."
        raise ScenarioError(message)
    if not out.parent.is_dir():
        message = f"--out {out}: found no folder {out.parent}, expected one that exists. Make it first."
        raise ScenarioError(message)
    text = as_json if out.suffix.lower() == ".json" else page(tables_of(computed))
    out.write_text(text, encoding="utf-8")
    print(f"wrote {out}")
