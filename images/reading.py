"""Images by the ending of their file, checked and brought to axes nearest to right, anterior, superior."""

from pathlib import Path

import numpy as np

from .formats.dicom import read_dicom
from .formats.mha import read_mha
from .formats.nifti import read_nifti
from .formats.nrrd import read_nrrd
from .image import Image, ImageError

READERS = {
    ".nii": read_nifti,
    ".nii.gz": read_nifti,
    ".nrrd": read_nrrd,
    ".nhdr": read_nrrd,
    ".mha": read_mha,
    ".mhd": read_mha,
}
"""What reads a file with each ending; a folder is a DICOM series."""


def read_image(path: Path | str, axes: str | None = None) -> Image:
    """Read a volume.

    Parameters
    ----------
    path : path-like
        NIfTI, NRRD or MetaImage file, or the folder of a DICOM series.
    axes : str, optional
        What the first, second and third index point to, for files that do not say; "LPS" and so on.

    Returns
    -------
    Image
        Axes nearest to RAS; values finite.

    Raises
    ------
    ImageError
    """
    path = Path(path)
    if path.is_dir():
        return read_dicom(path).canonical()
    if not path.is_file():
        message = (
            f"{path}: no such file. Expected an image ({', '.join(READERS)}) or a folder of DICOM slices. Check "
            f"the path."
        )
        raise ImageError(message)
    name = path.name.lower()
    ending = next((ending for ending in READERS if name.endswith(ending)), None)
    if ending is None:
        message = (
            f"{path}: an image cannot be read from a file ending in {path.suffix!r}. Expected one of "
            f"{', '.join(READERS)}, or a folder of DICOM slices. Convert it (3D Slicer, dcm2niix)."
        )
        raise ImageError(message)
    try:
        image = READERS[ending](path, axes)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or error}). Check its permissions."
        raise ImageError(message) from error
    bad = int(np.count_nonzero(~np.isfinite(image.values))) if image.values.dtype.kind == "f" else 0
    if bad or image.values.dtype.kind not in "iufb":
        found = f"{bad} voxels that are no finite numbers" if bad else f"voxels of type {image.values.dtype}"
        message = f"{path}: found {found}, expected one number a voxel. Fill or convert them."
        raise ImageError(message)
    return image.canonical()


def read_labels(path: Path | str, axes: str | None = None) -> Image:
    """Read a mask: whole numbers, 0 outside.

    Raises
    ------
    ImageError
    """
    image = read_image(path, axes)
    rounded = np.rint(image.values)
    if float(np.abs(image.values - rounded).max()) > 1e-3 or rounded.min() < 0:
        message = (
            f"{path}: found values from {image.values.min():g} to {image.values.max():g}, some of them no whole "
            f"numbers "
            "of 0 or more: expected labels. Name the mask, resampled with nearest neighbours, not the image."
        )
        raise ImageError(message)
    return Image(rounded.astype(np.int32), image.affine, image.source)
