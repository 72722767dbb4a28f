"""MetaImage files: MHA with its voxels inside, MHD with them in a file beside.

Format: https://itk.org/Wiki/ITK/MetaIO/Documentation
"""

from pathlib import Path

import numpy as np

from ..image import Image, ImageError
from .header import no_affine, require_affine, stated_affine
from .packed import LPS_TO_RAS, affine_of, detached, unpacked

_TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
_LONGEST_HEAD = 100_000


def read_mha(path: Path, axes: str | None = None) -> Image:
    """Read a volume with its directions; `axes` says what they point to in a file without TransformMatrix.

    Raises
    ------
    ImageError
    """
    content = path.read_bytes()
    fields: dict[str, str] = {}
    at = 0
    while "ElementDataFile" not in fields:
        end = content.find(b"\n", at, at + _LONGEST_HEAD)
        name, equals, value = content[at : max(end, at)].decode("latin-1").partition("=")
        if end < 0 or not equals:
            message = (
                f"{path}: found {content[at : at + 40]!r} in its head, expected lines up to ElementDataFile. "
                f"Export it again."
            )
            raise ImageError(message)
        fields[name.strip()] = value.strip()
        at = end + 1
    try:
        shape = tuple(int(n) for n in fields["DimSize"].split())
        dtype = np.dtype(_TYPES[fields["ElementType"].upper()])
        channels = int(fields.get("ElementNumberOfChannels", "1"))
    except (KeyError, ValueError) as error:
        message = f"{path}: its head lacks or garbles DimSize or ElementType ({error}). Export it again."
        raise ImageError(message) from error
    if channels != 1:
        message = f"{path}: found {channels} values a voxel, expected one. Store one scalar volume."
        raise ImageError(message)
    big = fields.get("BinaryDataByteOrderMSB", fields.get("ElementByteOrderMSB", "False")).lower() == "true"
    inside = fields["ElementDataFile"].upper() == "LOCAL"
    data = content[at:] if inside else detached(path, fields["ElementDataFile"])
    how = "zlib" if fields.get("CompressedData", "False").lower() == "true" else "raw"
    if fields.get("BinaryData", "True").lower() == "false":
        how = "text"
    values = unpacked(path, data, how, shape, dtype.newbyteorder(">" if big else "<"))
    affine = _affine(path, fields, axes)
    require_affine(path, affine)
    return Image(values, affine, str(path))


def _affine(path: Path, fields: dict[str, str], axes: str | None) -> np.ndarray:
    try:
        spacing = np.array([float(n) for n in fields["ElementSpacing"].split()])
        matrix = fields.get("TransformMatrix", fields.get("Rotation", fields.get("Orientation")))
        if matrix is None:
            if axes is None:
                raise no_affine(path, "found no TransformMatrix in its head")
            return stated_affine(axes, spacing)
        # one row a direction
        directions = np.array([float(n) for n in matrix.split()]).reshape(3, 3).T
        origin = fields.get("Offset", fields.get("Position", fields.get("Origin", "0 0 0")))
        return affine_of(directions * spacing, np.array([float(n) for n in origin.split()]), LPS_TO_RAS)
    except ImageError:
        raise
    except (KeyError, ValueError) as error:
        message = (
            f"{path}: its head lacks or garbles ElementSpacing, TransformMatrix or Offset ({error}). Export it "
            f"again."
        )
        raise ImageError(message) from error
