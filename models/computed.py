"""Properties that are computed when first asked for, in whichever thread."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class computed(Generic[Owner, Value]):  # noqa: N801 - reads as `property` does
    """Property whose value is kept with its object.

    As `functools.cached_property`, which before Python 3.12 lets one thread at a time compute a property, whatever the
    object: states that are measured side by side would wait for each other. Two threads that ask the same object at the
    same time may both compute the value; one of them is kept.
    """

    def __init__(self, compute: Callable[[Owner], Value]):
        self._compute = compute
        self.__doc__ = compute.__doc__
        self._name = compute.__name__

    @overload
    def __get__(self, owner: None, kind: type[Any]) -> Self: ...

    @overload
    def __get__(self, owner: Owner, kind: type[Any] | None = None) -> Value: ...

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        """Value of an object."""
        if owner is None:
            return self
        value = self._compute(owner)
        return owner.__dict__.setdefault(self._name, value)
