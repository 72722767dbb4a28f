"""Everything that people read of a result, from what is in its folder: charts, pictures, films, the page."""

from collections.abc import Callable, Sequence
from pathlib import Path

from vertebra.records.columns import ACTIVITIES
from vertebra.records.result_files import CAPACITY_IMAGE, MOVIE

from .chapters.record import RunRecord
from .charts.figures import write_charts
from .figures.capacity import capacity_figure, save_figure
from .page.report import write_report
from .scene.content import SceneContent
from .stills.movie import write_movie
from .stills.slices import draw_slices


def write_report_files(
    folder: Path,
    *,
    pictures: bool = True,
    movies: Sequence[str] = (),
    begin: Callable[[str], None] = lambda stage: None,
) -> Path:
    """Write charts, pictures and the page anew.

    Parameters
    ----------
    folder : Path
        Folder of a finished run: manifest, tables and fields.
    pictures : bool
        Whether to draw slices.
    movies : sequence of str
        Formats of films to be made of every arm: `gif`, `mp4`.
    begin : callable
        Called with the name of each part that begins.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    NoFilmWriterError
        A film needs a program that is not installed.
    """
    begin("charts")
    record = RunRecord.of(folder)
    write_charts(folder, record.tables, record.arms)
    loads = {str(row["activity"]): float(row["load_N"]) for row in record.tables[ACTIVITIES]}
    figure = capacity_figure(record.capacity, record.name, loads, record.arms.injections)
    save_figure(figure, folder / CAPACITY_IMAGE.name)
    if pictures:
        begin("pictures")
        draw_slices(folder)
    if movies:
        begin("films")
        _write_movies(folder, movies)
    begin("report")
    return write_report(folder)


def _write_movies(folder: Path, formats: Sequence[str]) -> None:
    content = SceneContent.of(folder)
    for arm in () if content is None else content.files:
        for ending in formats:
            if content is not None and len(content.days(arm)) > 1:
                write_movie(content, arm, (folder / MOVIE.of(arm)).with_suffix(f".{ending}"))
