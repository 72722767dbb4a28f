"""What the files of a scenario hold of a vertebra: its mask, its body without the arch, its calibrated density."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vertebra.images.arch_cut import cut_body, is_body_alone
from vertebra.images.calibration import Calibration
from vertebra.images.core import core_mean
from vertebra.images.density import (
    DENSEST,
    doubts_of_density,
    doubts_of_hu,
    require_density,
    require_hu,
    require_moduli,
)
from vertebra.images.image import Image, ImageError, require_same_grid
from vertebra.images.labels import label_of, marked
from vertebra.images.mask import Mask, clean_mask
from vertebra.images.phantomless import phantomless, tissue_means
from vertebra.images.reading import read_image, read_labels
from vertebra.materials.bone import young_modulus
from vertebra.materials.density import ApparentDensity, AshDensity, Density, QctDensity
from vertebra.materials.table import row
from vertebra.meshes.quality import orient
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.reading import POSSIBLE_MM, UNITS_MM, axes_matrix, read_surface
from vertebra.meshes.surface.triangle_tree import TriangleTree, triangle_tree
from vertebra.meshes.volumes.content import MeshFileError, Tetrahedra
from vertebra.meshes.volumes.reading import read_tetrahedra as read
from vertebra.scenarios.anatomy_section import Anatomy, Bone, SurfaceFile
from vertebra.scenarios.imported.density import DensityImage
from vertebra.scenarios.imported.image import ImageFile
from vertebra.scenarios.imported.mesh import MeshFile
from vertebra.scenarios.schema import Scenario

from .remembering import file_stamps, remembered

KINDS = {"qct": QctDensity, "ash": AshDensity, "apparent": ApparentDensity}
_SAME_CAPS = 0.02
"""Share by which the modulus of caps may differ from ours."""
_LEAST_MG_CM3 = 5.0
"""Of a core that noise alone fills."""


@dataclass(frozen=True, eq=False)
class MarkedBody:
    """The voxels that are meshed.

    Attributes
    ----------
    mask : Mask
    label : int
        Of the vertebra in its mask.
    whole : Mask
        With arch and processes, as far as they belong to the label.
    notes : tuple of str
    caps : tuple of ndarray of int, shape (v, 3), or None
        Voxels of the inferior and the superior cap, where the mask holds them.
    """

    mask: Mask
    label: int
    whole: Mask
    notes: tuple[str, ...]
    caps: tuple[np.ndarray, np.ndarray] | None = None


@remembered
def _read_marked(anatomy: ImageFile, stamps: tuple) -> MarkedBody:
    labels = read_labels(anatomy.mask, anatomy.axes)
    found = _body_of(anatomy, labels)
    if anatomy.cap_labels is None:
        return found
    if anatomy.mesher != "voxels":
        note = "caps of the mask left out: loading.ends adds its own"
        return replace(found, notes=(*found.notes, note))
    return replace(found, caps=_caps_beside(found.whole, anatomy.cap_labels))


def _caps_beside(body: Mask, wanted: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Voxels of the caps below and above the middle of a body; ndarrays of int, shape (v, 3).

    Raises
    ------
    ImageError
        The mask holds none of these labels, or they lie on one side.
    """
    voxels = np.argwhere(marked(body.grid, wanted, "the caps") & ~body.inside)
    is_above = voxels[:, 2] > np.argwhere(body.inside)[:, 2].mean()
    if is_above.all() or not is_above.any():
        found = (
            "no voxel"
            if not len(voxels)
            else f"all {len(voxels)} voxels {'above' if is_above[0] else 'below'}"
        )
        message = (
            f"{body.grid.source}: found {found} of the caps of labels {', '.join(map(str, wanted))} beside the "
            "vertebra, expected some above and some below its middle. Check mesh.image.cap_labels."
        )
        raise ImageError(message)
    return voxels[~is_above], voxels[is_above]


def _body_of(anatomy: ImageFile, labels: Image) -> MarkedBody:
    if anatomy.preset is not None and anatomy.level is not None:
        label = label_of(anatomy.preset, anatomy.level)
        what = f"{anatomy.level} by preset {anatomy.preset}"
    else:
        assert anatomy.label is not None  # by the validator
        label, what = anatomy.label, "the vertebra"
    inside = marked(labels, (label,), what)
    whole = clean_mask(inside, labels)
    if anatomy.part == "vertebra":
        return MarkedBody(whole, label, whole, whole.notes)
    if anatomy.subregions is not None:
        parts = read_labels(anatomy.subregions, anatomy.axes)
        require_same_grid(labels, parts)
        body = marked(parts, anatomy.labels_of_body, "the body") & inside
        cut = clean_mask(body, labels)
        note = f"body cut from the arch by its sub-regions: {cut.volume_mm3 / 1000:.2f} mL"
        return MarkedBody(cut, label, whole, (*cut.notes, note))
    if is_body_alone(whole):
        return MarkedBody(whole, label, whole, whole.notes)
    sawn = cut_body(whole)
    return MarkedBody(sawn.mask, label, whole, (*whole.notes, str(sawn)))


