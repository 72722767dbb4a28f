"""Voxels of header-and-data formats: bytes, packed or not, to an array with its first index fastest."""

import bz2
import zlib
from pathlib import Path

import numpy as np

from ..image import ImageError
from .header import require_size


def unpacked(path: Path, data: bytes, how: str, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Array of the voxels in a block of bytes.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
    how : {"raw", "gzip", "zlib", "bz2", "text"}
    shape : tuple of int
        First index fastest.
    dtype : dtype

    Raises
    ------
    ImageError
    """
    if how != "text":
        require_size(path, shape, dtype.itemsize, len(data), how != "raw")
    need = int(np.prod(shape)) * dtype.itemsize
    try:
        match how:
            case "gzip":
                data = _inflated(data, need, wbits=31)
            case "zlib":
                data = _inflated(data, need, wbits=15)
            case "bz2":
                data = bz2.BZ2Decompressor().decompress(data, need)
            case "text":
                return np.array(data.split(), dtype=float).astype(dtype).reshape(shape, order="F")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        message = (
            f"{path}: its voxels cannot be unpacked ({error}): the file is cut or damaged. Export it again."
        )
        raise ImageError(message) from error
    if len(data) < need:
        message = (
            f"{path}: found {len(data)} bytes of voxels, expected {need}: the file is cut. Export it again."
        )
        raise ImageError(message)
    return np.frombuffer(data[:need], dtype).reshape(shape, order="F")


def _inflated(data: bytes, need: int, wbits: int) -> bytes:
    """Inflate deflated bytes to `need` bytes at most, however many they would become."""
    stream = zlib.decompressobj(wbits=wbits)
    found = stream.decompress(data, need)
    if len(found) < need and not stream.eof:
        message = "it ends before its end"
        raise EOFError(message)
    return found


def detached(path: Path, name: str) -> bytes:
    """Bytes of the data file that a header names, which lies beside it.

    Raises
    ------
    ImageError
    """
    file = path.parent / name
    if not file.resolve().is_relative_to(path.parent.resolve()):
        message = (
            f"{path}: found voxels in {name!r}, outside the folder of the header, expected a file in it. Put both into "
            f"one folder and name the file alone."
        )
        raise ImageError(message)
    try:
        return file.read_bytes()
    except OSError as error:
        message = (
            f"{path}: its voxels should lie in {file}, which cannot be read ({error.strerror}). Put both "
            f"together."
        )
        raise ImageError(message) from error


LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])
"""From x left, y posterior, as ITK and DICOM have it."""


def affine_of(directions: np.ndarray, origin: np.ndarray, to_ras: np.ndarray) -> np.ndarray:
    """Affine from steps of each index (columns, with their length) and the centre of the first voxel."""
    affine = np.eye(4)
    affine[:3, :3] = to_ras @ directions
    affine[:3, 3] = to_ras @ origin
    return affine
