"""The fracture that an anatomy has already: where it lost height, and how much, from its heights and those expected."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vertebra.images.arch_cut import cut_body, is_body_alone
from vertebra.images.image import Image, ImageError
from vertebra.images.labels import neighbours_of
from vertebra.images.mask import clean_mask
from vertebra.images.reading import read_labels
from vertebra.meshes.fracture.measuring import Sounded, end_area, measure_loss
from vertebra.meshes.frames import Frame, in_frame
from vertebra.meshes.heights import body_heights
from vertebra.meshes.kept import taking_from
from vertebra.meshes.masks.surface import mask_surface
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.triangle_tree import triangle_tree
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Anatomy, Fracture
from vertebra.scenarios.imported.image import ImageFile
from vertebra.scenarios.schema import Scenario

from ..bodies import bone_of
from ..naming import naming
from .imaged import marked_body
from .remembering import file_stamps, remembered

_WHOLE = (0.2, 0.8)
_PUBLISHED = "published {}, scaled to the area of the endplates; people differ by some 10 %"
_COARSE: dict[str, Any] = {"edge_mm": 4.0, "shell_mm": 0.35, "endplate_mm": 0.5, "order": 1}


@dataclass(frozen=True)
class FoundFracture:
    """An existing fracture in the terms of the model.

    Attributes
    ----------
    fracture : Fracture
        As the scenario has it, with shape, loss and band in their places.
    notes : tuple of str
        What was measured, and against what.
    """

    fracture: Fracture
    notes: tuple[str, ...]


def known_fracture(scenario: Scenario) -> Fracture | None:
    """The fracture of a scenario; an existing one as it was measured."""
    return scenario.fracture if not is_existing(scenario) else find_fracture(scenario).fracture


def is_existing(scenario: Scenario) -> bool:
    """Whether the anatomy of a scenario is the fractured one."""
    return scenario.fracture is not None and scenario.fracture.type == "existing"


def find_fracture(scenario: Scenario) -> FoundFracture:
    """Measure the existing fracture of a scenario.

    Raises
    ------
    ValueError
        No loss is found, or there is nothing to compare the heights with.
    """
    assert scenario.fracture is not None  # by the callers
    meshes = scenario.stored_meshes
    stamps = file_stamps((*scenario.input_files, *(() if meshes is None else (meshes,))))
    with naming("fracture"), taking_from(meshes):
        return _find(scenario.mesh.anatomy, scenario.mesh.order, scenario.fracture, stamps)


@remembered
def _find(anatomy: Anatomy, order: int, asked: Fracture, stamps: tuple) -> FoundFracture:
    bone = bone_of(anatomy, order)
    band = None
    if asked.band_label is not None:  # what is not there is refused before anything is meshed
        assert isinstance(anatomy, ImageFile)  # by the validator
        band = _labelled_voxels(anatomy, asked.band_label)
    notes: tuple[str, ...]
    if asked.height_loss is not None:
        kind, loss, notes = asked.shape, asked.height_loss, ("existing fracture: shape and loss as stated",)
        mesh = bone.mesh(_WHOLE)[0]
    else:
        references, source = _references(anatomy, bone.frame, asked)
        mesh = bone.mesh(_WHOLE)[0]
        measured = measure_loss(
            Sounded.of(mesh, bone.surface),
            references,
            1.0 if source.startswith("neighbours") else None,
            asked.shape,
        )
        kind, loss = measured.kind, measured.height_loss
        notes = (f"existing fracture: {measured} ({source})",)
    notes = (*notes, "arm intact is this body with its loss undone")
    found = {"type": kind, "height_loss": loss}
    if band is not None:
        assert bone.frame is not None
        centre, thickness = _labelled_band(*band, bone.frame, mesh, loss)
        found |= {"centre": centre, "zone_mm": thickness}
        notes = (
            *notes,
            f"band by label {asked.band_label}: centre {centre:.2f}, {thickness:.1f} mm before the fracture",
        )
    return FoundFracture(asked.model_copy(update=found), notes)


def _references(anatomy: Anatomy, frame: Frame | None, asked: Fracture) -> tuple[list[Sounded], str]:
    """Sound bodies to compare heights with, and where they come from."""
    if asked.reference != "preset" and isinstance(anatomy, ImageFile) and anatomy.preset is not None:
        try:
            return _neighbours(anatomy), "neighbours above and below"
        except ValueError as error:
            if asked.reference == "neighbours":
                message = f"reference: the neighbours cannot be measured: {error}"
                raise ValueError(message) from error
    elif asked.reference == "neighbours":
        message = (
            "reference: found neighbours without a mask that names them, expected mesh.image with a preset. Take "
            "preset."
        )
        raise ValueError(message)
    if anatomy.level is None:
        message = (
            f"{anatomy.key}.level is missing, expected the level whose published heights are to be compared with. "
            f"Add it."
        )
        raise ValueError(message)
    body = parametric_body(anatomy.level, 3.0, 1, breaks=_WHOLE)
    if isinstance(anatomy, ImageFile):
        assert frame is not None
        return [_as_imaged(body, anatomy, frame)], _PUBLISHED.format(anatomy.level)
    return [Sounded.of(body)], _PUBLISHED.format(anatomy.level)


def _as_imaged(body: TetMesh, anatomy: ImageFile, frame: Frame) -> Sounded:
    """A body as it comes back from voxels like those of an image, which round its rims off."""
    grid = marked_body(anatomy).mask.grid
    there = replace(body, points=frame.in_file(body.points))
    at = grid.indices(there.points)
    low, high = np.floor(at.min(axis=0)).astype(int) - 3, np.ceil(at.max(axis=0)).astype(int) + 4
    index = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), axis=-1).reshape(-1, 3)
    skin = triangle_tree(there.points, outer_faces(body.cells)[0][:, :3])
    inside = np.asarray(skin.contains(grid.places(index))).reshape(high - low)
    affine = grid.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ low
    wrapped = in_frame(align_body(mask_surface(inside, affine).surface), anatomy.frame)
    return Sounded.of(fit_body(wrapped, **_as_coarse(anatomy.edge_mm))[0], wrapped.surface)


def _as_coarse(edge_mm: float) -> dict[str, Any]:
    """Settings of a mesh that only heights are read from."""
    return _COARSE | {"edge_mm": edge_mm}


def _neighbours(anatomy: ImageFile) -> list[Sounded]:
    """Bodies of the vertebrae above and below."""
    assert anatomy.preset is not None
    assert anatomy.level is not None
    labels = read_labels(anatomy.mask, anatomy.axes)
    parts = None if anatomy.subregions is None else read_labels(anatomy.subregions, anatomy.axes)
    beside = neighbours_of(anatomy.preset, anatomy.level)
    for label in beside:  # both, before one of them is measured
        inside = labels.values == label
        if not inside.any():
            message = f"label {label} is not in {anatomy.mask}"
            raise ImageError(message)
        _require_uncut(inside, label, anatomy.mask)
    found = []
    for label in beside:
        inside = labels.values == label
        if parts is not None:
            body = clean_mask(inside & np.isin(parts.values, anatomy.labels_of_body), labels)
        else:
            whole = clean_mask(inside, labels)
            body = whole if is_body_alone(whole) else cut_body(whole).mask
        surface = align_body(mask_surface(body.inside, labels.affine).surface)
        found.append(Sounded.of(fit_body(surface, **_COARSE)[0], surface.surface))
    return found


def _require_uncut(inside: np.ndarray, label: int, source: str) -> None:
    """Refuse a neighbour that top or bottom of the image cuts."""
    if inside[:, :, 0].any() or inside[:, :, -1].any():
        message = f"the image cuts the vertebra of label {label} ({source})"
        raise ImageError(message)


def _labelled_voxels(anatomy: ImageFile, label: int) -> tuple[Image, np.ndarray]:
    """Grid that holds a label, and its voxels there; ndarray of int, shape (v, 3)."""
    files = [anatomy.mask, *([anatomy.subregions] if anatomy.subregions else [])]
    for file in files:
        grid = read_labels(file, anatomy.axes)
        where = np.argwhere(grid.values == label)
        if len(where):
            return grid, where
    message = (
        f"band_label: found no voxel of label {label} in {', '.join(files)}, expected those of the crushed "
        f"band. Correct it."
    )
    raise ValueError(message)


def _labelled_band(
    grid: Image, where: np.ndarray, frame: Frame, mesh: TetMesh, loss: float
) -> tuple[float, float]:
    """Relative height of the middle, and thickness before the fracture, of a band that voxels (v, 3) mark."""
    now = body_heights(mesh)
    z = frame.in_body(grid.places(where))[:, 2]
    bottom = float(mesh.points[mesh.node_sets["inferior_endplate"], 2].mean())
    thickness = len(where) * grid.voxel_mm3 / end_area(mesh)
    lost = now.mean_mm * loss / (1 - loss)
    return float(np.clip((z.mean() - bottom) / now.mean_mm, 0.2, 0.8)), float(thickness + lost)
