"""What was read from files, kept as long as tables and files stay as they are."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

_KEPT = 4
Result = TypeVar("Result")


def remembered(read: Callable[..., Result]) -> Callable[..., Result]:
    """Keep the last few results of a function of tables of the scenario, words and numbers.

    Parameters
    ----------
    read : callable
        Depends on its arguments alone, one of them the `file_stamps` of what it reads.
    """
    kept: OrderedDict[tuple, Result] = OrderedDict()

    @wraps(read)
    def ask(*given: Any) -> Result:
        key = tuple(each.model_dump_json() if isinstance(each, BaseModel) else each for each in given)
        if key not in kept:
            kept[key] = read(*given)
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return kept[key]

    return ask


def file_stamps(files: tuple[Path, ...]) -> tuple:
    """What changes when one of the files does."""
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
