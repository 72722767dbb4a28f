"""What every computation notes about itself: hashes of inputs, versions, machine, time and memory of its stages."""

import datetime
import hashlib
import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "numba", "pyvista", "vtk", "h5py", "pydantic")


def version() -> str:
    """Version of the installed project."""
    return importlib.metadata.version("vertebra")


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that touch the numbers."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **found}


def file_hashes(files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each file, by path."""
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def code_hash() -> str:
    """SHA-256 over the code and the tables of constants of all rooms, which change within a version."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for room in sorted(mark.parent for mark in root.glob("*/py.typed")):
        for file in sorted([*room.rglob("*.py"), *room.rglob("*.toml")]):
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def now() -> str:
    """Date and time in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def peak_memory_MB() -> float | None:
    """Largest memory of this process so far [MB]; None where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def machine() -> dict[str, str | int | None]:
    """System, processor and number of processors."""
    return {"system": platform.platform(), "processor": platform.machine(), "processors": os.cpu_count()}


@dataclass
class Stopwatch:
    """Wall time and peak memory of named stages, added up over repeats.

    Attributes
    ----------
    stages : dict
        By name: seconds and, at the end of the stage, the peak memory of the process.
    begins : callable
        Called with the name of each stage that begins.
    """

    stages: dict[str, dict[str, float | None]] = field(default_factory=dict)
    begins: Callable[[str], None] = lambda name: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what stands inside."""
        self.begins(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            before = self.stages.get(name, {}).get("wall_s") or 0.0
            self.stages[name] = {
                "wall_s": before + time.perf_counter() - start,
                "peak_memory_MB": peak_memory_MB(),
            }