def marked_body(anatomy: ImageFile) -> MarkedBody:
    """Read the mask of an anatomy and cut the body from the arch where that is asked.

    Parameters
    ----------
    anatomy : ImageFile

    Raises
    ------
    ImageError
    """
    return _read_marked(anatomy, file_stamps(anatomy.files))


@dataclass(frozen=True, eq=False)
class CalibratedImage:
    """Densities of an image.

    Attributes
    ----------
    image : Image
        [mg/cm3].
    kind : type
        Of density.
    notes, warnings : tuple of str
    """

    image: Image
    kind: type[QctDensity] | type[AshDensity] | type[ApparentDensity]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def calibrated(anatomy: Anatomy, bone: Bone, mask: Mask) -> CalibratedImage:
    """Densities of the image of a scenario.

    Parameters
    ----------
    anatomy : Anatomy
    bone : Bone
        With `density_image`.
    mask : Mask
        Of the bone that is asked for, on the grid of the image.

    Raises
    ------
    ImageError
        Not on that grid, or values that are no HU, densities or moduli.
    """
    asked = bone.density_image
    assert asked is not None  # by the callers
    image, kind = raw_image(anatomy, bone), KINDS[asked.kind]
    require_same_grid(image, mask.grid)
    if asked.unit == "HU":
        require_hu(image, mask)
        line = _calibration(asked, image)
        said = (*doubts_of_hu(image, mask), *_about(line, asked))
        return CalibratedImage(line.density(image), kind, (str(line),), said)
    if asked.unit == "MPa":
        require_moduli(image, mask)
        density, most = _density_of_modulus(image.values, bone, kind)
        note = f"Young's moduli of the image turned into density by {bone.law}; no shell is added to them"
        said = (*_beyond_the_law(image.values[mask.inside], most, bone.law), *_other_caps(anatomy, image))
        return CalibratedImage(replace(image, values=density), kind, (note,), said)
    densities = require_density(image, mask, asked.unit)
    return CalibratedImage(densities, kind, (), doubts_of_density(densities, mask))


def raw_image(anatomy: Anatomy, bone: Bone) -> Image:
    """The image of a scenario as it is, in the axes that its anatomy states."""
    asked, marked_in = bone.density_image, anatomy if isinstance(anatomy, ImageFile) else None
    own = None if marked_in is None else marked_in.file
    file = (asked.file if asked is not None else None) or own
    assert file is not None  # by the validator
    return read_image(file, None if marked_in is None else marked_in.axes)


def read_tetrahedra(anatomy: MeshFile) -> Tetrahedra:
    """Read the tetrahedra of an anatomy, in mm and RAS.

    Raises
    ------
    MeshFileError
        The file cannot be used, or its size is that of no vertebra: the unit is named that would make one of it.
    """
    content = read(Path(anatomy.path))
    matrix = axes_matrix(anatomy.axes)
    points = content.points @ matrix.T * UNITS_MM[anatomy.unit]
    largest = float(np.ptp(points, axis=0).max())
    if not POSSIBLE_MM[0] <= largest <= POSSIBLE_MM[1]:
        stored = largest / UNITS_MM[anatomy.unit]
        fits = [unit for unit, mm in UNITS_MM.items() if POSSIBLE_MM[0] <= stored * mm <= POSSIBLE_MM[1]]
        meant = f' It looks like {fits[0]}: set unit = "{fits[0]}".' if fits else ""
        message = (
            f'{anatomy.path}: with unit = "{anatomy.unit}" the mesh is {largest:.4g} mm across: no vertebra is. '
            f"Expected "
            f"{POSSIBLE_MM[0]:g}-{POSSIBLE_MM[1]:g} mm.{meant}"
        )
        raise MeshFileError(message)
    return replace(content, points=points, cells=orient(points, content.cells))


def mask_in_image(anatomy: Anatomy, bone: Bone) -> Mask:
    """Voxels of an anatomy in the image of its density: those of its mask, or those within its surface."""
    if isinstance(anatomy, ImageFile):
        return marked_body(anatomy).mask
    if isinstance(anatomy, SurfaceFile):
        surface = read_surface(Path(anatomy.file), unit=anatomy.unit, axes=anatomy.axes)
        return mask_within(surface.tree, raw_image(anatomy, bone))
    assert isinstance(anatomy, MeshFile)
    content = read_tetrahedra(anatomy)
    skin = outer_faces(content.cells)[0][:, :3]
    return mask_within(triangle_tree(content.points, skin), raw_image(anatomy, bone))


