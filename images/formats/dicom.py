"""A series of DICOM slices in a folder, read by pydicom (extra `images`).

Format: DICOM PS3.3, sections C.7.6.2 (image plane) and C.8.2.1 (CT image).
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from ..image import Image, ImageError
from .header import require_affine, require_size
from .packed import LPS_TO_RAS, affine_of

MOST_FILES = 5000
_UNEVEN = 0.02
"""Share of the distance of slices by which one may be off."""


def read_dicom(folder: Path, axes: str | None = None) -> Image:
    """Read the one series of slices in a folder, in HU (slope and intercept applied).

    The affine follows the positions of the slices, so that a tilted gantry gives a sheared grid and no wrong shape.

    Parameters
    ----------
    folder : Path
    axes : str, optional
        Not used: slices always say how they lie.

    Raises
    ------
    ImageError
        Several series, missing slices, slices of several sizes, damaged files, or pydicom is absent.
    """
    slices = _slices(folder, _pydicom())
    first = slices[0]
    rows, columns = int(first.Rows), int(first.Columns)
    require_size(folder, (columns, rows, len(slices)), 2, 2 * columns * rows * len(slices), packed=False)
    along = np.array(first.ImageOrientationPatient, float).reshape(2, 3)
    spacing = np.array(first.PixelSpacing, float)  # of rows, of columns
    places = np.array([each.ImagePositionPatient for each in slices], float)
    step = (places[-1] - places[0]) / (len(slices) - 1)
    _require_even(folder, places, step)
    values = np.empty((columns, rows, len(slices)), np.float32)
    for k, each in enumerate(slices):
        try:
            stored = each.pixel_array.astype(np.float32)
        except Exception as error:  # pydicom raises what its many decoders raise
            message = (
                f"{each.filename}: its pixels cannot be read ({' '.join(str(error).split())[:160]}). Decompress the "
                "series, or convert it to NIfTI."
            )
            raise ImageError(message) from error
        scaled = float(getattr(each, "RescaleSlope", 1)) * stored + float(
            getattr(each, "RescaleIntercept", 0)
        )
        values[:, :, k] = scaled.T
    directions = np.column_stack([along[0] * spacing[1], along[1] * spacing[0], step])
    affine = affine_of(directions, places[0], LPS_TO_RAS)
    require_affine(folder, affine)
    return Image(values, affine, str(folder))


def _pydicom() -> Any:
    try:
        import pydicom
    except ImportError as error:
        message = (
            "DICOM series need pydicom, which is not installed. Install it (pip install 'vertebra[images]'), or "
            "convert "
            "the series to NIfTI."
        )
        raise ImageError(message) from error
    return pydicom


def _slices(folder: Path, pydicom: Any) -> list[Any]:
    """Slices of the one series in a folder, in their order along it."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    if len(files) > MOST_FILES:
        message = (
            f"{folder}: found {len(files)} files, expected one series of at most {MOST_FILES} slices. Separate "
            f"it."
        )
        raise ImageError(message)
    series = defaultdict(list)
    for file in files:
        try:
            held = pydicom.dcmread(file)
        except (pydicom.errors.InvalidDicomError, OSError, EOFError, ValueError, AttributeError):
            continue
        if "ImagePositionPatient" in held and "Rows" in held:
            series[str(held.get("SeriesInstanceUID", ""))].append(held)
    if not series:
        message = (
            f"{folder}: found no DICOM slices with a position among {len(files)} files. Name the folder of a CT "
            f"series."
        )
        raise ImageError(message)
    if len(series) > 1:
        counts = ", ".join(
            f"{held[0].get('SeriesDescription', uid)} ({len(held)})" for uid, held in series.items()
        )
        message = f"{folder}: found {len(series)} series ({counts}), expected one. Move each into a folder of its own."
        raise ImageError(message)
    (slices,) = series.values()
    kinds = {
        (
            int(s.Rows),
            int(s.Columns),
            *map(float, s.PixelSpacing),
            *np.round(np.array(s.ImageOrientationPatient, float), 4),
        )
        for s in slices
    }
    if len(slices) < 2 or len(kinds) > 1:
        message = (
            f"{folder}: found {len(slices)} slices of {len(kinds)} kinds (size, spacing, orientation), expected 2 "
            f"or more "
            "of one kind. Leave out scouts and reformations."
        )
        raise ImageError(message)
    first, second = np.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
    across = np.cross(first, second)
    return sorted(slices, key=lambda each: float(across @ np.array(each.ImagePositionPatient, float)))


def _require_even(folder: Path, places: np.ndarray, step: np.ndarray) -> None:
    """Refuse missing, doubled or unevenly spaced slices."""
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    usual = float(np.median(steps))
    off = np.abs(steps - usual) > _UNEVEN * max(usual, 1e-9)
    if off.any() or usual == 0 or np.linalg.norm(step) == 0:
        k = int(np.argmax(np.abs(steps - usual)))
        message = (
            f"{folder}: slices {k + 1} and {k + 2} are {steps[k]:.4g} mm apart, the others {usual:.4g} mm: one is "
            f"missing "
            "or doubled. Export the whole series once."
        )
        raise ImageError(message)
