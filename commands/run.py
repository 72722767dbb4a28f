"""`run`: the main job."""

from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.catalogue import bundled_names

from .console import err_console, out_console
from .options import Force, Overrides, Quiet, ScenarioName, Threads, with_threads
from .status import solving


def run(
    scenario: ScenarioName,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result; default results/NAME+KEY=VALUE.")
    ] = None,
    set_: Overrides = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from an interrupted run.")] = False,
    force: Force = False,
    quiet: Quiet = False,
    threads: Threads = None,
) -> None:
    """Compute capacity over time; write tables and a report."""
    from vertebra.records.tables import read_csv
    from vertebra.records.target import variant_name
    from vertebra.scenarios.reading import read_scenario
    from vertebra.scenarios.replacing import key_and_value
    from vertebra.studies.compiling.beginning import compiled_ahead

    from .progress_display import display
    from .running import print_activities, print_catching_up, print_kyphoplasties, print_summary

    checked = read_scenario(scenario, with_threads(set_, threads))
    folder = out or Path("results") / variant_name(checked.name, map(key_and_value, set_ or ()))
    with display(quiet, err_console()) as shown, solving(checked.file), compiled_ahead(checked):
        from vertebra.studies.run import run as compute  # takes long enough for helpers to start meanwhile

        compute(
            checked,
            folder,
            resume=resume,
            force=force,
            report=shown.report,
            say=shown.say,
            begin=shown.begin,
        )
    if quiet:
        return
    console = out_console()
    print_summary(read_csv(folder / "capacity.csv"), console)
    print_catching_up(read_csv(folder / "catching_up.csv"), console)
    print_kyphoplasties(read_csv(folder / "kyphoplasty.csv"), console)
    print_activities(read_csv(folder / "activities.csv"), checked.loading.load_to_strength_limit, console)
    own = checked.file.stem if checked.file is not None and checked.file.stem in bundled_names() else "main"
    print(f"\nreport: {folder / 'report.html'}")
    print("next:   open the report in a browser, the fields-*.vtkhdf in ParaView,")
    print(f"        or change the question:\n        vertebra copy {own} my.toml")
