"""The fracture that an anatomy has already: where it lost height, and how much, from its heights and those expected."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vertebra.images.arch_cut import cut_body
from vertebra.images.image import ImageError
from vertebra.images.labels import neighbours_of
from vertebra.images.mask import Mask, clean_mask
from vertebra.images.reading import read_labels
from vertebra.meshes.caps import end_faces
from vertebra.meshes.heights import Heights, body_heights
from vertebra.meshes.masks.surface import mask_surface
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.frames import Frame
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Anatomy, Fracture
from vertebra.scenarios.image_section import ImageFile
from vertebra.scenarios.schema import Scenario

from .bodies import bone_of
from .imaged import file_stamps
from .naming import naming

_WHOLE = (0.2, 0.8)
LEAST = 0.05
"""Loss below which heights of people differ as much."""
_EVEN = 0.07
"""Front, middle and back that lost alike within this were crushed as a whole."""
_COARSE = {"edge_mm": 4.0, "shell_mm": 0.35, "endplate_mm": 0.5, "order": 1}


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
    with naming("fracture"):
        return _find(scenario.mesh.anatomy, scenario.mesh.order, scenario.fracture, file_stamps(scenario.input_files))


@lru_cache(maxsize=4)
def _find(anatomy: Anatomy, order: int, asked: Fracture, stamps: tuple) -> FoundFracture:
    bone = bone_of(anatomy, order)
    mesh = bone.mesh(_WHOLE)[0]
    now = body_heights(mesh)
    notes: tuple[str, ...]
    if asked.height_loss is not None:
        kind, loss, notes = asked.shape, asked.height_loss, ("existing fracture: shape and loss as stated",)
    else:
        expected, source = _expected(anatomy, mesh, asked)
        kind, loss = classify(now, expected, asked.shape)
        notes = (
            f"existing fracture: anterior, middle, posterior height {now.anterior_mm:.1f}, {now.middle_mm:.1f}, "
            f"{now.posterior_mm:.1f} mm, expected {expected.anterior_mm:.1f}, {expected.middle_mm:.1f}, "
            f"{expected.posterior_mm:.1f} mm ({source}): {kind}, height_loss = {loss:.3f}",
        )
    notes = (*notes, "arm intact is this body with its loss undone")
    found = {"type": kind, "height_loss": loss}
    if asked.band_label is not None:
        assert isinstance(anatomy, ImageFile)  # by the validator
        assert bone.frame is not None
        centre, thickness = _labelled_band(anatomy, asked.band_label, bone.frame, mesh, now, loss)
        found |= {"centre": centre, "zone_mm": thickness}
        notes = (*notes, f"band by label {asked.band_label}: centre {centre:.2f}, {thickness:.1f} mm before the fracture")
    return FoundFracture(asked.model_copy(update=found), notes)


def classify(now: Heights, expected: Heights, shape: str | None = None) -> tuple[str, float]:
    """Kind of a fracture, and its loss, from anterior, middle and posterior heights.

    All three lost alike: crush, the loss of the mean height. Otherwise the back is taken as sound and gives the scale of
    the person; a wedge lost most in front, a biconcave fracture in the middle.

    Parameters
    ----------
    now, expected : Heights [mm]
    shape : str, optional
        Kind that is known.

    Returns
    -------
    kind : str
    height_loss : float [-]

    Raises
    ------
    ValueError
        The loss is less than heights of people differ, or more than the model takes.
    """
    lost = np.array([1 - getattr(now, f"{at}_mm") / getattr(expected, f"{at}_mm") for at in ("anterior", "middle", "posterior")])
    scale = now.posterior_mm / expected.posterior_mm
    front, middle = (1 - (1 - lost[:2]) / scale).tolist()
    kind = shape
    if kind is None:
        kind = "crush" if np.ptp(lost) < _EVEN and lost.mean() > LEAST else "wedge" if front >= middle else "biconcave"
    loss = {"crush": 1 - now.mean_mm / expected.mean_mm, "wedge": front, "biconcave": middle}[kind]
    if not LEAST <= loss <= 0.5:
        message = (
            f"type: found heights {now.anterior_mm:.1f}, {now.middle_mm:.1f}, {now.posterior_mm:.1f} mm (front, middle, back) "
            f"where {expected.anterior_mm:.1f}, {expected.middle_mm:.1f}, {expected.posterior_mm:.1f} mm are expected, a "
            f"{kind} of {loss:.3f}; expected a loss of {LEAST:g} to 0.5. State shape and height_loss if they are known, "
            "or leave the fracture out."
        )
        raise ValueError(message)
    return kind, float(loss)


def _expected(anatomy: Anatomy, mesh: TetMesh, asked: Fracture) -> tuple[Heights, str]:
    """Heights that the body would have without its fracture, and where they come from."""
    if asked.reference != "preset" and isinstance(anatomy, ImageFile) and anatomy.preset is not None:
        try:
            return _of_neighbours(anatomy)
        except ValueError as error:
            if asked.reference == "neighbours":
                message = f"reference: the neighbours cannot be measured: {error}"
                raise ValueError(message) from error
    elif asked.reference == "neighbours":
        message = "reference: found neighbours without a mask that names them, expected mesh.image with a preset. Take preset."
        raise ValueError(message)
    if anatomy.level is None:
        message = f"{anatomy.key}.level is missing, expected the level whose published heights are to be compared with. Add it."
        raise ValueError(message)
    body = parametric_body(anatomy.level, 4.0, 1, breaks=_WHOLE)
    scale = float(np.sqrt(_end_area(mesh) / _end_area(body)))
    heights = body_heights(body)
    scaled = Heights(
        *(scale * getattr(heights, f"{at}_mm") for at in ("anterior", "middle", "posterior", "mean")),
        wedge_angle_deg=heights.wedge_angle_deg,
    )
    return scaled, f"published {anatomy.level} scaled by {scale:.3f} to its endplates; people differ by some 10 %"


def _end_area(mesh: TetMesh) -> float:
    """Area of both end surfaces, seen along the spine [mm2]."""
    total = 0.0
    for side in ("superior", "inferior"):
        a, b, c = mesh.points[end_faces(mesh, side)[:, :3], :2].transpose(1, 0, 2)
        total += float(np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]).sum()) / 2
    return total


def _of_neighbours(anatomy: ImageFile) -> tuple[Heights, str]:
    """Mean heights of the vertebrae above and below."""
    assert anatomy.preset is not None
    assert anatomy.level is not None
    labels = read_labels(anatomy.mask, anatomy.axes)
    parts = None if anatomy.subregions is None else read_labels(anatomy.subregions, anatomy.axes)
    found = []
    for label in neighbours_of(anatomy.preset, anatomy.level):
        inside = labels.values == label
        if not inside.any():
            message = f"label {label} is not in {anatomy.mask}"
            raise ImageError(message)
        _require_uncut(inside, label, anatomy.mask)
        if parts is not None:
            body = clean_mask(inside & np.isin(parts.values, anatomy.labels_of_body), labels)
        else:
            body = _body_of(clean_mask(inside, labels))
        surface = mask_surface(body.inside, labels.affine).surface
        found.append(body_heights(fit_body(align_body(surface), **_COARSE)[0]))
    mean = Heights(
        *(float(np.mean([getattr(each, name) for each in found])) for name in Heights.__dataclass_fields__)
    )
    return mean, f"mean of {len(found)} neighbours"


def _body_of(mask: Mask) -> Mask:
    low, high = mask.box(0)
    compact = float(mask.inside.sum()) > 0.5 * float(np.prod(high - low))
    return mask if compact else cut_body(mask).mask


def _require_uncut(inside: np.ndarray, label: int, source: str) -> None:
    """Refuse a neighbour that top or bottom of the image cuts."""
    if inside[:, :, 0].any() or inside[:, :, -1].any():
        message = f"the image cuts the vertebra of label {label} ({source})"
        raise ImageError(message)


def _labelled_band(
    anatomy: ImageFile, label: int, frame: Frame, mesh: TetMesh, now: Heights, loss: float
) -> tuple[float, float]:
    """Relative height of the middle, and thickness before the fracture, of a band that a label marks."""
    files = [anatomy.mask, *([anatomy.subregions] if anatomy.subregions else [])]
    for file in files:
        grid = read_labels(file, anatomy.axes)
        where = np.argwhere(grid.values == label)
        if len(where):
            break
    else:
        message = f"band_label: found no voxel of label {label} in {', '.join(files)}, expected those of the crushed band. Correct it."
        raise ValueError(message)
    z = frame.in_body(grid.places(where))[:, 2]
    bottom = float(mesh.points[mesh.node_sets["inferior_endplate"], 2].mean())
    thickness = len(where) * grid.voxel_mm3 / (_end_area(mesh) / 2)
    lost = now.mean_mm * loss / (1 - loss)
    return float(np.clip((z.mean() - bottom) / now.mean_mm, 0.2, 0.8)), float(thickness + lost)
