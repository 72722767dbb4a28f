"""Meshes that differ from run to run, kept: by the user's cache, and beside the results that were computed on them."""

import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


def default_cache() -> Path:
    """Folder in which meshes are kept: VERTEBRA_CACHE_DIR, or `vertebra` in the user's cache folder."""
    if stated := os.environ.get("VERTEBRA_CACHE_DIR"):
        return Path(stated)
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "vertebra" / "Cache"
        )
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "vertebra"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vertebra"


def recall(path: Path, points: str = "points", cells: str = "cells") -> tuple[np.ndarray, np.ndarray] | None:
    """Kept mesh, or None where there is none that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = arrays[points], arrays[cells]
    except (
        OSError,
        ValueError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ):  # missing, cut short, not ours
        return None
    return found if _is_mesh(*found) else None


def _is_mesh(points: np.ndarray, cells: np.ndarray) -> bool:
    """Whether arrays are points and tetrahedra between them."""
    return (
        points.ndim == cells.ndim == 2
        and points.shape[1] == 3
        and cells.shape[1] == 4
        and np.issubdtype(points.dtype, np.floating)
        and np.issubdtype(cells.dtype, np.integer)
        and bool(np.isfinite(points).all())
        and (len(cells) == 0 or (int(cells.min()) >= 0 and int(cells.max()) < len(points)))
    )


def keep(path: Path, points: np.ndarray, cells: np.ndarray) -> None:
    """Write atomically; a folder that cannot be written to costs the next run its time, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            np.savez_compressed(part, points=points, cells=cells)
        Path(part.name).replace(path)
    except OSError:
        return


@dataclass(eq=False)
class Shelf:
    """Meshes that are taken from a file before any are made, and those that were needed.

    Attributes
    ----------
    file : Path or None
        As `write_stored` leaves it.
    used : dict of str to (ndarray, ndarray)
        Points and cells by the hash of their inputs.
    """

    file: Path | None = None
    used: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def find(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """Mesh of some inputs in the file; None where there is none that can be read."""
        return None if self.file is None else recall(self.file, f"{name}.points", f"{name}.cells")


_shelf: ContextVar[Shelf | None] = ContextVar("shelf", default=None)


def shelf_here() -> Shelf:
    """The shelf of the innermost block of `taking_from`, or an empty one."""
    return _shelf.get() or Shelf()


@contextmanager
def taking_from(file: Path | None) -> Iterator[Shelf]:
    """Take meshes from a file inside the block, where it holds those of equal inputs, and note what was used."""
    shelf = Shelf(file)
    token = _shelf.set(shelf)
    try:
        yield shelf
    finally:
        _shelf.reset(token)


def write_stored(file: Path, used: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Write meshes by the hash of their inputs; no file where there are none."""
    if used:
        arrays = {f"{name}.points": points for name, (points, _) in used.items()}
        arrays |= {f"{name}.cells": cells for name, (_, cells) in used.items()}
        with file.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)


def stored_in(folder: Path, pattern: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Meshes of all files in a folder that `write_stored` has written, by the hash of their inputs."""
    found = {}
    for file in sorted(folder.glob(pattern)):
        with np.load(file, allow_pickle=False) as arrays:
            names = dict.fromkeys(name.partition(".")[0] for name in arrays.files)
            found |= {name: (arrays[f"{name}.points"], arrays[f"{name}.cells"]) for name in names}
    return found
