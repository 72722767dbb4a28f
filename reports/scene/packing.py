"""Numbers packed for a page: 16 bits a value, differences along days, deflated.

A value v is kept as the square root of |v| with the sign of v, evenly divided over its range: fine near zero, where
soft tissue lies, and to 1/30 000 of the largest value at the other end.
"""

import base64
import zlib
from dataclasses import dataclass

import numpy as np

STEPS = 65535


@dataclass(frozen=True)
class Range:
    """Ends of what is kept of a field.

    Attributes
    ----------
    low, high : float
        Signed square roots.
    """

    low: float
    high: float

    @classmethod
    def of(cls, smallest: float, largest: float) -> "Range":
        """Range of values between two ends."""
        low, high = (float(_root(np.array(end))) for end in (smallest, largest))
        return cls(low, high if high > low else low + 1.0)

    def quantised(self, values: np.ndarray) -> np.ndarray:
        """Values as whole numbers; ndarray of uint16 of the same shape."""
        share = (_root(np.asarray(values, dtype=float)) - self.low) / (self.high - self.low)
        return np.round(np.clip(share, 0.0, 1.0) * STEPS).astype(np.uint16)

    def restored(self, kept: np.ndarray) -> np.ndarray:
        """Values as the page sees them."""
        root = self.low + (self.high - self.low) * np.asarray(kept, dtype=float) / STEPS
        return root * np.abs(root)


def pack(rows: np.ndarray) -> bytes:
    """Deflate whole numbers of several days.

    Parameters
    ----------
    rows : ndarray of uint8, uint16 or uint32, shape (days, n)
        Each row but the first is kept as the difference from the row before, modulo its size; bytes of equal weight
        stand together.

    Returns
    -------
    bytes
    """
    size = rows.dtype.itemsize
    differences = rows.copy()
    with np.errstate(over="ignore"):
        differences[1:] -= rows[:-1]
    ordered = np.ascontiguousarray(differences.astype(f"<u{size}")).view(np.uint8).reshape(-1, size).T
    return zlib.compress(np.ascontiguousarray(ordered).tobytes(), 6)


def unpack(packed: bytes, kind: type, days: int) -> np.ndarray:
    """Whole numbers as the page gets them back; shape (days, n)."""
    size = np.dtype(kind).itemsize
    ordered = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(size, -1).T
    differences = np.ascontiguousarray(ordered).view(f"<u{size}").reshape(days, -1)
    return np.cumsum(differences, axis=0, dtype=np.uint64).astype(kind)


def text(packed: bytes) -> str:
    """Packed numbers as text in a page."""
    return base64.b64encode(packed).decode()


def _root(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.sqrt(np.abs(values))
