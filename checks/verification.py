"""All cases with a known solution that this version computes, and those it cannot."""

from . import bars, beams, fronts, inclusions, lame, manufactured, plastic, plates, uniform_stress
from .finding import Finding
from .theory import Say, Theory, find_all

_CANNOT = (
    Theory("Boussinesq", "point, disc and punch on a half space", "Boussinesq 1885", note="no half space"),
    Theory("Hertz", "ball on a half space", "Hertz 1881", note="there is no contact"),
)
CASES = (
    *uniform_stress.CASES,
    *bars.CASES,
    *beams.CASES,
    *lame.CASES,
    *inclusions.CASES,
    *plates.CASES,
    *manufactured.CASES,
    *fronts.CASES,
    *plastic.CASES,
    *_CANNOT,
)


def verify(say: Say = lambda name, done, total: None) -> list[Finding]:
    """Compute all cases; `say` is told name, done and total before each."""
    return find_all(CASES, say)
