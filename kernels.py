"""How kernels are compiled, and how compiled code is kept on disk from one process to the next.

Kernels of all rooms are decorated with the `njit` of this file in place of numba's. Files are kept where numba keeps
its own: under NUMBA_CACHE_DIR where that is set, else beside the source, else in the user's cache folder; where none of
these can be written, in a folder for temporary files, and where that cannot be written either, compiled code is not
kept. Beyond what numba does,

- a kernel may call kernels of other files: code is compiled anew after a change to the file of the kernel, to the file
  of any kernel that it calls, or to a constant that one of them reads (numba looks at the kernel's own file only);
- files that are cut short, empty or otherwise unreadable are replaced, and a full disk is no error;
- processes that compile at the same time do not overwrite each other's code.

Nothing is read or written before a kernel is first called.
"""

import hashlib
import linecache
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numba
import numpy as np
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    _CacheLocator,
)
from numba.core.dispatcher import Dispatcher


def njit(**options) -> Callable[[Callable], Any]:
    """Decorate a function that is compiled when it is first called; takes the options of `numba.njit`.

    Kernels let other threads of Python run meanwhile (`nogil`). `cache=True` keeps the compiled code on disk. A
    function with `inline="always"` becomes part of the kernels that call it, as if it were written there.
    """
    kept = options.pop("cache", False)
    options = {"nogil": True} | options

    def decorate(function):
        kernel: Any = numba.njit(**options)(function)
        if kernel is not function:  # the same where compilation is switched off
            _source_of(function)
            if kept:
                kernel._cache = KernelCache(function)
        return kernel

    return decorate


class KernelCache:
    """Compiled code of one kernel on disk, with the interface that numba's dispatcher expects.

    Parameters
    ----------
    function : function
        The kernel before compilation.
    """

    def __init__(self, function: FunctionType):
        self._function = function
        self._useless = False

    @property
    def cache_path(self) -> str | None:
        """Folder; None where no folder can be written."""
        return None if self._files is None else self._files.cache_path

    def load_overload(self, sig, target_context):
        """Compiled code for a signature, None where there is none that can be read and is up to date."""
        if self._files is None or self._useless:
            return None
        try:
            return self._files.load_overload(sig, target_context)
        except Exception:  # what damaged files raise when they are unpickled may be anything
            self._discard(self._files)
            return None

    def save_overload(self, sig, data) -> None:
        """Keep compiled code, where that is possible."""
        if self._files is None or self._useless:
            return
        try:
            self._files.save_overload(sig, data)
        except OSError:
            self._useless = True

    def enable(self) -> None:
        """Use the files."""
        if self._files is not None:
            self._files.enable()

    def disable(self) -> None:
        """Leave the files alone."""
        if self._files is not None:
            self._files.disable()

    def flush(self) -> None:
        """Forget what is kept."""
        if self._files is not None:
            self._files.flush()

    @cached_property
    def _files(self) -> "_Files | None":
        try:
            files = _Files(self._function)
        except RuntimeError:  # no folder can be written
            return None
        files._cache_file = _Index(files.cache_path, files._impl.filename_base, stamp_of(self._function))
        return files

    def _discard(self, files: "_Files") -> None:
        """Remove a damaged index, or do without files."""
        try:
            Path(files._cache_file._index_path).unlink(missing_ok=True)
        except OSError:
            self._useless = True


class _Index(IndexDataCacheFile):
    """Names data files after the signature, and writes them before the index that refers to them."""

    def save(self, key, data):
        name = self._data_name(int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big"))
        self._save_data(name, data)
        overloads = self._load_index()
        overloads[key] = name
        self._save_index(overloads)


class _TemporaryLocator:
    """A folder for temporary files that belongs to this user alone."""

    def __init__(self, function, file):
        self._py_file = file  # numba's name for it, in a warning
        self._line = function.__code__.co_firstlineno

    @classmethod
    def from_function(cls, py_func, py_file):
        locator = cls(py_func, py_file)
        try:
            locator.ensure_cache_path()
        except OSError:
            return None
        return locator

    def ensure_cache_path(self):
        folder = Path(self.get_cache_path()).parent
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if hasattr(os, "getuid") and (
            not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022
        ):
            text = f"{folder} can be written by others."  # who could put code there
            raise PermissionError(text)
        os.makedirs(self.get_cache_path(), exist_ok=True)
        tempfile.TemporaryFile(dir=self.get_cache_path()).close()

    def get_cache_path(self):
        user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
        folder = Path(tempfile.gettempdir(), f"vertebra{user}")
        return str(folder / _CacheLocator.get_suitable_cache_subpath(self._py_file))

    def get_source_stamp(self):
        return ""  # `stamp_of` takes its place

    def get_disambiguator(self):
        return str(self._line)


class _FilesOfCode(CompileResultCacheImpl):
    _locator_classes = [*CompileResultCacheImpl._locator_classes, _TemporaryLocator]  # noqa: RUF012


class _Files(FunctionCache):
    _impl_class = _FilesOfCode


def stamp_of(function: FunctionType) -> str:
    """Hash of all that the compiled code of a kernel is made of: files of kernels, and the constants they read.

    Parameters
    ----------
    function : function
        The kernel before compilation.
    """
    digest = hashlib.sha256()
    for part in sorted(set(_parts(function, set()))):
        digest.update(part)
    return digest.hexdigest()


def _parts(function: FunctionType, seen: set[FunctionType]) -> Iterator[bytes]:
    """Hashes of the files, and values of the constants, of a kernel and of the kernels it calls."""
    if function in seen:
        return
    seen.add(function)
    yield _source_of(function)
    for name in sorted(_names(function.__code__)):
        value = function.__globals__.get(name)
        if isinstance(value, Dispatcher):
            yield from _parts(value.py_func, seen)
        elif isinstance(value, np.ndarray):
            yield f"{function.__qualname__} {name} {value.dtype} {value.shape} ".encode() + value.tobytes()
        elif isinstance(value, bool | int | float | complex | str | tuple | np.generic):
            yield f"{function.__qualname__} {name} {value!r}".encode()


def _names(code: CodeType) -> set[str]:
    """Global names in the code of a function and of functions inside it."""
    inside = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*inside)


def _source_of(function: FunctionType) -> bytes:
    """Hash of the file of a function as it was when this was first asked: on import."""
    file = function.__code__.co_filename
    if Path(file).is_file():
        return _digest(file)
    lines = linecache.getlines(file, function.__globals__)  # in an archive
    return hashlib.sha256("".join(lines).encode()).digest()


@cache
def _digest(file: str) -> bytes:
    return hashlib.sha256(Path(file).read_bytes()).digest()
