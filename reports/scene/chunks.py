"""Numbers of a scene in the pieces in which a page asks for them."""

from collections.abc import Callable, Sequence

import numpy as np

from .content import SceneContent
from .description import kept_range, largest_displacement
from .packing import pack


def body_chunks(content: SceneContent) -> dict[str, bytes]:
    """Vertices of cells, nodes of vertices and regions of cells, packed."""
    vertices = content.vertices
    return {
        "cells": pack(vertices.cells.T.astype(np.uint32)),
        "node": pack(vertices.node.astype(np.uint32)[None]),
        "region": pack(vertices.region.astype(np.uint8)[None]),
    }


def chunk_names(content: SceneContent, keys: Sequence[str] | None = None) -> list[str]:
    """Names of all chunks of an arm.

    Parameters
    ----------
    content : SceneContent
    keys : sequence of str, optional
        Fields that are offered; all of them unless given.
    """
    out = ["points", "outline"]
    out += ["displacement"] if content.has_displacement else []
    out += ["tissue"] if content.has_tissue else []
    out += ["weakest"] if content.has_weakest else []
    return out + [each.key for each in content.quantities if keys is None or each.key in keys]


def chunk(content: SceneContent, arm: str, name: str, days: Sequence[int]) -> bytes:
    """One chunk of an arm: a field on some days, packed.

    Parameters
    ----------
    content : SceneContent
    arm : str
    name : str
        One of `chunk_names`.
    days : sequence of int [d]

    Returns
    -------
    bytes
    """
    of_day = _KEPT.get(name)
    if of_day is not None:
        return pack(np.stack([of_day(content, arm, day) for day in days]))
    quantity = next(each for each in content.quantities if each.key == name)
    kept = kept_range(content, quantity)
    return pack(np.stack([kept.quantised(content.values(arm, day, name)) for day in days]))


def _points(content: SceneContent, arm: str, day: int) -> np.ndarray:
    low, high = content.box
    return _sixteen((content.points(arm, day) - low) / (high - low)).T.ravel()


def _displacement(content: SceneContent, arm: str, day: int) -> np.ndarray:
    largest = 1.25 * largest_displacement(content) or 1.0
    return _sixteen(0.5 + 0.5 * content.displacement(arm, day) / largest).T.ravel()


def _tissue(content: SceneContent, arm: str, day: int) -> np.ndarray:
    return np.round(255 * np.clip(content.tissue(arm, day), 0, 1)).astype(np.uint8).ravel()


def _outline(content: SceneContent, arm: str, day: int) -> np.ndarray:
    return np.round(255 * np.clip(content.outline(arm, day), 0, 1)).astype(np.uint8)


def _weakest(content: SceneContent, arm: str, day: int) -> np.ndarray:
    field = content.weakest(arm, day)
    return _sixteen(np.ones(len(content.vertices.nodes)) if field is None else 0.5 + 0.5 * field)


def _sixteen(shares: np.ndarray) -> np.ndarray:
    return np.round(65535 * np.clip(shares, 0.0, 1.0)).astype(np.uint16)


_KEPT: dict[str, Callable[[SceneContent, str, int], np.ndarray]] = {
    "points": _points,
    "displacement": _displacement,
    "tissue": _tissue,
    "outline": _outline,
    "weakest": _weakest,
}
