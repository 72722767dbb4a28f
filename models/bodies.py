"""How the bone of each kind of anatomy is meshed: the one place that asks which kind it is."""

from collections.abc import Callable
from functools import singledispatch
from pathlib import Path
from typing import Any

from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.reading import read_surface
from vertebra.meshes.surface.tetwild import tetwild_body
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Parametric, SurfaceFile

from .naming import naming

Mesher = Callable[[tuple[float, float]], tuple[TetMesh, list[str]]]
"""From relative heights at which layers of cells end to the mesh of the uncrushed bone, and notes about it."""


@singledispatch
def bone_mesher(anatomy: Any, order: int) -> Mesher:
    """Choose how to mesh the bone of an anatomy; surfaces are read and stood upright once.

    Parameters
    ----------
    anatomy : Parametric or SurfaceFile
        A table of the scenario; every kind registers its own function.
    order : {1, 2}
        4-node or 10-node tetrahedra.

    Returns
    -------
    Mesher

    Raises
    ------
    ValueError, OSError
        The anatomy cannot be read.
    """
    message = f"{type(anatomy).__name__} is no anatomy that can be meshed."
    raise TypeError(message)


@bone_mesher.register
def _parametric(anatomy: Parametric, order: int) -> Mesher:
    def build(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        return parametric_body(anatomy.level, anatomy.edge_mm, order, breaks=breaks, **anatomy.sizes), []

    return build


@bone_mesher.register
def _surface(anatomy: SurfaceFile, order: int) -> Mesher:
    with naming("mesh.surface"):
        body = align_body(read_surface(Path(anatomy.file), unit=anatomy.unit, axes=anatomy.axes))
    layers = {
        "edge_mm": anatomy.edge_mm,
        "order": order,
        "shell_mm": anatomy.shell_mm,
        "endplate_mm": anatomy.endplate_mm,
    }

    def fill(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with naming("mesh.surface"):
            return tetwild_body(body, **layers), list(body.notes)

    def fit(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with naming("mesh.surface"):
            fitted, report = fit_body(body, breaks=breaks, **layers)
        return fitted, [*report.notes, str(report)]

    return fill if anatomy.method == "tetwild" else fit
