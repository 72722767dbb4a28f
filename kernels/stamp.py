"""What the compiled code of a kernel is made of, as one hash."""

import hashlib
import linecache
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np
from numba.core.dispatcher import Dispatcher


def stamp_of(kernel: Dispatcher) -> str:
    """Hash of all that the compiled code of a kernel is made of.

    That is the files of the kernel and of those it calls, how they are decorated, and the constants they read.
    """
    digest = hashlib.sha256()
    for part in sorted(set(_parts(kernel, set()))):
        digest.update(part)
    return digest.hexdigest()


def source_of(function: FunctionType) -> bytes:
    """Hash of the file of a function as it was when this was first asked: on import."""
    file = function.__code__.co_filename
    if Path(file).is_file():
        return _digest(file)
    lines = linecache.getlines(file, function.__globals__)  # in an archive
    return hashlib.sha256("".join(lines).encode()).digest()


def _parts(kernel: Dispatcher, seen: set[Dispatcher]) -> Iterator[bytes]:
    """Hashes of the files, options, and values of the constants, of a kernel and of the kernels it calls."""
    if kernel in seen:
        return
    seen.add(kernel)
    function = kernel.py_func
    yield source_of(function)
    options = sorted(f"{key} {_sorted(value)}" for key, value in kernel.targetoptions.items())
    yield f"{function.__qualname__} {options}".encode()
    for name in sorted(_names(function.__code__)):
        value = function.__globals__.get(name)
        if isinstance(value, Dispatcher):
            yield from _parts(value, seen)
        elif isinstance(value, FunctionType):  # compiled by rules of its file, as lanes are
            yield source_of(value)
        elif isinstance(value, np.ndarray):
            yield f"{function.__qualname__} {name} {value.dtype} {value.shape} ".encode() + value.tobytes()
        elif isinstance(value, bool | int | float | complex | str | tuple | np.generic):
            yield f"{function.__qualname__} {name} {value!r}".encode()


def _sorted(value) -> str:
    """Value of an option in one spelling: sets have no order of their own."""
    return repr(sorted(value)) if isinstance(value, set) else repr(value)


def _names(code: CodeType) -> set[str]:
    """Global names in the code of a function and of functions inside it."""
    inside = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*inside)


@cache
def _digest(file: str) -> bytes:
    return hashlib.sha256(Path(file).read_bytes()).digest()
