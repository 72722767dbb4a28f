"""All cases with a known solution."""

from .finding import Finding
from .theory import (
    anisotropic_stress,
    bars,
    beams,
    fronts,
    half_space,
    heat,
    inclusions,
    lame,
    manufactured,
    plastic,
    plates,
    uniform_stress,
)
from .theory.case import Say, find_all

CASES = (
    *uniform_stress.CASES,
    *anisotropic_stress.CASES,
    *bars.CASES,
    *beams.CASES,
    *lame.CASES,
    *inclusions.CASES,
    *half_space.CASES,
    *plates.CASES,
    *heat.CASES,
    *manufactured.CASES,
    *fronts.CASES,
    *plastic.CASES,
)


def verify(say: Say = lambda name, done, total: None) -> list[Finding]:
    """Compute all cases; `say` is called before each with its name, the number done and the total."""
    return find_all(CASES, say)
