"""The key of the scenario in front of what the geometry refuses."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def naming(key: str) -> Iterator[None]:
    """Put the key of the scenario that is meant before the message of a refusal.

    Raises
    ------
    ValueError
        In place of a ValueError or OSError.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        message = f"{key}: {error}"
        raise ValueError(message) from error
