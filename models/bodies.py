"""How the bone of each kind of anatomy is meshed and where it lay: the one place that asks which kind it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import singledispatch
from pathlib import Path
from typing import Any

import numpy as np

from vertebra.meshes.frames import Frame, along, in_frame
from vertebra.meshes.masks.surface import MaskSurface, mask_surface
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.surface.alignment import AlignedBody, align_body
from vertebra.meshes.surface.closed_surface import Surface
from vertebra.meshes.surface.fit import FitReport, fit_body
from vertebra.meshes.surface.reading import read_surface
from vertebra.meshes.surface.tetwild import tetwild_body
from vertebra.meshes.tetmesh import TetMesh
from vertebra.meshes.volumes.naming import tetmesh_of
from vertebra.meshes.volumes.voxel_body import grid_rotation, voxel_body
from vertebra.meshes.volumes.voxel_caps import VoxelCaps, grown_caps
from vertebra.scenarios.anatomy_section import Parametric, SurfaceFile
from vertebra.scenarios.imported.image import ImageFile
from vertebra.scenarios.imported.mesh import MeshFile

from .imported.imaged import MarkedBody, marked_body, read_tetrahedra
from .naming import naming

Mesher = Callable[[tuple[float, float]], tuple[TetMesh, list[str]]]
"""From relative heights at which layers of cells end to the mesh of the uncrushed bone, and notes about it."""
Capper = Callable[[TetMesh], TetMesh]
"""Adds the ends to a bone whose nodes may have moved."""
_VOLUME_KEPT = 0.002
"""Share of its volume by which a fitted mesh may differ from the mask before it is fitted once more."""


@dataclass(frozen=True)
class Bone:
    """Bone of an anatomy, ready to be meshed.

    Attributes
    ----------
    mesh : Mesher
    frame : Frame or None
        Where it lay in its file; None for a drawn body.
    surface : Surface or None
        What a mask is meshed from, in the frame of the mesh.
    capped : callable or None
        From the thickness of the ends [mm] to what adds them, where they are voxels, too; None where they are extruded.
    """

    mesh: Mesher
    frame: Frame | None = None
    surface: Surface | None = None
    capped: Callable[[float], Capper] | None = None


@singledispatch
def bone_of(anatomy: Any, order: int) -> Bone:
    """Choose how to mesh the bone of an anatomy; files are read and stood upright once.

    Parameters
    ----------
    anatomy : Parametric, SurfaceFile, ImageFile or MeshFile
        A table of the scenario; every kind registers its own function.
    order : {1, 2}
        4-node or 10-node tetrahedra.

    Returns
    -------
    Bone

    Raises
    ------
    ValueError, OSError
        The anatomy cannot be read.
    """
    message = f"{type(anatomy).__name__} is no anatomy that can be meshed."
    raise TypeError(message)


@bone_of.register
def _parametric(anatomy: Parametric, order: int) -> Bone:
    def build(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        return parametric_body(anatomy.level, anatomy.edge_mm, order, breaks=breaks, **anatomy.sizes), []

    return Bone(build)


@bone_of.register
def _surface(anatomy: SurfaceFile, order: int) -> Bone:
    with naming("mesh.surface"):
        body = align_body(read_surface(Path(anatomy.file), unit=anatomy.unit, axes=anatomy.axes))
    layers = _layers(anatomy, order)

    def fit(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with naming("mesh.surface"):
            fitted, report = fit_body(body, breaks=breaks, **layers)
        return fitted, [*report.notes, str(report)]

    return Bone(_filled("mesh.surface", body, layers) if anatomy.method == "tetwild" else fit, Frame.of(body))


@bone_of.register
def _image(anatomy: ImageFile, order: int) -> Bone:
    with naming("mesh.image"):
        marked = marked_body(anatomy)
        wrapped = mask_surface(marked.mask.inside, marked.mask.grid.affine)
        if anatomy.mesher == "voxels":
            return _voxels(anatomy, order, marked, wrapped)
        body = in_frame(align_body(wrapped.surface), anatomy.frame)
    layers, said = _layers(anatomy, order), [*marked.notes, str(wrapped)]

    def fit(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with naming("mesh.image"):
            fitted, report = _fit_volume(body, wrapped.mask_mm3, breaks, layers)
        return fitted, [*said, *report.notes, str(report), _held(fitted, wrapped.mask_mm3)]

    def fill(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        filled, notes = _filled("mesh.image", body, layers)(breaks)
        scale = _length_ratio(filled, wrapped.mask_mm3)
        filled = replace(filled, points=scale * filled.points)
        grown = (
            f"mesh enlarged by {100 * (scale - 1):.2f} % in length: its facets had cut rounded corners off"
        )
        return filled, [*said, *notes, grown, _held(filled, wrapped.mask_mm3)]

    return Bone(fill if anatomy.mesher == "tetwild" else fit, Frame.of(body), body.surface)


def _voxels(anatomy: ImageFile, order: int, marked: MarkedBody, wrapped: MaskSurface) -> Bone:
    """Bone on its voxels; its caps are voxels of their labels, or grown on its ends."""
    inside, affine = marked.mask.inside, marked.mask.grid.affine
    body = along(
        align_body(wrapped.surface), grid_rotation(affine), "stands along the third axis of its voxels"
    )
    frame, n = Frame.of(body), int(inside.sum())
    bone = voxel_body(body, inside, affine, section_mm=anatomy.edge_mm, order=order)
    notes = [
        *marked.notes,
        f"{n} voxels of {_sizes(affine)} mm cut into {bone.mesh.n_cells} tetrahedra: they hold the mask and its values "
        "exactly, with stairs for an outside and no shell of their own",
        *body.notes,
    ]

    def capped(thickness_mm: float) -> Capper:
        with naming("mesh.image"):
            voxels = marked.caps or grown_caps(bone, inside, affine, thickness_mm)
            return VoxelCaps.of(bone, voxels, affine, frame).on

    return Bone(lambda breaks: (bone.mesh, notes), frame, body.surface, capped)


def _sizes(affine) -> str:
    return " x ".join(f"{edge:.3g}" for edge in np.linalg.norm(affine[:3, :3], axis=0))


@bone_of.register
def _file(anatomy: MeshFile, order: int) -> Bone:
    with naming("mesh.file"):
        content = read_tetrahedra(anatomy)
        stored = 1 if content.cells.shape[1] == 4 else 2
        if stored != order:
            message = (
                f"{anatomy.path}: found tetrahedra of {content.cells.shape[1]} nodes with mesh.order = {order}, "
                f"expected "
                f"mesh.order = {stored}. Set it."
            )
            raise ValueError(message)
        mesh, frame, notes = tetmesh_of(
            content,
            regions=anatomy.regions or {},
            nodes=anatomy.nodes or {},
            frame=anatomy.frame,
            shell_mm=anatomy.shell_mm,
            endplate_mm=anatomy.endplate_mm,
            section_mm=anatomy.edge_mm,
        )
    return Bone(lambda breaks: (mesh, notes), frame)


def _layers(anatomy: SurfaceFile | ImageFile, order: int) -> dict[str, Any]:
    return {
        "edge_mm": anatomy.edge_mm,
        "order": order,
        "shell_mm": anatomy.shell_mm,
        "endplate_mm": anatomy.endplate_mm,
    }


def _filled(key: str, body: AlignedBody, layers: dict[str, Any]) -> Mesher:
    def fill(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with naming(key):
            return tetwild_body(body, **layers), list(body.notes)

    return fill


def _length_ratio(mesh: TetMesh, volume_mm3: float) -> float:
    """Lengths by which a mesh would have to grow to hold a volume [-]."""
    return float((volume_mm3 / cell_volumes(mesh.points, mesh.cells).sum()) ** (1 / 3))


def _held(mesh: TetMesh, volume_mm3: float) -> str:
    held = float(cell_volumes(mesh.points, mesh.cells).sum())
    return f"mesh of the bone holds {held / 1000:.3f} mL, {100 * held / volume_mm3:.2f} % of the mask"


def _fit_volume(
    body: AlignedBody, volume_mm3: float, breaks: tuple[float, float], layers: dict[str, Any]
) -> tuple[TetMesh, FitReport]:
    """Fit a body so that its mesh holds a volume; coarse facets cut corners off, which a larger shape makes up."""
    mesh, report = fit_body(body, breaks=breaks, **layers)
    scale = _length_ratio(mesh, volume_mm3)
    if abs(scale**3 - 1) <= _VOLUME_KEPT:
        return mesh, report
    larger = replace(
        body,
        surface=replace(body.surface, points=body.surface.points * scale),
        planes=body.planes * [scale, 1, 1],
    )
    mesh, again = fit_body(larger, breaks=breaks, **layers)
    note = f"shape enlarged by {100 * (scale - 1):.2f} % in length, so that the mesh holds the volume of the mask"
    return mesh, replace(
        again,
        volume_ratio=again.volume_ratio * larger.surface.volume / body.surface.volume,
        notes=(*again.notes, note),
    )
