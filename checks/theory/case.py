"""Cases with a known solution, computed here and now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..finding import NOT_YET, Finding, judge

Say = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Theory:
    """A case.

    Attributes
    ----------
    name, what, source : str
    compute : callable or None
        Returns the number to compare; None where this version cannot compute it.
    expected : float
        The number that is known; for an exact case 0, and `compute` returns the largest error.
    tolerance : float
        Allowed distance; a share of `expected` unless `expected` is 0.
    certainty, note : str
    """

    name: str
    what: str
    source: str
    compute: Callable[[], float] | None = None
    expected: float = 0.0
    tolerance: float = 0.0
    certainty: str = "B"
    note: str = ""

    def find(self) -> Finding:
        """Compute the case and compare."""
        reference = f"{self.expected:.5g}" if self.expected else "exact"
        is_share = self.expected != 0 and self.tolerance > 1e-4
        shown = f"{100 * self.tolerance:.3g} %" if is_share else f"{self.tolerance:g}"
        margin = self.tolerance * (abs(self.expected) or 1.0)
        low, high = self.expected - margin, self.expected + margin
        computed, verdict = {}, NOT_YET
        if self.compute is not None:
            computed = {"" if self.expected else "error": float(self.compute())}
            verdict = judge(computed, low, high, "theory")
        return Finding(
            name=self.name,
            what=self.what,
            reference=reference if self.compute or self.expected else "-",
            tolerance=f"+- {shown}" if self.compute else "-",
            source=self.source,
            certainty=self.certainty,
            use="theory",
            verdict=verdict,
            computed=computed,
            low=low,
            high=high,
            note=self.note,
        )


def find_all(cases: Iterable[Theory], say: Say = lambda name, done, total: None) -> list[Finding]:
    """Compute cases one after another; `say` is called with the name, the number done and the total."""
    listed = list(cases)
    found = []
    for done, case in enumerate(listed):
        say(case.name, done, len(listed))
        found.append(case.find())
    return found
