"""Files that are written whole or not at all: under another name first, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """Path to write to; the file appears under its own name when the block has ended well.

    What was there before stays until then. Bytes are on the disk before the name is, so that neither a process that is
    killed nor a machine that goes down leaves a part of a file under its final name.

    Parameters
    ----------
    file : Path

    Raises
    ------
    OSError
        It cannot be written, as on a full disk; the error names the file.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(part, file)
    except OSError as error:
        _forget(part)
        raise named(error, file) from error
    except BaseException:
        _forget(part)
        raise


def write_text(file: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all.

    Raises
    ------
    OSError
        It cannot be written; the error names the file.
    """
    with whole_file(file) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def named(error: OSError, path: Path) -> OSError:
    """The same error with a path in it; errors of writing, such as of a full disk, come without one."""
    if error.filename is not None or error.errno is None:
        return error if error.errno is not None else OSError(0, str(error) or "cannot be written", str(path))
    return OSError(error.errno, error.strerror, str(path))


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
