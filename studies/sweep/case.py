"""One case of a study: its values, its scenario, and the name under which its result is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vertebra.scenarios.schema import Scenario

_LETTERS = 16
"""Letters of a hash in the name of a folder: two of a million cases share one with a chance of 1e-8."""


@dataclass(frozen=True, eq=False)
class Case:
    """One case of a study.

    Attributes
    ----------
    number : int
        From 1 on, in the order of the study.
    values : mapping of str to object
        What the study gives it beside what all cases share, by key.
    scenario : Scenario
    inputs_sha256 : str
        Hash of all that decides its result.
    follows : tuple of Case
        The two cases that it lies between and follows from; empty for one that is computed in full.
    error : float or None
        Stated relative error of a case that follows from others.
    """

    number: int
    values: Mapping[str, Any]
    scenario: Scenario
    inputs_sha256: str
    follows: "tuple[Case, ...]" = ()
    error: float | None = None

    @property
    def name(self) -> str:
        """Name of its folder: the beginning of the hash of its inputs, and of those of the cases it follows from."""
        names = [self.inputs_sha256, *(each.inputs_sha256 for each in self.follows)]
        return "-".join(each[:_LETTERS] for each in names)

    @property
    def text(self) -> str:
        """What it is, for people: `case 3 (bone.density_qct_mg_cm3 = 80)`."""
        return f"case {self.number} ({words_of(self.values)})"


def words_of(values: Mapping[str, Any]) -> str:
    """Values by key in one line."""
    return ", ".join(f"{key} = {word(value)}" for key, value in values.items())


def word(value: Any) -> str:
    """A value as a table or a message shows it: a number as short as it is exact, `true` and `false` as in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(word(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {word(item)}" for key, item in value.items()) + "}"
    return str(value)
