"""The density of the bone of a scenario: a field over its cells."""

from dataclasses import dataclass, field

import numpy as np

from vertebra.images.core import core_mean, enclosed_mean
from vertebra.images.density import DENSEST, bounded
from vertebra.images.sampling import sample_cells
from vertebra.materials.density import ApparentDensity, AshDensity, Density, QctDensity
from vertebra.materials.distribution import regional_factor
from vertebra.materials.table import value
from vertebra.meshes.frames import Frame
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Bone
from vertebra.scenarios.imported.image import ImageFile
from vertebra.scenarios.schema import Scenario

from .imported.imaged import calibrated, core_density, marked_body, mask_in_image
from .naming import naming

_KINDS = {
    "density_qct_mg_cm3": QctDensity,
    "density_ash_mg_cm3": AshDensity,
    "density_apparent_mg_cm3": ApparentDensity,
}

_NOISY = 0.03
"""Share of the volume below the least density from which voxels are called noisy."""
_ROOM = 2.0
"""Least density of an element over the least that bone may have: what stretching and treatment may take away."""


def mean_density(scenario: Scenario) -> Density:
    """Mean trabecular density that a scenario states, or that of the core in its image; one value."""
    bone: Bone = scenario.bone
    if bone.density_image is not None:
        if isinstance(scenario.mesh.anatomy, ImageFile):
            with naming("mesh.image"):
                marked_body(scenario.mesh.anatomy)  # a mask that cannot be used is refused by its own key
        with naming("bone.density_image"):
            return core_density(scenario)
    name, kind = next((name, kind) for name, kind in _KINDS.items() if getattr(bone, name) is not None)
    return kind.from_mg_cm3(np.array([getattr(bone, name)]))


@dataclass(frozen=True, eq=False)
class BoneDensity:
    """Density of bone cells, and what is to be said of where it comes from.

    Attributes
    ----------
    values : Density, shape (b,)
    balance : mapping of str to float
        Mineral of image, samples and mesh, and cells that were bounded; empty where a density is stated.
    notes, warnings : tuple of str
    enclosed : Density, shape (b,), or None
        Of the trabecular bone beneath the shell at each cell; None where that of the cell is it.
    """

    values: Density
    balance: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    enclosed: Density | None = None


def sampled_density(
    scenario: Scenario, mesh: TetMesh, frame: Frame, compaction: np.ndarray | None = None
) -> BoneDensity:
    """Density of every bone cell, integrated over the voxels of the image of a scenario.

    Parameters
    ----------
    scenario : Scenario
        With `bone.density_image`.
    mesh : TetMesh
        Of the body as it lies in the image.
    frame : Frame
        Of the mesh.
    compaction : ndarray, shape (b,), optional [-]
        Of the bone in the image, to be undone.

    Returns
    -------
    BoneDensity

    Raises
    ------
    ImageError
    """
    anatomy, bone = scenario.mesh.anatomy, mesh.is_bone
    mask = mask_in_image(anatomy, scenario.bone)
    known = calibrated(anatomy, scenario.bone, mask)
    volume = cell_volumes(mesh.points, mesh.cells)[bone]
    points = frame.in_file(mesh.points)
    found = sample_cells(known.image, mask, points, mesh.cells[bone], volume)
    pressed = 1.0 if compaction is None else compaction
    least = _ROOM * 1000 * value("density", "least") * float(np.max(pressed))
    held = bounded(found.mean, volume, least, DENSEST, known.image.source)
    voxels = known.image.values[mask.inside]
    negative, absurd = int((voxels < 0).sum()), int((voxels > DENSEST).sum())
    core = core_mean(known.image, mask)
    balance = {
        "image_mineral_mg": found.image_sum / 1000,
        "mesh_mineral_mg": float(held.density @ volume) / 1000,
        "mesh_over_mask": float(held.density @ volume) / found.image_sum,
        "mesh_over_samples": float(held.density @ volume) / found.sampled_sum,
        "mesh_volume_over_mask": float(volume.sum()) / mask.volume_mm3,
        "mean_mg_cm3": float(held.density @ volume / volume.sum()),
        "core_mg_cm3": core,
        "samples_per_voxel": float(found.per_voxel),
        "cells_without_sample": float((found.count == 0).sum()),
        "negative_voxels": float(negative),
        "voxels_denser_than_bone": float(absurd),
        "cells_raised": float(held.raised),
        "cells_lowered": float(held.lowered),
        "factor_of_other_cells": held.factor,
    }
    notes = (
        *known.notes,
        f"mesh holds {100 * balance['mesh_over_mask']:.2f} % of the image's bone mineral in the mask "
        f"({found.image_sum / 1000:.1f} mg) and {100 * balance['mesh_over_samples']:.2f} % of what was sampled in "
        f"it; mean "
        f"{balance['mean_mg_cm3']:.1f}, core {core:.1f} mg/cm3; {found.per_voxel} samples a voxel",
        f"{negative} of {len(voxels)} voxels have negative density and {absurd} are denser than bone; "
        f"{held.raised} elements below {least:g} mg/cm3 ({100 * held.raised_share:.1f} % of the volume) raised to it, "
        f"{held.lowered} above {DENSEST:g} lowered, the others multiplied by {held.factor:.4f} to keep the mineral",
    )
    warnings = list(known.warnings)
    if absurd > 0.01 * len(voxels):
        warnings.append(
            f"bone.density_image: {100 * absurd / len(voxels):.1f} % of the voxels are denser than {DENSEST:g} "
            f"mg/cm3, more "
            "than bone: cement or metal in the body, or a wrong calibration."
        )
    if isinstance(anatomy, ImageFile) and anatomy.mesher == "voxels" and held.raised_share > _NOISY:
        warnings.append(
            f"bone.density_image: {100 * held.raised_share:.0f} % of the volume was raised to {least:g} mg/cm3, the "
            "least of bone: noise, which elements of one voxel do not average. It makes weak voxels weaker and so "
            'capacity too low; smooth the image, or take mesh.image.method = "fit".'
        )
    enclosed = enclosed_mean(known.image, mask, points[mesh.cells[bone, :4]].mean(axis=1))
    return BoneDensity(
        known.kind.from_mg_cm3(held.density / pressed),
        balance,
        notes,
        tuple(warnings),
        known.kind.from_mg_cm3(np.clip(enclosed, least, DENSEST) / pressed),
    )


def density_field(scenario: Scenario, mesh: TetMesh) -> Density:
    """Trabecular density of every bone cell before the fracture, of the mean that the scenario states.

    Parameters
    ----------
    scenario : Scenario
        Its bone, and the kind of its anatomy.
    mesh : TetMesh
        Of the intact body.

    Returns
    -------
    Density, shape (b,)
        Over the bone cells of the mesh, in its order.
    """
    bone, mean = mesh.is_bone, mean_density(scenario)
    if scenario.distribution == "uniform":
        return mean.times(np.ones(int(bone.sum())))
    body = mesh.is_body[bone]
    middle = mesh.points[mesh.cells[bone, :4]].mean(axis=1)
    low, high = middle[body].min(axis=0), middle[body].max(axis=0)
    place = 2 * (middle - low) / (high - low) - 1
    cancellous = 1 - mesh.shell_fraction[bone] - mesh.endplate_fraction[bone]
    weight = np.where(body, cancellous * cell_volumes(mesh.points, mesh.cells[bone]), 0.0)
    return mean.times(regional_factor(place, weight))
