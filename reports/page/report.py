"""One self-contained page about a finished run, made from the files of its folder alone."""

from pathlib import Path

from vertebra.records.result_files import PAGE

from ..chapters.assumptions import assumptions_chapter
from ..chapters.capacity import capacity_chapter
from ..chapters.cautions import grouped
from ..chapters.cement import cement_chapter
from ..chapters.differences import differences_chapter
from ..chapters.headline import headlines, sentence
from ..chapters.healing import healing_chapter
from ..chapters.loads import loads_chapter
from ..chapters.record import RunRecord
from ..chapters.shape import shape_chapter
from ..chapters.slices import slices_chapter
from ..chapters.strength.bending import bending_chapter
from ..chapters.strength.neighbours import neighbours_chapter
from ..chapters.strength.pressing import pressing_chapter
from ..scene.markup import SceneMarkup
from ..study.uncertainty import uncertainty_chapter
from .blocks import Chapter, Scene
from .rendering import policy, render

LIMITS = (
    "Height, motion and union over months are compared with human series (rows T1 to T13 of validation, misses "
    "included); strength is not: no human time series of vertebral strength after fracture is known to exist. "
    "Intact and day-0 states are compared with published tests; factors of quality come mostly from rodents. Loss"
    " of height is a phenomenological creep of the crushed band, with one constant fitted to patients. Capacity "
    "and ultimate load agree with each other, which is code against code; cement does not come loose. Not for "
    "clinical use."
)


def write_report(folder: Path, scene: SceneMarkup | None = None) -> Path:
    """Write `report.html` from the tables, pictures and manifest of a run's folder.

    Parameters
    ----------
    folder : Path
        Folder with `manifest.json`, the CSV tables and, as far as they are there, pictures.
    scene : SceneMarkup, optional
        Of its fields, where it has some that can be shown.

    Returns
    -------
    Path
        The page.
    """
    record = RunRecord.of(folder)
    chapters: list[Chapter | None] = [
        capacity_chapter(record),
        differences_chapter(record),
        cement_chapter(record),
        slices_chapter(record),
        shape_chapter(record),
        healing_chapter(record),
        loads_chapter(record),
        pressing_chapter(record),
        bending_chapter(record),
        neighbours_chapter(record),
        uncertainty_chapter(record),
        assumptions_chapter(record),
    ]
    if scene is not None:
        chapters.insert(1, Chapter("scene", "The vertebra in 3-D", [Scene()], "3-D"))
    scripts = [] if scene is None else [scene.script]
    page = render(
        "report.html.j2",
        title=record.name,
        sentence=sentence(record),
        headlines=headlines(record),
        limits=LIMITS,
        cautions=grouped(record.manifest["warnings"]),
        n_arms=len(record.arms.names),
        chapters=[chapter for chapter in chapters if chapter is not None],
        version=record.manifest["version"],
        created=record.manifest["created"][:10],
        scene="" if scene is None else scene.html,
        style="" if scene is None else scene.style,
        scripts=scripts,
        policy=policy(*scripts),
    )
    file = folder / PAGE.name
    file.write_text(page, encoding="utf-8")
    return file
