"""Labels of vertebrae and of their parts in masks, by named presets."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .image import Image, ImageError

_FILE = Path(__file__).with_suffix(".toml")


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def presets() -> tuple[str, ...]:
    """Names of the presets."""
    return tuple(_table())


def label_of(preset: str, level: str) -> int:
    """Number of a vertebra in masks of a preset.

    Raises
    ------
    ImageError
    """
    numbers = _table()[preset]
    if level not in numbers:
        message = (
            f"level {level!r} has no label in preset {preset!r}: expected one of {', '.join(levels(preset))}."
        )
        raise ImageError(message)
    return int(numbers[level])


def levels(preset: str) -> tuple[str, ...]:
    """Vertebrae that a preset knows, from above."""
    return tuple(name for name, number in _table()[preset].items() if isinstance(number, int))


def neighbours_of(preset: str, level: str) -> tuple[int, ...]:
    """Labels of the vertebrae above and below."""
    known = levels(preset)
    at = known.index(level)
    return tuple(label_of(preset, known[i]) for i in (at - 1, at + 1) if 0 <= i < len(known))


def body_labels(preset: str) -> tuple[int, ...]:
    """Labels of the vertebral body in masks of sub-regions; empty where a preset has none."""
    return tuple(_table()[preset].get("body", ()))


def marked(mask: Image, wanted: tuple[int, ...], what: str) -> np.ndarray:
    """Voxels of a mask that bear one of the wanted labels; ndarray of bool.

    Raises
    ------
    ImageError
        There are none; the labels that there are are named with the vertebrae that presets give them.
    """
    found = np.isin(mask.values, wanted)
    if found.any():
        return found
    present = [int(label) for label in np.unique(mask.values) if label]
    meanings = []
    for label in present[:12]:
        names = [
            f"{preset}: {name}"
            for preset in presets()
            for name in levels(preset)
            if label_of(preset, name) == label
        ]
        meanings.append(f"{label} ({'; '.join(names)})" if names else str(label))
    message = (
        f"{mask.source}: found no voxel of {what} (label {', '.join(map(str, wanted))}) among "
        f"{', '.join(meanings) or 'no labels at all'}. Name the preset or the label that fits."
    )
    raise ImageError(message)
