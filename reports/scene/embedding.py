"""A scene within a page: all its numbers as text, as many days and fields as a page may hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.courses.key_days import key_days

from .chunks import body_chunks, chunk, chunk_names
from .content import SceneContent
from .description import describe
from .packing import text

LARGEST = 9_500_000
"""Letters that the numbers of a scene may take: the page stays below 15 MB."""
_FEW = 3
"""Fields that stay when not even key days fit."""


def embedded_scene(content: SceneContent, largest: int = LARGEST) -> dict[str, Any] | None:
    """Description and numbers of the scene of a result.

    Parameters
    ----------
    content : SceneContent
    largest : int
        Letters that the numbers may take. Where they take more, the days shown are the key days of each arm; then
        fields are given up, the last ones first.

    Returns
    -------
    dict or None
        `meta`, the description, and `chunks`, texts by name; None where no choice is small enough.
    """
    for days, keys in _plans(content):
        chunks = _texts(content, days, keys)
        if sum(map(len, chunks.values())) <= largest:
            return {"meta": describe(content, days, keys), "chunks": chunks}
    return None


def _plans(content: SceneContent) -> list[tuple[Mapping[str, Sequence[int]], Sequence[str]]]:
    """Days and fields to try, the fullest first."""
    keys = [each.key for each in content.quantities]
    every = {arm: list(file.days) for arm, file in content.files.items()}
    injections = content.subject.injections
    few = {
        arm: key_days(days, min(days, key=lambda day: abs(day - injections.get(arm, days[0]))))
        for arm, days in every.items()
    }
    ends = {arm: sorted({days[0], days[-1]}) for arm, days in few.items()}
    return [(every, keys), (few, keys), (few, keys[:_FEW]), (ends, keys[:_FEW]), (ends, keys[:1])]


def _texts(content: SceneContent, days: Mapping[str, Sequence[int]], keys: Sequence[str]) -> dict[str, str]:
    chunks = {name: text(packed) for name, packed in body_chunks(content).items()}
    for number, arm in enumerate(content.files):
        for name in chunk_names(content, keys):
            chunks[f"{number}-{name}"] = text(chunk(content, arm, name, days[arm]))
    return chunks
