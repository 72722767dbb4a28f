"""NRRD files: a text header, an empty line, and voxels there or in a file beside.

Format: https://teem.sourceforge.net/nrrd/format.html
"""

import re
from pathlib import Path

import numpy as np

from ..image import Image, ImageError
from .header import no_affine, require_affine, stated_affine
from .packed import LPS_TO_RAS, affine_of, detached, unpacked

_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_PACKED = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bz2", "bz2": "bz2"}
_PACKED |= dict.fromkeys(("ascii", "txt", "text"), "text")
_SPACES = {
    "right-anterior-superior": np.eye(3),
    "ras": np.eye(3),
    "left-anterior-superior": np.diag([-1.0, 1.0, 1.0]),
    "las": np.diag([-1.0, 1.0, 1.0]),
    "left-posterior-superior": LPS_TO_RAS,
    "lps": LPS_TO_RAS,
}


def read_nrrd(path: Path, axes: str | None = None) -> Image:
    """Read a volume with its directions; `axes` says what they point to in a file without `space`.

    Raises
    ------
    ImageError
    """
    content = path.read_bytes()
    found = re.search(rb"\r?\n\r?\n", content)
    head = content[: found.start()] if found else content
    if not content.startswith(b"NRRD"):
        message = f"{path}: found {content[:12]!r}, expected a file that begins with NRRD. Export it again."
        raise ImageError(message)
    fields = {}
    for line in head.decode("latin-1").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            fields[name.strip().lower()] = value.lstrip("=").strip()
    try:
        shape = tuple(int(n) for n in fields["sizes"].split())
        code = next(code for code, names in _TYPES.items() if fields["type"].lower() in names)
        how = _PACKED[fields.get("encoding", "raw").lower()]
    except (KeyError, ValueError, StopIteration) as error:
        message = f"{path}: its header lacks or garbles sizes, type or encoding ({error}). Export it again."
        raise ImageError(message) from error
    dtype = np.dtype(code).newbyteorder(">" if fields.get("endian", "little").lower() == "big" else "<")
    named = fields.get("data file", fields.get("datafile"))
    data = detached(path, named) if named else content[found.end() if found else len(content) :]
    values = unpacked(path, data, how, shape, dtype)
    affine = _affine(path, fields, axes)
    require_affine(path, affine)
    return Image(values, affine, str(path))


def _affine(path: Path, fields: dict[str, str], axes: str | None) -> np.ndarray:
    to_ras = _SPACES.get(fields.get("space", "").lower())
    steps = re.findall(r"\(([^)]*)\)", fields.get("space directions", ""))
    try:
        if to_ras is not None and len(steps) == 3:
            directions = np.array([[float(n) for n in step.split(",")] for step in steps]).T
            origin = [float(n) for n in fields.get("space origin", "(0,0,0)").strip("()").split(",")]
            return affine_of(directions, np.array(origin), to_ras)
        if axes is None:
            raise no_affine(path, "found no space or no space directions of three axes in its header")
        spacing = (
            [np.linalg.norm([float(n) for n in step.split(",")]) for step in steps]
            if len(steps) == 3
            else [float(n) for n in fields["spacings"].split()]
        )
        return stated_affine(axes, np.array(spacing, float))
    except ImageError:
        raise
    except (ValueError, KeyError) as error:
        message = f"{path}: its header garbles spacings, space directions or space origin ({error}). Export it again."
        raise ImageError(message) from error
