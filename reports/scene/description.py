"""Description of a scene that goes with its numbers to the page: arms, fields with their ranges, where to cut."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vertebra.meshes.tetmesh import REGIONS

from .content import CAPS, SceneContent
from .packing import Range
from .quantities import TISSUE_NAMES, Quantity

WALL = tuple(REGIONS.index(name) for name in ("shell", "superior_endplate", "inferior_endplate"))
"""Regions of thin cortical bone, whose stresses are of another size."""
ROBUST = (2.0, 98.0)
"""Percentiles of the inside of the bone between which colours are spread."""
_ROUND = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
"""Ends of colours, between powers of ten."""
_ALL_DAYS = 2_000_000
"""Cells times states up to which ranges are those of all days; of a few days, with a margin, beyond."""


def describe(
    content: SceneContent, days: Mapping[str, Sequence[int]] | None = None, keys: Sequence[str] | None = None
) -> dict[str, Any]:
    """Describe a scene.

    Parameters
    ----------
    content : SceneContent
    days : mapping of str to sequence of int, optional
        Days of each arm that are offered; all of them unless given.
    keys : sequence of str, optional
        Fields that are offered; all of them unless given.

    Returns
    -------
    dict
        Values that JSON can hold.
    """
    subject, vertices = content.subject, content.vertices
    shown = {arm: list(file.days if days is None else days[arm]) for arm, file in content.files.items()}
    return {
        "name": subject.name,
        "load_N": subject.load_N,
        "counts": {"cells": len(vertices.cells), "vertices": vertices.count, "nodes": len(vertices.nodes)},
        "box": [end.tolist() for end in content.box],
        "regions": [name.replace("_", " ") for name in REGIONS],
        "caps": list(CAPS),
        "shell": list(WALL),
        "arms": [
            {"name": arm, "days": on, "injected": subject.injections.get(arm)} for arm, on in shown.items()
        ],
        "fields": [_field(content, each) for each in content.quantities if keys is None or each.key in keys],
        "tissues": list(TISSUE_NAMES) if content.has_tissue else [],
        "displacement": largest_displacement(content),
        "weakest": content.has_weakest,
        "sagittal": sagittal_cut(content),
        "left_out": _left_out(content, days, keys),
    }


def kept_range(content: SceneContent, quantity: Quantity) -> Range:
    """Range within which values of a field are kept."""
    least, most, *_ = _ends(content, quantity)
    return Range.of(least, most)


def largest_displacement(content: SceneContent) -> float:
    """Largest component of the displacement of any corner node [mm]; 0 where a result has none."""
    if not content.has_displacement:
        return 0.0
    return max(
        float(np.abs(content.displacement(arm, day)).max())
        for arm, file in content.files.items()
        for day in {file.days[0], file.days[-1]}
    )


def _field(content: SceneContent, quantity: Quantity) -> dict[str, Any]:
    least, most, low, high, shell = _ends(content, quantity)
    kept = Range.of(least, most)
    if quantity.scale == "even" and low >= -0.02 * abs(high):
        low = 0.0
    if quantity.scale == "log":  # soft tissue and shell are both of interest
        low, high = max(least, 1e-4 * most), most
    low, high = quantity.ends or (round_end(low, up=low < 0), round_end(high, up=True))
    return {
        "key": quantity.key,
        "label": quantity.label,
        "unit": quantity.unit,
        "scale": quantity.scale,
        "loaded": quantity.loaded,
        "low": low,
        "high": high if high > low else low + 1.0,
        "shell": round_end(max(shell, high), up=True),
        "kept": [kept.low, kept.high],
    }


def round_end(value: float, *, up: bool) -> float:
    """Nearest value, away from zero or towards it, whose quarters have few digits.

    Parameters
    ----------
    value : float
    up : bool
        Away from zero.

    Examples
    --------
    >>> round_end(1.99, up=True), round_end(45.1, up=False), round_end(-0.36, up=True)
    (2.0, 40.0, -0.4)
    """
    if value == 0:
        return 0.0
    power = math.floor(math.log10(abs(value)))
    digits = abs(value) / 10.0**power
    found = (
        min(step for step in _ROUND if step >= digits - 1e-9)
        if up
        else max(step for step in _ROUND if step <= digits + 1e-9)
    )
    return float(f"{math.copysign(found, value):g}e{power}")


def _ends(content: SceneContent, quantity: Quantity) -> tuple[float, ...]:
    """Least and greatest value; ends of the inside of the bone; upper end of the shell."""
    known = content.ends.get(quantity.key)
    if known is not None:
        return known
    vertices = content.vertices
    inside = _at(content, (REGIONS.index("trabecular"),))
    shell = _at(content, WALL)
    states = sum(len(file.days) for file in content.files.values())
    all_days = states * len(vertices.cells) <= _ALL_DAYS
    rows = []
    for arm, file in content.files.items():
        few = {file.days[0], file.days[len(file.days) // 2], file.days[-1]}
        for day in file.days if all_days else sorted(few):
            values = content.values(arm, day, quantity.key)
            low, high = np.percentile(values[inside], ROBUST)
            rows.append((values.min(), values.max(), low, high, np.percentile(values[shell], ROBUST[1])))
    every = np.array(rows)
    margin = 0.0 if all_days else 0.25
    least, most = every[:, 0].min(), every[:, 1].max()
    room = margin * (most - least)
    found = (least - room if least < 0 else least, most + room, *every[:, 2:].max(axis=0))
    low = every[:, 2].min()
    content.ends[quantity.key] = tuple(float(each) for each in (found[0], found[1], low, found[3], found[4]))
    return content.ends[quantity.key]


def _at(content: SceneContent, regions: Sequence[int]) -> np.ndarray:
    """Vertices of some regions, all of them where these are empty; ndarray of bool, shape (v,)."""
    vertices = content.vertices
    marked = np.zeros(vertices.count, bool)
    marked[vertices.cells[np.isin(vertices.region, regions)]] = True
    return marked if marked.any() else ~marked


def sagittal_cut(content: SceneContent) -> float:
    """Where a sagittal cut shows most: through the cement on the right where there is some, else in the middle [mm]."""
    file = next(iter(content.files.values()))
    points = file.points(file.days[0])
    corners = file.cells[:, :4]
    x = points[corners[~np.isin(content.vertices.region, CAPS)], 0]
    middle = 0.5 * float(x.min() + x.max())
    filled = [cement > 0.5 for cement in content.cement.values() if np.any(cement > 0.5)]
    if not filled:
        return middle
    x = points[corners[filled[0]], 0].mean(axis=1)
    right = x[x >= middle]
    return float(np.median(right)) if len(right) > 0.3 * len(x) else float(np.median(x))


def _left_out(
    content: SceneContent, days: Mapping[str, Sequence[int]] | None, keys: Sequence[str] | None
) -> str:
    missing = sum(len(file.days) - len(days[arm]) for arm, file in content.files.items()) if days else 0
    fields = [each.label for each in content.quantities if keys is not None and each.key not in keys]
    parts = [f"{missing} states"] if missing else []
    parts += [", ".join(fields)] if fields else []
    return (
        f"Left out to keep the page small: {' and '.join(parts)}; vertebra view shows all." if parts else ""
    )
