"""Slices of an arm: sagittal and coronal, the intact body and three days in a row, on one scale."""

from io import BytesIO
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from vertebra.courses.key_days import key_days
from vertebra.records.result_files import SLICES

from ..chapters.record import INTACT
from ..scene.content import CAPS, SceneContent
from ..scene.description import sagittal_cut
from .plane_cut import PlaneCut, border, cut_plane

PLANES = {"sagittal": (0, 1), "coronal": (1, 0)}
"""Axis across the plane and axis along the paper, by name; z points up."""
LETTERS = {"sagittal": ("P", "A"), "coronal": ("R", "L")}
"""Left and right end of the paper: coronal slices as radiographs, the right side on the left."""
ARROW_MM = 8.0
"""Length of the axes of the body frame."""
OVER, BAND, WEAKEST = "#d6301a", "#111111", "#ed269e"
_NOTE = 10.5
"""Size of the note below [pt]."""
State = tuple[str, int]


def draw_slices(content: SceneContent) -> dict[str, bytes]:
    """Draw the slices of every arm, or of the intact body where there is no other.

    Parameters
    ----------
    content : SceneContent

    Returns
    -------
    dict of str to bytes
        Pictures (PNG) by the name of their file; none where the result holds no utilisation.
    """
    if all(each.key != "utilisation" for each in content.quantities):
        return {}
    arms = tuple(arm for arm in content.files if arm != INTACT) or (INTACT,)
    return {SLICES.of(arm): _png(slices_figure(content, arm)) for arm in arms}


def _png(figure: Figure) -> bytes:
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=130)
    return stream.getvalue()


def slices_figure(content: SceneContent, arm: str) -> Figure:
    """Figure of an arm: planes below each other, states beside each other; both planes of a single state beside.

    Parameters
    ----------
    content : SceneContent
    arm : str
    """
    states = _states(content, arm)
    low, high = bone_box(content)
    size = high - low
    across = [size[PLANES[name][1]] for name in PLANES]
    width = max(across) + 14.0
    inch = min(2.9, 11.0 / len(states)) / width  # of a millimetre
    alone = len(states) == 1
    rows, columns = (1, len(PLANES)) if alone else (len(PLANES), len(states))
    figure = Figure(
        figsize=(columns * width * inch + 1.5, rows * (size[2] + 14.0) * inch + 1.1), layout="constrained"
    )
    axes = figure.subplots(rows, columns, squeeze=False).reshape(len(PLANES), len(states))
    colours, scale = colour_map(), Normalize(0.0, 1.0)
    for line, name in zip(axes, PLANES, strict=True):
        for axis, state in zip(line, states, strict=True):
            draw_slice(axis, content, state, name, colours, scale)
            frame(axis, name, low, high, width)
        draw_axes(line[0], name)
    for axis, (shown, day) in zip(axes[0], states, strict=True):
        axis.set_title("intact" if shown == INTACT else f"day {day}", fontsize=12)
    if arm != INTACT:
        figure.suptitle(arm, x=0.01, ha="left", fontsize=13, fontweight="bold", parse_math=False)
    for axis, name in zip(axes[:, 0], PLANES, strict=True):
        axis.set_ylabel(f"{name} slice", fontsize=11)
    load = content.subject.load_N
    bar = figure.colorbar(ScalarMappable(scale, colours), ax=axes, extend="max", shrink=0.8, aspect=28)
    bar.set_label(f"utilisation at {load:g} N [-], red above 1", fontsize=11)
    bar.ax.tick_params(labelsize=10)
    words = (
        "Bodies as they are without load (deformation not drawn). Arrows: body frame; white: cement; black: "
        "crushed band"
    )
    if content.weakest(arm, content.days(arm)[0]) is not None:
        words += "; magenta: weakest surface"
    letters = int(figure.get_figwidth() * 72 / (0.52 * _NOTE))
    figure.supxlabel(fill(f"{words}.", letters), fontsize=_NOTE)
    return figure


def draw_slice(
    axis: Axes,
    content: SceneContent,
    state: State,
    name: str,
    colours: Colormap,
    scale: Normalize,
    key: str = "utilisation",
) -> None:
    """Draw one slice with its outlines.

    Parameters
    ----------
    axis : Axes
    content : SceneContent
    state : (str, int)
        Arm and day.
    name : str
        One of `PLANES`.
    colours : Colormap
    scale : Normalize
    key : str
        Field.
    """
    found = section(content, state, name)
    if not len(found[0].triangles):
        return
    cut, plane, inside = found
    values = cut.at(content.values(*state, key))
    axis.tripcolor(plane, values, cmap=colours, norm=scale, shading="gouraud")
    draw_outlines(axis, content, state, cut, plane, inside)


def section(content: SceneContent, state: State, name: str) -> tuple[PlaneCut, Triangulation, np.ndarray]:
    """Cut of a body, its triangles on paper, and the cells of its cement."""
    vertices = content.vertices
    across, along = PLANES[name]
    points = content.points(*state)[vertices.node]
    bone = ~np.isin(vertices.region, CAPS)
    offset = sagittal_cut(content) if name == "sagittal" else _coronal(content)
    cut = cut_plane(points, vertices.cells[bone], across, offset)
    corners = cut.at(points)[:, [along, 2]]
    if name == "coronal":
        corners[:, 0] *= -1.0  # the right side on the left
    plane = Triangulation(corners[:, 0], corners[:, 1], cut.triangles)
    return cut, plane, content.cement_cells(*state)[bone]


