"""One run at a time in a folder: a lock that the operating system takes back when its process dies."""

import os
from pathlib import Path

from filelock import FileLock, Timeout

from vertebra.scenarios.error import ScenarioError

LOCK = "running"
"""Name of the file of a lock, in the folder that it stands for."""


def lock_folder(folder: Path, wait_s: float = 0.0) -> FileLock:
    """Take the lock of a folder; it is given back by `unlock_folder`, and when the process ends in any way.

    Parameters
    ----------
    folder : Path
        It exists.
    wait_s : float [s]
        How long to wait for a process that is just ending.

    Raises
    ------
    ScenarioError
        Another process holds it, or no file can be made there.
    """
    file = folder / LOCK
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=wait_s)
        while not file.exists():  # whoever held it has removed the file in the meantime
            lock.release()
            lock.acquire(timeout=wait_s)
    except Timeout:
        message = (
            f"{folder}: another run of vertebra is at work there, expected a folder of your own. Wait for it, or "
            "choose another with --out DIR."
        )
        raise ScenarioError(message) from None
    except OSError as error:
        message = (
            f"{folder}: no file can be made there ({error.strerror}), expected a folder that can be written. Choose "
            "another with --out DIR."
        )
        raise ScenarioError(message) from error
    return lock


def unlock_folder(lock: FileLock) -> None:
    """Give a lock back and remove its file.

    Parameters
    ----------
    lock : FileLock
        As from `lock_folder`; nothing happens where it has been given back.
    """
    if not lock.is_locked:
        return
    file = Path(lock.lock_file)
    if os.name == "posix":  # elsewhere an open file cannot be removed
        file.unlink(missing_ok=True)
        lock.release()
    else:
        lock.release()
        try:
            file.unlink(missing_ok=True)
        except OSError:  # another process has taken it
            return
