"""Tetrahedra for any closed surface by fTetWild, in a process of its own, kept by the hash of the inputs.

fTetWild [1]_ comes as pytetwild. It writes a file into the working folder, may crash and gives another mesh
in every run; so it runs in a child process with a temporary folder and a time limit, and its meshes are kept.

References
----------
.. [1] Y. Hu, T. Schneider, B. Wang, D. Zorin, D. Panozzo, Fast tetrahedral meshing in the wild, ACM Trans.
   Graph. 39 (2020) 117, doi 10.1145/3386569.3392385
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from pathlib import Path
from threading import Timer

import numpy as np

from ..kept import default_cache, keep, recall, shelf_here
from ..quality import orient, require_positive
from ..tetmesh import TetMesh
from .alignment import AlignedBody
from .layers import named_mesh
from .thinning import COARSEST, sizing_field, thin_surface
from .topology import pieces

ENVELOPE_MM = 0.3
"""How far the mesh may lie off the surface at most; less for short edges (a tenth of them)."""

STOP_ENERGY = 10.0
"""Element quality at which fTetWild stops improving (its own default)."""

MOST_PASSES = 10
"""Passes of improvement after which it stops in any case: later ones cost time and gain nothing visible."""

THIN = 0.75
"""Edge of the surface that is given to the mesher, over the edge of the mesh."""

_CHILD = """
import numpy, pytetwild
given = numpy.load("in.npz")
points, cells = pytetwild.tetrahedralize(
    given["points"], given["triangles"], edge_length_abs=float(given["coarsest"]), epsilon=float(given["envelope"]),
    stop_energy=float(given["energy"]), num_opt_iter=int(given["passes"]), num_threads=int(given["threads"]),
    bg_vertices=given["field_points"], bg_tets=given["field_cells"], bg_values=given["field_edges"],
    quiet=False, loglevel=6, vtk_ordering=True,
)
numpy.savez("out.npz", points=points, cells=cells)
"""


_PASS = re.compile(r"/+ pass (\d+) /+")
_LAST_LINES = 20
_listener: ContextVar[Callable[[str], None]] = ContextVar("listener", default=lambda text: None)


class MeshingFailed(RuntimeError):  # noqa: N818
    """The mesher died, ran out of time or gave no mesh."""


@contextmanager
def hearing_passes(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` with a line of words at every pass of the mesher inside the block."""
    token = _listener.set(say)
    try:
        yield
    finally:
        _listener.reset(token)


def _run_child(given, time_limit_s):
    advice = "Try another edge_mm, or repair and simplify the surface."
    with tempfile.TemporaryDirectory(prefix="vertebra-tetwild-") as folder:
        np.savez(Path(folder) / "in.npz", **given)
        with subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as child:
            alarm = Timer(time_limit_s, child.kill)
            alarm.start()
            try:
                said = _follow(child.stdout, len(given["triangles"]), int(given["passes"]))
                child.wait()
                in_time = alarm.is_alive()
            finally:
                alarm.cancel()
                child.kill()
        if not in_time:
            message = (
                f"fTetWild did not finish within {time_limit_s:g} s on {len(given['triangles'])} triangles with "
                f"edge_mm = {float(given['edge']):g}. Expected at most a few minutes. {advice}"
            )
            raise MeshingFailed(message)
        result = Path(folder) / "out.npz"
        if child.returncode != 0 or not result.is_file():
            message = f"fTetWild ended with status {child.returncode} and said: {said or 'nothing'}. {advice}"
            raise MeshingFailed(message)
        with np.load(result) as arrays:
            return arrays["points"], arrays["cells"]


def _follow(lines, n_triangles, most) -> str:
    """Pass on how far the mesher is; the end of what it said."""
    say, last = _listener.get(), deque(maxlen=_LAST_LINES)
    say(f"meshing by fTetWild: {n_triangles} triangles")
    for line in lines:
        last.append(line)
        if found := _PASS.search(line):
            say(f"meshing by fTetWild: pass {int(found[1]) + 1} of at most {most}")
    return " ".join(" ".join(last).split())[-300:]