def draw_outlines(
    axis: Axes, content: SceneContent, state: State, cut: PlaneCut, plane: Triangulation, inside: np.ndarray
) -> None:
    """Draw the borders of cement, crushed band and, where a result has it, the weakest surface."""
    node = content.vertices.node
    band = cut.at(content.outline(*state)[node])
    if band.min() < 0.5 < band.max():
        axis.tricontour(plane, band, levels=[0.5], colors=BAND, linewidths=0.9)
    corners = np.column_stack([plane.x, plane.y])
    edges = border(cut, corners, inside)
    if len(edges):
        axis.add_collection(LineCollection(list(edges), colors="black", linewidths=2.4))
        axis.add_collection(LineCollection(list(edges), colors="white", linewidths=1.4))
    weakest = content.weakest(*state)
    if weakest is not None:
        signed = cut.at(weakest[node])
        if signed.min() < 0.0 < signed.max():
            axis.tricontour(plane, signed, levels=[0.0], colors=WEAKEST, linewidths=1.6)


def frame(axis: Axes, name: str, low: np.ndarray, high: np.ndarray, width: float) -> None:
    """Fit a panel to the body; letters at its sides, a bar of 10 mm below."""
    along = PLANES[name][1]
    begin, end = (-high[along], -low[along]) if name == "coronal" else (low[along], high[along])
    middle, centre = 0.5 * (begin + end), 0.5 * (low[2] + high[2])
    axis.set_xlim(middle - 0.5 * width, middle + 0.5 * width)
    axis.set_ylim(low[2] - 8.0, high[2] + 5.5)
    axis.set_aspect("equal")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)
    left, right = LETTERS[name]
    places = (
        (left, begin - 3.0, centre),
        (right, end + 3.0, centre),
        ("S", middle, high[2] + 3.0),
        ("I", middle, low[2] - 3.0),
    )
    for letter, x, y in places:
        axis.text(x, y, letter, ha="center", va="center", fontsize=11, fontweight="bold", color="0.25")
    x = middle - 0.5 * width + 1.0
    axis.plot([x, x + 10.0], [low[2] - 6.0] * 2, color="0.25", lw=1.6, solid_capstyle="butt")
    axis.text(x + 11.2, low[2] - 6.0, "10 mm", va="center", fontsize=9.5, color="0.25")


def draw_axes(axis: Axes, name: str) -> None:
    """Draw the axes of the body frame from its origin; z is the mean normal of the endplates unless asked otherwise."""
    along = PLANES[name][1]
    right = -ARROW_MM if name == "coronal" else ARROW_MM
    for end, letter in (((right, 0.0), "xyz"[along]), ((0.0, ARROW_MM), "z")):
        arrow = {"arrowstyle": "-|>", "color": "white", "lw": 1.4, "shrinkA": 0.0, "shrinkB": 0.0}
        axis.annotate("", xy=end, xytext=(0.0, 0.0), arrowprops=arrow)
        x, y = 1.25 * end[0], 1.25 * end[1]
        axis.text(x, y, letter, ha="center", va="center", fontsize=10, color="white")


def bone_box(content: SceneContent) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest coordinates of the bone of all arms on their first days, shape (3,) each [mm]."""
    bone = np.unique(content.vertices.node[content.vertices.cells[~np.isin(content.vertices.region, CAPS)]])
    every = np.concatenate([content.points(arm, file.days[0])[bone] for arm, file in content.files.items()])
    return every.min(axis=0), every.max(axis=0)


def colour_map() -> Colormap:
    """Colours of the scene: those above the scale stand out."""
    from matplotlib import colormaps

    return colormaps["viridis"].with_extremes(over=OVER)


def _states(content: SceneContent, arm: str) -> list[State]:
    """The intact body, and the first day (that of the injection), six weeks and the last day of an arm."""
    intact = [(INTACT, content.days(INTACT)[0])] if INTACT in content.files else []
    if arm == INTACT:
        return intact
    days = content.days(arm)
    injected = content.subject.injections.get(arm, days[0])
    first = min(days, key=lambda day: abs(day - injected))
    return [*intact, *((arm, day) for day in key_days(days, first))]


def _coronal(content: SceneContent) -> float:
    """Where a coronal cut shows most: through the middle of the cement where there is some, else of the body [mm]."""
    low, high = bone_box(content)
    filled = [content.cement_cells(arm, content.days(arm)[-1]) for arm in content.files]
    cells = next((each for each in filled if each.any()), None)
    if cells is None:
        body = content.vertices.region == 0
        points = content.points(next(iter(content.files)), next(iter(content.files.values())).days[0])
        y = points[content.vertices.node[content.vertices.cells[body]], 1]
        return float(np.median(y)) if body.any() else float(0.5 * (low[1] + high[1]))
    arm, file = next(iter(content.files.items()))
    points = content.points(arm, file.days[0])[content.vertices.node]
    return float(np.median(points[content.vertices.cells[cells], 1]))
