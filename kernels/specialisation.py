"""Kernels with the types of their arguments, in words: what is compiled, and what a list of it says.

``fem.multigrid.dense:_solve(array(float64, 2d, C), array(float32, 2d, C), array(float64, 2d, C))``
"""

import re
from importlib import import_module

from numba import types
from numba.core.dispatcher import Dispatcher

_PACKAGE = __name__.partition(".")[0]
_WHOLE = re.compile(r"(?P<module>[\w.]+):(?P<name>\w+)\((?P<types>.*)\)")
_TYPE = re.compile(
    r"(?P<readonly>readonly )?array\((?P<dtype>\w+), (?P<ndim>\d)d, (?P<layout>[ACF])\)"
    r"|UniTuple\((?P<each>\w+) x (?P<count>\d+)\)"
    r"|(?P<scalar>\w+)"
)


def name_of(kernel: Dispatcher, signature: tuple[types.Type, ...]) -> str:
    """Kernel and types of its arguments in words; modules are named without the package.

    Parameters
    ----------
    kernel : Dispatcher
    signature : tuple of numba types
        Of the arguments.
    """
    function = kernel.py_func
    module = function.__module__.removeprefix(f"{_PACKAGE}.")
    return f"{module}:{function.__qualname__}({', '.join(map(str, signature))})"


def named(name: str) -> tuple[Dispatcher, tuple[types.Type, ...]]:
    """Kernel and types of its arguments from their name; imports the module.

    Raises
    ------
    ValueError
        The name does not follow the pattern, holds a type that is none of array, tuple of equals and scalar, or names
        nothing that is compiled.
    ImportError
        There is no such module.
    """
    found = _WHOLE.fullmatch(name)
    if found is None:
        message = f"{name!r} is no kernel with types, expected module:kernel(type, ...)."
        raise ValueError(message)
    kernel = getattr(import_module(f"{_PACKAGE}.{found['module']}"), found["name"], None)
    if not isinstance(kernel, Dispatcher):
        message = f"{name!r}: nothing of that name is compiled in {found['module']}. Record the list anew."
        raise ValueError(message)
    return kernel, tuple(_types(found["types"], name))


def _types(text: str, name: str) -> list[types.Type]:
    found, at = [], 0
    while at < len(text):
        match = _TYPE.match(text, at)
        if match is None or text[match.end() : match.end() + 2] not in ("", ", "):
            message = f"{name!r}: {text[at:]!r} does not begin with a type that is known here."
            raise ValueError(message)
        found.append(_type(match))
        at = match.end() + 2
    return found


def _type(match: re.Match[str]) -> types.Type:
    if match["dtype"]:
        return types.Array(
            _scalar(match["dtype"]), int(match["ndim"]), match["layout"], readonly=bool(match["readonly"])
        )
    if match["each"]:
        return types.UniTuple(_scalar(match["each"]), int(match["count"]))
    return _scalar(match["scalar"])


def _scalar(name: str) -> types.Type:
    found = getattr(types, name, None)
    if not isinstance(found, types.Type):
        message = f"{name!r} is no type of numba."
        raise ValueError(message)
    return found