def tetrahedralize(points, triangles, edge_mm: float, *, cache_dir=None, time_limit_s: float = 900.0):
    """Fill a closed surface with 4-node tetrahedra.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    triangles : ndarray of int, shape (k, 3)
        Outward.
    edge_mm : float [mm]
        Edge length aimed at.
    cache_dir : path-like, optional
        Where meshes are kept; `default_cache` unless given.
    time_limit_s : float [s]

    Returns
    -------
    points : ndarray, shape (n', 3) [mm]
    cells : ndarray of int32, shape (m, 4)
        One connected body, positive volumes.

    Raises
    ------
    MeshingFailed
    """
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    envelope = round(
        min(ENVELOPE_MM, 0.1 * edge_mm) / diagonal, 9
    )  # so that last bits do not make another mesh
    given = {
        "points": np.ascontiguousarray(points, float),
        "triangles": np.ascontiguousarray(triangles, np.int32),
        "edge": np.float64(edge_mm),
        "envelope": np.float64(envelope),
        "energy": np.float64(STOP_ENERGY),
        "passes": np.int64(MOST_PASSES),
        "coarsest": np.float64(COARSEST * edge_mm),  # a field may only shorten the edges aimed at
        "thin": np.float64(THIN),
    }
    digest = hashlib.sha256(version("pytetwild").encode())
    for name, array in given.items():
        digest.update(f"{name}{array.shape}".encode())
        # nanometres: the same surface read twice may differ in its last bits
        digest.update((np.round(array, 6) + 0.0 if name == "points" else array).tobytes())
    name, shelf = digest.hexdigest()[:40], shelf_here()
    kept = Path(cache_dir or default_cache()) / "tetwild" / f"{name}.npz"
    found = shelf.find(name) or recall(kept)
    if found is None:
        given["threads"] = np.int64(min(4, os.cpu_count() or 1))
        thin = thin_surface(given["points"], given["triangles"], THIN * edge_mm)
        field = sizing_field(*thin, edge_mm)
        given |= dict(zip(("points", "triangles"), thin, strict=True))
        given |= dict(zip(("field_points", "field_cells", "field_edges"), field, strict=True))
        found = _run_child(given, time_limit_s)
        if len(found[1]) == 0:
            message = "fTetWild gave an empty mesh. Expected a filled body. Check that the surface is closed."
            raise MeshingFailed(message)
        keep(kept, *found)
    shelf.used[name] = found
    points, cells = found
    part = pieces(cells, len(points))
    cells = cells[part == np.bincount(part).argmax()]
    used, corners = np.unique(cells, return_inverse=True)
    points, cells = points[used], corners.reshape(-1, 4).astype(np.int32)
    return points, orient(points, cells)


def tetwild_body(
    body: AlignedBody,
    *,
    edge_mm: float,
    shell_mm: float,
    endplate_mm: float,
    order: int = 2,
    cache_dir=None,
    time_limit_s: float = 900.0,
) -> TetMesh:
    """Mesh any closed surface of a vertebra, arch and processes included.

    Elements do not follow shell and endplates: the fractions of a cell that lie within `shell_mm` of the
    wall and within `endplate_mm` of an endplate say how much of it is which (see `named_mesh`). Mid nodes
    of 10-node cells lie on straight edges.

    Parameters
    ----------
    body : AlignedBody
        As `align_body` gives it.
    edge_mm : float [mm]
        Edge length aimed at.
    shell_mm, endplate_mm : float [mm]
        Thickness of the cortical shell and of the bony endplates.
    order : int
        1 for 4-node, 2 for 10-node tetrahedra.
    cache_dir : path-like, optional
        Where the mesh is kept; see `default_cache`.
    time_limit_s : float [s]

    Returns
    -------
    TetMesh

    Raises
    ------
    MeshingFailed
        The mesher died or took too long.
    ValueError
        Wrong sizes, or no endplates found.
    """
    for name, value, low, high in (
        ("edge_mm", edge_mm, 0.4, 10.0),
        ("shell_mm", shell_mm, 0.05, 5.0),
        ("endplate_mm", endplate_mm, 0.05, 5.0),
    ):
        if not low <= value <= high:
            message = f"{name} = {value:g}: expected {low:g} to {high:g} mm. Choose one."
            raise ValueError(message)
    if order not in (1, 2):
        message = f"order = {order}: expected 1 (4-node) or 2 (10-node tetrahedra). Choose one of them."
        raise ValueError(message)
    points, cells = tetrahedralize(
        body.surface.points, body.surface.triangles, edge_mm, cache_dir=cache_dir, time_limit_s=time_limit_s
    )
    require_positive(points, cells, "the mesh of fTetWild", "Try another edge_mm.")
    return named_mesh(
        body, points, cells, edge_mm=edge_mm, shell_mm=shell_mm, endplate_mm=endplate_mm, order=order
    )
