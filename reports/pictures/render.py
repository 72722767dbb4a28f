"""Pictures of a stress field: VTK in a child process, matplotlib where VTK cannot draw.

Without the GL libraries the first VTK render is a segmentation fault that no `except` catches. So every
render is a process of its own with a time limit, and its death is only a message.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .plane_cut import cut_tetrahedra

COLOURS = "turbo"
GL_HELP = (
    "3-D pictures need an OpenGL library: install the Debian package libegl1 (or libosmesa6). "
    "Drew a sagittal cut with matplotlib instead."
)


@dataclass(frozen=True)
class Picture:
    """What a picture of one arm shows: one body with one scalar on several days.

    Attributes
    ----------
    points : ndarray, shape (days, n, 3) [mm]
        Nodes in each panel.
    cells : ndarray, shape (m, 4) or (m, 10)
    values : ndarray, shape (days, m)
        Cell values of each panel.
    titles : tuple of str
        One for each panel.
    label : str
        Name and unit of the scalar.
    limits : tuple of float
        Range of the colours.
    cut_mm : float [mm]
        Where along x the sagittal cut opens the body.
    """

    points: np.ndarray
    cells: np.ndarray
    values: np.ndarray
    titles: tuple[str, ...]
    label: str
    limits: tuple[float, float]
    cut_mm: float = 0.0


def draw_picture(picture: Picture, file: Path, *, time_limit_s: float = 120.0) -> str | None:
    """Write a PNG; return a message when it is not the 3-D one.

    Parameters
    ----------
    picture : Picture
    file : Path
        PNG to write.
    time_limit_s : float [s]
        After this the child is ended.

    Returns
    -------
    str or None
        Why the picture is a cut drawn by matplotlib, and what to install.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "picture.npz"
        np.savez(
            data,
            points=picture.points,
            cells=picture.cells[:, :4],
            values=picture.values,
            titles=np.array(picture.titles),
            label=np.array(picture.label),
            limits=np.array(picture.limits),
            cut_mm=np.array(picture.cut_mm),
        )
        drawn = Path(folder) / "picture.png"
        command = [sys.executable, "-m", "vertebra.reports.pictures.render", str(data), str(drawn)]
        try:
            child = subprocess.run(
                command, capture_output=True, timeout=time_limit_s, check=False, cwd=folder
            )
        except subprocess.TimeoutExpired:
            reason = f"The 3-D renderer did not finish within {time_limit_s:g} s. "
        else:
            if child.returncode == 0 and drawn.is_file():
                file.write_bytes(drawn.read_bytes())
                return None
            reason = f"The 3-D renderer ended with status {child.returncode}{_last_words(child)}. "
    _draw_cut(picture, file)
    return reason + GL_HELP


def _last_words(child: subprocess.CompletedProcess[bytes]) -> str:
    """Last line of a Python error; nothing for a process that the system ended."""
    lines = child.stderr.decode(errors="replace").strip().splitlines()
    return f" ({lines[-1]})" if child.returncode > 0 and lines else ""


def _draw_cut(picture: Picture, file: Path) -> None:
    """Draw the sagittal cut of every panel with matplotlib."""
    sagittal = np.array([1.0, 0.0, 0.0])
    figure = Figure(figsize=(3.6 * len(picture.titles) + 0.8, 3.4), layout="constrained")
    axes = figure.subplots(1, len(picture.titles), squeeze=False, sharey=True)[0]
    panels = zip(axes, picture.points, picture.values, picture.titles, strict=True)
    for axis, points, values, title in panels:
        polygons, cut = cut_tetrahedra(points, picture.cells, sagittal, picture.cut_mm)
        outlines = [polygon[:, 1:] for polygon in polygons]
        shown = PolyCollection(outlines, array=values[cut], cmap=COLOURS, edgecolor="face", lw=0.2)
        shown.set_clim(*picture.limits)
        axis.add_collection(shown)
        axis.autoscale_view()
        axis.set_aspect("equal")
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("y, anterior [mm]", fontsize=8)
    axes[0].set_ylabel("z, superior [mm]", fontsize=8)
    colours = ScalarMappable(Normalize(*picture.limits), COLOURS)
    figure.colorbar(colours, ax=axes, label=picture.label, extend="max")
    figure.savefig(file, dpi=130)


def _render(data: Path, drawn: Path) -> None:
    """Draw with VTK: the left part of the body, open at the sagittal cut. Runs in the child."""
    import pyvista

    with np.load(data) as archive:
        points, cells, values = archive["points"], archive["cells"], archive["values"]
        titles, label, limits = archive["titles"], str(archive["label"]), archive["limits"]
        cut_mm = float(archive["cut_mm"])
    grid = pyvista.UnstructuredGrid({pyvista.CellType.TETRA: cells}, points[0])
    middle = np.array(grid.center)
    plotter = pyvista.Plotter(
        off_screen=True, shape=(1, len(titles)), window_size=[560 * len(titles), 500], border=False
    )
    for panel, title in enumerate(titles):
        plotter.subplot(0, panel)
        plotter.background_color = pyvista.Color("white")
        grid.points = points[panel]
        grid.cell_data["value"] = values[panel]
        half = grid.clip(normal="x", origin=(cut_mm, 0.0, 0.0), invert=True)
        last = panel == len(titles) - 1
        plotter.add_mesh(
            half,
            scalars="value",
            cmap=COLOURS,
            clim=list(limits),
            copy_mesh=True,
            ambient=0.55,
            diffuse=0.5,
            show_scalar_bar=last,
            scalar_bar_args={
                "title": "",
                "color": "black",
                "width": 0.8,
                "height": 0.08,
                "position_x": 0.1,
                "position_y": 0.07,
                "label_font_size": 13,
                "fmt": "%.3g",
                "n_labels": 4,
            },
        )
        if last:
            plotter.add_text(label, font_size=9, color="black", position=(60.0, 6.0))
        plotter.add_text(str(title), font_size=11, color="black", position="upper_edge")
        plotter.camera.position = tuple(middle + np.array([80.0, 45.0, 40.0]))
        plotter.camera.focal_point = tuple(middle)
        plotter.camera.up = (0.0, 0.0, 1.0)
        plotter.camera.zoom(1.1)
    plotter.screenshot(str(drawn))
    plotter.close()


if __name__ == "__main__":
    _render(Path(sys.argv[1]), Path(sys.argv[2]))
