"""Lines and numbers of text files, whatever system and program wrote them."""

from collections.abc import Iterator

import numpy as np

from .refusal import UnreadableFile


def meaningful_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Numbers and words of the lines that hold any, without comments (from # on) and byte order mark.

    Lines may end in LF, CR LF or CR.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        words = line.partition("#")[0].split()
        if words:
            yield number, words


def coordinates(words: list[str], number: int) -> list[float]:
    """Three coordinates of a point.

    Parameters
    ----------
    words : list of str
        Numbers; Fortran's exponents (1.5D+01) too. Those after the third are colours or weights and ignored.
    number : int
        Of the line, for the refusal.

    Raises
    ------
    UnreadableFile
    """
    try:
        x, y, z = (float(word.lower().replace("d", "e")) for word in words[:3])
    except ValueError:
        found = " ".join(words)[:60] or "nothing"
        message = f"line {number}: found {found!r}, expected three numbers with decimal points"
        raise UnreadableFile(message) from None
    return [x, y, z]


def fitting_indices(indices: np.ndarray, n_points: int) -> np.ndarray:
    """Indices of points, if there are that many points.

    Raises
    ------
    UnreadableFile
    """
    wrong = indices[(indices < 0) | (indices >= n_points)]
    if len(wrong):
        message = f"a polygon uses vertex {wrong[0]}, counted from 0; expected 0 to {n_points - 1}"
        raise UnreadableFile(message)
    return indices
