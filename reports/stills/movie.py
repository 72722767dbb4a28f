"""Films of an arm: utilisation and tissue in a sagittal slice, day after day."""

import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.animation import FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from vertebra.records.columns import TISSUES

from ..scene.content import SceneContent
from .slices import State, bone_box, colour_map, draw_outlines, draw_slice, frame, section

FORMATS = ("gif", "mp4")
COLOURS = {
    "granulation": "#b2182b",
    "fibrous": "#ef8a62",
    "cartilage": "#92c5de",
    "woven": "#fdd49e",
    "remodelled": "#d8b365",
    "host": "#8c6d46",
    "cement": "#9a9fa6",
}
FRAMES_A_SECOND = 2


class NoFilmWriterError(RuntimeError):
    """A program that films of this format need is not installed."""


def write_movie(content: SceneContent, arm: str, file: Path) -> None:
    """Write a film of all days of an arm.

    Parameters
    ----------
    content : SceneContent
    arm : str
    file : Path
        `.gif`, or `.mp4` where the program ffmpeg or the package imageio-ffmpeg is installed.

    Raises
    ------
    NoFilmWriterError
        ffmpeg is wanted and not there.
    """
    program = _ffmpeg(file) if file.suffix == ".mp4" else ""
    writer = FFMpegWriter(FRAMES_A_SECOND) if program else PillowWriter(FRAMES_A_SECOND)
    low, high = bone_box(content)
    width = high[1] - low[1] + 10.0
    inch = 4.2 / width
    figure = Figure(figsize=(2 * 4.2 + 3.1, (high[2] - low[2] + 15.0) * inch + 1.1))
    axes = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.01, right=0.76, top=0.86, bottom=0.02, wspace=0.02)
    colours, scale = colour_map(), Normalize(0.0, 1.0)
    beside = figure.add_axes((0.8, 0.55, 0.018, 0.33))
    figure.colorbar(ScalarMappable(scale, colours), cax=beside, extend="max").set_label(
        "utilisation [-]", fontsize=10
    )
    entries = [Patch(color=colour, label=TISSUES[name]) for name, colour in COLOURS.items()]
    figure.legend(handles=entries, loc="lower right", fontsize=9, frameon=False)
    load = content.subject.load_N
    with rc_context({"animation.ffmpeg_path": program}), writer.saving(figure, str(file), dpi=110):
        for day in content.days(arm):
            for axis in axes:
                axis.clear()
            draw_slice(axes[0], content, (arm, day), "sagittal", colours, scale)
            draw_tissue(axes[1], content, (arm, day))
            for axis in axes:
                frame(axis, "sagittal", low, high, width)
            axes[0].set_title(f"utilisation at {load:g} N", fontsize=11)
            axes[1].set_title("tissue", fontsize=11)
            figure.suptitle(f"{arm}, day {day}", fontsize=13, x=0.38, parse_math=False)
            writer.grab_frame()


def _ffmpeg(file: Path) -> str:
    """Path of the program ffmpeg: that of the system, else that of the package imageio-ffmpeg."""
    found = shutil.which("ffmpeg")
    if found is None and find_spec("imageio_ffmpeg"):
        found = import_module("imageio_ffmpeg").get_ffmpeg_exe()
    if found is None:
        message = (
            f"{file.name}: found no program ffmpeg, which MP4 needs. Install the system's package ffmpeg, or "
            "`pip install imageio-ffmpeg`, or take gif."
        )
        raise NoFilmWriterError(message)
    return found


def draw_tissue(axis: Axes, content: SceneContent, state: State) -> None:
    """Draw the tissues of a sagittal slice, each point in the mixture of their colours."""
    cut, plane, inside = section(content, state, "sagittal")
    if not len(cut.triangles):
        return
    shares = cut.at(content.tissue(*state).T)  # (k, tissues)
    colours = np.array([to_rgb(COLOURS[name]) for name in TISSUES])
    total = shares.sum(axis=1, keepdims=True)
    mixed = np.where(total > 0.05, shares @ colours / np.maximum(total, 1e-9), 0.85)
    of_triangle = mixed[cut.triangles].mean(axis=1)
    drawn = axis.tripcolor(plane, np.zeros(len(of_triangle)), shading="flat", edgecolors="face", lw=0.6)
    drawn.set_array(None)
    drawn.set_facecolor(np.clip(of_triangle, 0, 1))
    drawn.set_edgecolor(np.clip(of_triangle, 0, 1))
    draw_outlines(axis, content, state, cut, plane, inside)