def mask_within(tree: TriangleTree, image: Image) -> Mask:
    """Voxels of an image whose centres lie within a closed surface.

    Raises
    ------
    ImageError
        The surface does not lie in the image.
    """
    at = image.indices(tree.points)
    low = np.maximum(np.floor(at.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(at.max(axis=0)).astype(int) + 1, image.shape)
    inside = np.zeros(image.shape, bool)
    if np.all(high > low):
        index = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), axis=-1).reshape(-1, 3)
        inside[tuple(index[tree.contains(image.places(index))].T)] = True
    if not inside.any():
        message = (
            f"{image.source}: the anatomy lies beside the image: expected both in the same frame (RAS, mm). Check "
            f"both files."
        )
        raise ImageError(message)
    return clean_mask(inside, image)


def core_density(scenario: Scenario) -> Density:
    """Mean density of the core of a body in its image; one value.

    Parameters
    ----------
    scenario : Scenario
        With `bone.density_image`.
    """
    return _read_core(scenario.mesh.anatomy, scenario.bone, file_stamps(scenario.input_files))


@remembered
def _read_core(anatomy: Anatomy, bone: Bone, stamps: tuple) -> Density:
    mask = mask_in_image(anatomy, bone)
    known = calibrated(anatomy, bone, mask)
    return known.kind.from_mg_cm3(np.array([max(core_mean(known.image, mask), _LEAST_MG_CM3)]))


def _calibration(asked: DensityImage, image: Image) -> Calibration:
    match asked.calibration:
        case "linear":
            assert asked.slope_mg_cm3_per_HU is not None
            assert asked.intercept_mg_cm3 is not None
            assert asked.material is not None
            return Calibration(
                asked.slope_mg_cm3_per_HU,
                asked.intercept_mg_cm3,
                asked.material,
                "stated slope and intercept",
            )
        case "rods":
            assert asked.material is not None
            return Calibration.from_rods(
                np.array(asked.rods_HU, float), np.array(asked.rods_mg_cm3, float), asked.material
            )
        case "liquid_rods":
            return Calibration.from_liquid_rods(
                np.array(asked.rods_HU, float),
                np.array(asked.rods_mg_cm3, float),
                np.array(asked.rods_water_mg_cm3, float),
            )
        case _:
            means = tissue_means(image, Path(asked.tissues)) if asked.tissues else {}
            return phantomless(means | asked.tissue_HU)


def _beyond_the_law(young: np.ndarray, most: float, law: str) -> list[str]:
    """What a reader must know of moduli that no density of bone has by a law."""
    beyond = int((young > most).sum())
    if not beyond:
        return []
    return [
        f"bone.density_image: {beyond} of {len(young)} voxels are stiffer than the {most:.0f} MPa that {law} gives "
        f"solid bone, up to {young.max():.0f} MPa; they are taken as that."
    ]


def _other_caps(anatomy: Anatomy, image: Image) -> list[str]:
    """What a reader must know of caps of another modulus than ours."""
    caps = marked_body(anatomy).caps if isinstance(anatomy, ImageFile) else None
    if caps is None:
        return []
    found = float(image.values[tuple(np.concatenate(caps).T)].mean())
    ours = row("ends", "pmma_caps").parameters["young"]
    if abs(found / ours - 1) < _SAME_CAPS:
        return []
    return [
        f"mesh.image.cap_labels: the voxels of the caps hold {found:.0f} MPa in the mean, those of pmma_caps have "
        f"{ours:.0f} MPa, which is solved: stiffness differs from that of the code that made the image."
    ]


def _about(line: Calibration, asked: DensityImage) -> tuple[str, ...]:
    """What a reader must know of a calibration."""
    said = []
    if line.material == "hydroxyapatite":
        said.append(
            "bone.density_image: densities are equivalents of hydroxyapatite; laws of vertebral bone were mostly "
            "measured "
            "against K2HPO4, which differs by some 8 % at 100 mg/cm3. Nothing was converted."
        )
    if asked.calibration == "phantomless":
        said.append(
            "bone.density_image: calibrated without a phantom, by reference tissues: tested on computed HU only, not "
            "on patients with a phantom. Densities are those of K2HPO4 in water of the same attenuation, as in a "
            "liquid phantom; the published method divides a voxel into K2HPO4 and triglyceride (Michalski 2020) and "
            "gives more where marrow is fat."
        )
    return tuple(said)


def _density_of_modulus(young: np.ndarray, bone: Bone, kind) -> tuple[np.ndarray, float]:
    """Density of which a law makes given moduli, by its inverse on a fine grid, 0 where there is none [mg/cm3].

    The largest modulus that the law gives comes with it [MPa].
    """
    grid = np.geomspace(0.006, DENSEST / 1000, 4000)
    moduli = young_modulus(kind(grid), bone.law)
    density = np.where(young > 0, 1000 * np.interp(young, moduli, grid, left=0.0), 0.0)
    return density, float(moduli[-1])
