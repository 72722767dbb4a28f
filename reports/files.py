"""Everything that people read of a result, from what is in its folder: charts, pictures, films, the page."""

from collections.abc import Sequence
from pathlib import Path

from vertebra.records.columns import ACTIVITIES
from vertebra.records.result_files import CAPACITY_IMAGE, MOVIE

from .chapters.record import RunRecord
from .charts.figures import write_charts
from .drawn import Drawn
from .figures.capacity import capacity_figure, save_figure
from .page.report import write_report
from .scene.content import SceneContent
from .stills.movie import write_movie


def write_report_files(folder: Path, *, pictures: bool = True, movies: Sequence[str] = ()) -> Path:
    """Write charts, pictures and the page anew.

    Parameters
    ----------
    folder : Path
        Folder of a finished run: manifest, tables and fields.
    pictures : bool
        Whether to draw slices.
    movies : sequence of str
        Formats of films to be made of every arm: `gif`, `mp4`.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    NoFilmWriterError
        A film needs a program that is not installed.
    """
    content = SceneContent.of(folder)
    drawn = Drawn.of(content, pictures=pictures)
    if content is not None:
        _write_movies(content, folder, movies)
    return write_with_tables(folder, drawn)


def write_with_tables(folder: Path, drawn: Drawn) -> Path:
    """Write charts, pictures and the page, the fields of which are drawn already.

    Parameters
    ----------
    folder : Path
        With manifest and tables.
    drawn : Drawn

    Returns
    -------
    Path
        The page.
    """
    record = RunRecord.of(folder)
    write_charts(folder, record.tables, record.arms)
    loads = {str(row["activity"]): float(row["load_N"]) for row in record.tables[ACTIVITIES]}
    figure = capacity_figure(record.capacity, record.name, loads, record.arms.injections)
    save_figure(figure, folder / CAPACITY_IMAGE.name)
    for name, picture in drawn.slices.items():
        (folder / name).write_bytes(picture)
    return write_report(folder, drawn.scene)


def _write_movies(content: SceneContent, folder: Path, formats: Sequence[str]) -> None:
    for arm in content.files:
        for ending in formats:
            if len(content.days(arm)) > 1:
                write_movie(content, arm, (folder / MOVIE.of(arm)).with_suffix(f".{ending}"))
