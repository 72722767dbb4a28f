"""NIfTI-1 and NIfTI-2 files, read by nibabel.

Format: https://nifti.nimh.nih.gov

nibabel is loaded when a file is read or written: it takes a tenth of the start of a process, also of those that see no
image.
"""

import gzip
import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..image import Image, ImageError
from .header import no_affine, require_affine, require_size, stated_affine


@contextmanager
def _silent() -> Iterator[None]:
    """Keep nibabel from printing what it finds in a header: what cannot be used is refused in our own words."""
    logger = logging.getLogger("nibabel.global")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def read_nifti(path: Path, axes: str | None = None) -> Image:
    """Read a volume with its affine; sform before qform, as the format has it.

    Parameters
    ----------
    path : Path
        Ends in .nii or .nii.gz.
    axes : str, optional
        What the axes point to, in a file that does not say.

    Raises
    ------
    ImageError
    """
    import nibabel
    from nibabel.filebasedimages import ImageFileError
    from nibabel.spatialimages import HeaderDataError

    try:
        with _silent():
            loaded: Any = nibabel.load(path)  # nibabel's common base states less than every NIfTI has
        header = loaded.header
        shape = tuple(int(n) for n in loaded.shape)
        while len(shape) > 3 and shape[-1] == 1:
            shape = shape[:-1]
        packed = path.suffix.lower() == ".gz"
        require_size(path, shape, header.get_data_dtype().itemsize, path.stat().st_size, packed)
        affine = np.asarray(loaded.affine, float)
        if not (header["sform_code"] or header["qform_code"]):
            if axes is None:
                raise no_affine(path, "found sform_code 0 and qform_code 0 in its header")
            affine = stated_affine(axes, np.abs(np.asarray(header.get_zooms()[:3], float)))
        require_affine(path, affine)
        values = np.asarray(loaded.dataobj).reshape(shape)
    except ImageError:
        raise
    except (OSError, EOFError, ValueError, KeyError, zlib.error, gzip.BadGzipFile, MemoryError) as error:
        message = (
            f"{path}: this is not a readable NIfTI image ({' '.join(str(error).split())[:160]}). Expected a whole file "
            "as scanners' converters write it. Copy or export it again."
        )
        raise ImageError(message) from error
    except (ImageFileError, HeaderDataError) as error:
        message = f"{path}: this is not a readable NIfTI image ({error}). Export it again."
        raise ImageError(message) from error
    return Image(values, affine, str(path))


def write_nifti(image: Image, path: Path) -> None:
    """Write an image; .nii.gz is packed. The same image gives the same bytes."""
    import nibabel

    stored = nibabel.Nifti1Image(image.values, image.affine)
    stored.set_sform(image.affine, code=1)
    stored.set_qform(image.affine, code=1)
    data = stored.to_bytes()
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)
