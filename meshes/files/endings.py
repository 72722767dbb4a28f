"""What reads a file, by its ending."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read", bound=Callable)


def reader_of(
    path: Path, readers: Mapping[str, Read], what: str, advice: str, error: type[ValueError]
) -> Read:
    """Choose the reader of a file.

    Parameters
    ----------
    path : Path
    readers : mapping of str to callable
        By ending, in lower case with its dot.
    what : str
        Is read, with its article.
    advice : str
        Sentence on what to do with other files.
    error : type
        That is raised.

    Raises
    ------
    ValueError
        Of the type `error`: no such file, or another ending.
    """
    if not path.is_file():
        message = f"{path}: no such file. Expected {what} ({', '.join(readers)}). Check the path."
        raise error(message)
    read = readers.get(path.suffix.lower())
    if read is None:
        message = (
            f"{path}: {what} cannot be read from a file ending in {path.suffix!r}. Expected one of "
            f"{', '.join(readers)}. {advice}"
        )
        raise error(message)
    return read
