"""Compiled code of kernels on disk: one file for each kernel and each choice of types."""

import hashlib
import os
import pickle
import stat
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    _CacheLocator,
)
from numba.core.dispatcher import Dispatcher

from .ahead import wait_for
from .specialisation import name_of
from .stamp import stamp_of


class KernelCache:
    """Compiled code of one kernel on disk, with the interface that numba's dispatcher expects.

    Parameters
    ----------
    kernel : Dispatcher
    """

    def __init__(self, kernel: Dispatcher):
        self._kernel = kernel
        self._useless = False

    @property
    def cache_path(self) -> str | None:
        """Folder; None where no folder can be written."""
        return None if self._files is None else self._files.cache_path

    def holds(self, signature) -> bool:
        """Whether there is code for a signature that is up to date; nothing is loaded."""
        if self._files is None or self._useless:
            return False
        context: Any = self._kernel.targetctx
        context.refresh()
        return self._files.holds(signature, context.codegen())

    def load_overload(self, sig, target_context):
        """Compiled code for a signature, None where there is none that can be read and is up to date.

        Where another process is compiling it for this one, that is waited for.
        """
        found = self._load(sig, target_context)
        if found is None and wait_for(name_of(self._kernel, sig)):
            found = self._load(sig, target_context)
        return found

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

    def _load(self, sig, target_context):
        if self._files is None or self._useless:
            return None
        try:
            return self._files.load_overload(sig, target_context)
        except Exception:  # what damaged files raise when they are unpickled may be anything
            self._discard(sig, target_context)
            return None

    @cached_property
    def _files(self) -> "_Files | None":
        try:
            files = _Files(self._kernel.py_func)
        except RuntimeError:  # no folder can be written
            return None
        files._cache_file = _Folder(files, self._kernel)
        return files

    def _discard(self, sig, target_context) -> None:
        """Remove a damaged file, or do without files."""
        assert self._files is not None  # it was read
        try:
            self._files.path(sig, target_context.codegen()).unlink(missing_ok=True)
        except OSError:
            self._useless = True


class _Folder(IndexDataCacheFile):
    """Files named after kernel and types, each with what it is before the code: no index, which two could overwrite."""

    def __init__(self, files: "_Files", kernel: Dispatcher):
        super().__init__(files.cache_path, files._impl.filename_base, stamp_of(kernel))
        self._base, self._kernel = files._impl.filename_base, kernel

    def path(self, key) -> Path:
        """File of code for the types and the processor of a key."""
        name = hashlib.sha256(repr(key[:2]).encode()).hexdigest()[:12]
        return Path(self._cache_path, f"{self._base}.{name}.nbc")

    def save(self, key, data) -> None:
        """Write code."""
        with self._open_for_write(self.path(key)) as file:
            pickle.dump(self._head(key), file, protocol=-1)
            file.write(self._dump(data))

    def load(self, key) -> Any:
        """Code, or None where there is none that is up to date."""
        try:
            with self.path(key).open("rb") as file:
                if pickle.load(file) != self._head(key):
                    return None
                return pickle.load(file)
        except FileNotFoundError:
            return None

    def holds(self, key) -> bool:
        """Whether `load` would find code."""
        try:
            with self.path(key).open("rb") as file:
                return pickle.load(file) == self._head(key)
        except Exception:  # damaged, as above
            return False

    def flush(self) -> None:
        """Remove what is kept of this kernel."""
        for file in Path(self._cache_path).glob(f"{self._base}.*.nbc"):
            file.unlink(missing_ok=True)

    def _head(self, key) -> tuple[str, str, str, str]:
        return self._version, name_of(self._kernel, key[0]), self._source_stamp, repr(key)


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

    _cache_file: Any

    def path(self, signature, codegen) -> Path:
        return self._cache_file.path(self._index_key(signature, codegen))

    def holds(self, signature, codegen) -> bool:
        return self._cache_file.holds(self._index_key(signature, codegen))


def contents(folder: str | Path) -> list[str]:
    """Names of what was compiled into a folder and its sub-folders, in the order in which it was done."""
    found = []
    for file in sorted(Path(folder).rglob("*.nbc"), key=lambda file: file.stat().st_mtime_ns):
        with file.open("rb") as stream:
            found.append(pickle.load(stream)[1])
    return found
