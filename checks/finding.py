"""One row of a table of checks: what was asked, what is known, what was found, and whether they agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MET, MISSED = "met", "missed"
AGREES, DIFFERS = "sign agrees", "sign differs"
SHOWN, NEEDS_DATA, NOT_YET = "no verdict", "needs data", "not yet"
VERDICTS = (MET, MISSED, AGREES, DIFFERS, SHOWN, NEEDS_DATA, NOT_YET)
"""Within the tolerance or not; the direction that the source supports or the other; computed, but without a
tolerance to judge by; to be computed from data that the user brings; not computed by this version."""

_BINDING = ("theory", "input", "calibrate")


@dataclass(frozen=True)
class Finding:
    """A row.

    Attributes
    ----------
    name : str
        Such as `H3` or `patch`.
    what, reference, tolerance, source, certainty : str
        What is compared, the value that is known, how far from it one may be, and who says so.
    use : str
        `theory`: an exact or agreed solution. `check`: an observation independent of the model. `calibrate`: the
        model was fitted to it. `input`: the number went in, agreement proves the wiring. `code`: another program or
        model. `sign`: the source supports a direction only.
    verdict : str
        One of `VERDICTS`.
    computed : mapping of str to float
        By what distinguishes the numbers, such as a density; the key is empty for a single number.
    low, high : float
        Limits of every number in `computed`; infinite where there are none.
    note : str
        Why a row cannot be computed, or what to know about it.
    """

    name: str
    what: str
    reference: str
    tolerance: str
    source: str
    certainty: str
    use: str
    verdict: str
    computed: Mapping[str, float] = field(default_factory=dict)
    low: float = float("-inf")
    high: float = float("inf")
    note: str = ""

    @property
    def computed_text(self) -> str:
        """What was found, in words: `0.47`, or `60: 0.46, 100: 0.47`."""
        return ", ".join(f"{key}: {text_of(x)}" if key else text_of(x) for key, x in self.computed.items())

    @property
    def must_hold(self) -> bool:
        """Whether a miss is a fault: theory, numbers that went in and numbers that were fitted."""
        return self.use in _BINDING


def judge(computed: Mapping[str, float], low: float, high: float, use: str) -> str:
    """Say whether every number lies within the limits, in the words of the use."""
    if low == float("-inf") and high == float("inf"):
        return SHOWN
    met = all(low <= number <= high for number in computed.values())
    if use == "sign":
        return AGREES if met else DIFFERS
    return MET if met else MISSED


def text_of(number: float) -> str:
    """Short text of a number: four significant digits, as many before the point as it has."""
    return f"{number:.0f}" if abs(number) >= 1000 else f"{number:.4g}"
