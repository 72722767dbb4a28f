"""Treatment of osteoporosis: the drug that a patient takes, and the days in bed."""

from dataclasses import dataclass

from .factor_table import Fact, FactorTable, factor_table

NONE = "none"
_ENDLESS = 36500.0
"""Last day of a treatment that goes on [d]."""


def drugs(table: FactorTable | None = None) -> tuple[str, ...]:
    """Names of the drugs that the table of factors knows, `none` first."""
    table = factor_table() if table is None else table
    return (NONE, *dict.fromkeys(rule.factor for rule in table.rules if rule.owner == "treatment"))


@dataclass(frozen=True)
class Treatment:
    """What is done against osteoporosis, and what rest does to bone.

    Attributes
    ----------
    drug : str
        Of `drugs()`.
    from_day : float [d]
        First day, counted from the fracture; it goes on to the end.
    adherence : float [-]
        Share of the doses that is taken: every effect counts ratio^adherence.
    rest : tuple of (float, float) [d]
        Stretches in bed.
    """

    drug: str = NONE
    from_day: float = 0.0
    adherence: float = 1.0
    rest: tuple[tuple[float, float], ...] = ()

    def findings(self) -> dict[str, Fact]:
        """Facts that factors of treatments ask for."""
        if self.drug == NONE:
            return {}
        return {f"{self.drug}_days": (self.from_day, _ENDLESS)}
