"""`report`: charts, pictures and page of a result, made anew."""

from typing import Annotated

import typer

from vertebra.scenarios.error import ScenarioError

from ..options import Quiet, ResultFolder
from .folders import finished_result


def report(
    folder: ResultFolder,
    movie: Annotated[
        list[str] | None, typer.Option(metavar="FORMAT", help="Films of stress and tissue, too: gif or mp4.")
    ] = None,
    pictures: Annotated[bool, typer.Option("--pictures/--no-pictures", help="Draw slices.")] = True,
    quiet: Quiet = False,
) -> None:
    """Write the page and the pictures of a result again."""
    from vertebra.reports.files import write_report_files
    from vertebra.reports.stills.movie import FORMATS, NoFilmWriterError

    for asked in movie or ():
        if asked not in FORMATS:
            message = (
                f"--movie {asked}: found no format of that name, expected {' or '.join(FORMATS)}. Choose one."
            )
            raise ScenarioError(message)
    try:
        page = write_report_files(finished_result(folder), pictures=pictures, movies=movie or ())
    except NoFilmWriterError as error:
        raise ScenarioError(str(error)) from error
    if not quiet:
        print(f"wrote {page}")
