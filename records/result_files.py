"""Files that a finished result consists of: every name is declared here and used by the code that writes it."""

from collections.abc import Iterable
from dataclasses import dataclass

from vertebra.meshes.stored import STORED

from .columns import RUN_TABLES


@dataclass(frozen=True)
class ResultFile:
    """A file of a result that is no table.

    Attributes
    ----------
    name : str
        Name of the file; holds `{arm}` where every arm has one of its own.
    meaning : str
        What is in it, in one sentence.
    """

    name: str
    meaning: str

    def of(self, arm: str) -> str:
        """Name of the file of an arm."""
        return self.name.format(arm=arm)

    @property
    def pattern(self) -> str:
        """Name with a star in place of the arm."""
        return self.name.format(arm="*")


MANIFEST = ResultFile(
    "manifest.json",
    "Inputs and their hashes, versions, mesh quality, residuals, balance of forces, time and memory, sources.",
)
PAGE = ResultFile("report.html", "The report: one page that needs no other file.")
SCENARIO = ResultFile("scenario.toml", "The file of the scenario as it was given, where there was one.")
MESH = ResultFile(
    "mesh.npz", "The intact mesh with its ends: nodes, cells, regions and node sets, for numpy."
)
TETWILD = ResultFile(
    STORED,
    "Meshes of fTetWild behind it, by the hash of their inputs: they differ from run to run, and a result that is "
    "computed again from `manifest.json` takes them from here.",
)
FIELDS = ResultFile("fields-{arm}.vtkhdf", "Fields of all days, for ParaView and pyvista.")
SLICES = ResultFile(
    "slices-{arm}.png",
    "Utilisation in a sagittal and a coronal slice: intact, at first, after six weeks, at last.",
)
MOVIE = ResultFile("movie-{arm}.gif", "Slices through all days, where they were asked for.")
CAPACITY_FIGURE = ResultFile("capacity.svg", "Capacity, service load and stiffness over the weeks.")
CAPACITY_IMAGE = ResultFile("capacity.png", "The same curves in pixels.")
TISSUE_FIGURE = ResultFile("tissue.svg", "Tissues of the fracture zone over the weeks.")
HEALING_FIGURE = ResultFile("healing.svg", "What drives healing, and how far it has come.")
HEIGHT_FIGURE = ResultFile("height.svg", "Heights, wedge angle and motion of the body over the weeks.")
VIRTUAL_TEST_FIGURE = ResultFile("virtual_test.svg", "Force against strain of the elastic-plastic tests.")
INTERACTION_FIGURE = ResultFile("interaction.svg", "Axial force against bending moment on key days.")
OTHER_FILES = (
    MANIFEST,
    PAGE,
    SCENARIO,
    MESH,
    TETWILD,
    FIELDS,
    SLICES,
    MOVIE,
    CAPACITY_FIGURE,
    CAPACITY_IMAGE,
    TISSUE_FIGURE,
    HEALING_FIGURE,
    HEIGHT_FIGURE,
    VIRTUAL_TEST_FIGURE,
    INTERACTION_FIGURE,
)
"""Files of a run that are no tables."""


def patterns(files: Iterable[ResultFile]) -> tuple[str, ...]:
    """Names of files, with a star in place of arms."""
    return tuple(file.pattern for file in files)


_FORMER = ("stress-*.png", "load_to_strength.svg", "movie-*.mp4")
"""What earlier versions left, and forms that are left on request."""
RESULT_FILES = (*(table.file for table in RUN_TABLES), *patterns(OTHER_FILES), *_FORMER)
"""Names and patterns of everything that a finished run leaves."""
