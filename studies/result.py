"""A finished result in Python: its tables, its fields, its figure."""

import json
import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vertebra.exports.graphics import require_graphics
from vertebra.exports.grid import grid_of
from vertebra.meshes.tetmesh import TetMesh
from vertebra.records.fields.reading import FieldFile
from vertebra.records.fields.stored_mesh import read_mesh
from vertebra.records.table import Table, as_frame
from vertebra.records.tables import read_csv

if TYPE_CHECKING:
    import pyvista
    from matplotlib.figure import Figure


class Result:
    """What a run has left in its folder; everything is read when it is asked for.

    Tables are DataFrames where pandas is installed, else `records.table.Table`; meanings and units of their columns
    stand in `records/columns/`.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path):
        """Take the folder of a finished run."""
        self.folder = folder

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Inputs and hashes, versions, mesh quality, residuals, sources, notes and warnings."""
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, `intact` first."""
        rows = read_csv(self.folder / "capacity.csv")
        return tuple(dict.fromkeys(str(row["arm"]) for row in rows))

    @property
    def capacity(self) -> Any:
        """Capacity, stiffness, service load and what they are compared with, one row an arm and day."""
        return self.table("capacity")

    @property
    def tissue(self) -> Any:
        """Mean volume fractions of the tissues in the fracture zone."""
        return self.table("tissue")

    @property
    def healing(self) -> Any:
        """Perfusion, inflammation, mineral maturity, bridging, strain, heights, wedge angle."""
        return self.table("healing")

    @property
    def activities(self) -> Any:
        """From which computed day on each activity stays below the limit."""
        return self.table("activities")

    def table(self, name: str) -> Any:
        """One table by the name of its file without ending.

        Raises
        ------
        KeyError
            The result has no such table.
        """
        file = self.folder / f"{name}.csv"
        if not file.is_file():
            known = ", ".join(sorted(each.stem for each in self.folder.glob("*.csv")))
            message = f"table {name!r} is not in {self.folder}: expected one of {known}."
            raise KeyError(message)
        with file.open(encoding="utf-8") as stream:
            columns = stream.readline().strip().split(",")
        return as_frame(Table(read_csv(file), columns))

    @cached_property
    def mesh(self) -> TetMesh:
        """Mesh of the intact body with its ends: points, cells, regions, node sets."""
        return read_mesh(self.folder)

    def fields(self, arm: str) -> FieldFile:
        """All fields of an arm.

        Raises
        ------
        KeyError
            There is no such arm.
        """
        file = self.folder / f"fields-{arm}.vtkhdf"
        if not file.is_file():
            message = f"arm {arm!r} is not in {self.folder}: expected one of {', '.join(self.arms)}."
            raise KeyError(message)
        return FieldFile(file)

    def field(self, name: str, *, arm: str, day: int) -> np.ndarray:
        """One field of an arm on a day, at the output load of the scenario (`output.load_N`).

        Parameters
        ----------
        name : str
            `displacement`, `stress`, `strain`, `von_mises`, `utilisation`, `young`, `poisson`, `density`,
            `tissue_<name>`, `perfusion` or `region`.
        arm : str
        day : int [d]

        Returns
        -------
        ndarray, shape (n or m, ...)
            By node (displacement) or by cell. Stress and strain in Voigt order xx yy zz yz xz xy,
            with engineering shear.

        Raises
        ------
        KeyError
            There is no such field, arm or day.
        """
        return self.fields(arm).field(name, day)

    def grid(self, *, arm: str, day: int) -> "pyvista.UnstructuredGrid":
        """Body of an arm as it is on a day, with its fields, for pyvista."""
        return grid_of(self.fields(arm), day)

    def plot(self) -> "Figure":
        """Figure of capacity, service load and stiffness over the weeks."""
        from vertebra.reports.figures.capacity import capacity_figure

        rows = read_csv(self.folder / "capacity.csv")
        loads = {
            str(row["activity"]): float(row["load_N"]) for row in read_csv(self.folder / "activities.csv")
        }
        arms = self.manifest["scenario"]["arms"]
        injections = {arm["name"]: arm["cement"]["day"] for arm in arms if arm["cement"]}
        return capacity_figure(rows, self.manifest["name"], loads, injections)

    def show(self, *, arm: str | None = None, day: int | None = None, field: str = "utilisation") -> None:
        """Open a 3-D view of a field, in a window or a notebook; by default of the last arm on its last day.

        Raises
        ------
        MissingGraphicsError
            The machine has no library that draws; `vertebra view` needs none.
        """
        require_graphics()
        chosen = self.arms[-1] if arm is None else arm
        at = self.fields(chosen).days[-1] if day is None else day
        grid = self.grid(arm=chosen, day=at)
        name = self.fields(chosen).full_name(field)
        grid.clip("x").plot(scalars=name, scalar_bar_args={"title": name})

    def __repr__(self) -> str:
        """Name, arms and folder."""
        return f"Result({self.manifest['name']!r}, arms {', '.join(self.arms)}, in {self.folder})"

    def _repr_html_(self) -> str:
        from io import StringIO

        picture = StringIO()
        self.plot().savefig(picture, format="svg")
        drawing = picture.getvalue()
        columns = ("arm", "day", "capacity_N", "capacity_ratio", "service_N", "stiffness_N_per_mm")
        table = Table(read_csv(self.folder / "capacity.csv"), columns)
        drawing = drawing[drawing.index("<svg") :]
        name, folder = escape(self.manifest["name"]), escape(str(self.folder))
        return f"<h3>{name}</h3>{drawing[drawing.index('<svg') :]}{table._repr_html_()}<p>{folder}</p>"


def open_result(folder: str | Path) -> Result:
    """Open what a run has written.

    Parameters
    ----------
    folder : str or Path

    Raises
    ------
    FileNotFoundError
        The folder holds no finished result.
    """
    path = Path(folder)
    if not (path / "manifest.json").is_file():
        message = f"{folder}: found no manifest.json, expected the folder of a finished run. Run it first."
        raise FileNotFoundError(message)
    return Result(path)


def temporary_result(compute: Callable[[Path], None]) -> Result:
    """Result in a temporary folder, which goes when nobody holds the result any more."""
    above = Path(tempfile.mkdtemp(prefix="vertebra-"))
    try:
        compute(above / "result")
    except BaseException:
        shutil.rmtree(above, ignore_errors=True)
        raise
    result = Result(above / "result")
    weakref.finalize(result, shutil.rmtree, above, ignore_errors=True)
    return result
