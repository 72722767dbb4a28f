"""Warnings of a run, each said once and grouped by what it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .record import INTACT

_ARM = re.compile(r"^arm (?P<arm>[^:,]+)(, day [\d.]+)?: ")
_NAMED = 3
"""Arms that are named one by one."""
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")


@dataclass(frozen=True)
class Caution:
    """Warnings that differ in their arm and their figures only.

    Attributes
    ----------
    summary : str
        The first of them, without its arm.
    arms : tuple of str
        To which it applies; empty for warnings about the whole run.
    texts : tuple of str
        All of them as they were given.
    """

    summary: str
    arms: tuple[str, ...]
    texts: tuple[str, ...]

    def whose(self, n_arms: int) -> str:
        """Arms in words, briefly.

        Parameters
        ----------
        n_arms : int
            Of the run, the intact vertebra aside.
        """
        broken = [arm for arm in self.arms if arm != INTACT]
        if len(self.arms) <= _NAMED:
            return ", ".join(self.arms)
        if len(broken) == n_arms:
            return "all arms"
        return f"{len(self.arms)} arms"


def grouped(warnings: Sequence[str]) -> list[Caution]:
    """Group warnings.

    Parameters
    ----------
    warnings : sequence of str

    Returns
    -------
    list of Caution
        In the order of their first members.
    """
    groups: dict[str, list[str]] = {}
    for text in dict.fromkeys(warnings):
        groups.setdefault(_NUMBER.sub("#", _ARM.sub("", text)), []).append(text)
    out = []
    for texts in groups.values():
        arms = [found["arm"] for text in texts if (found := _ARM.match(text))]
        summary = _ARM.sub("", texts[0])
        if summary.partition(" ")[0].isalpha():  # not the key of a scenario
            summary = summary[:1].upper() + summary[1:]
        out.append(Caution(summary, tuple(dict.fromkeys(arms)), tuple(texts)))
    return out
