"""Probability of non-union: a published base rate and the odds ratios of patient and fracture."""

from dataclasses import asdict, dataclass
from typing import Any

from vertebra.constants.table import Row

from ...table import row, value
from .factor_table import Effect, FactorTable, Product, Rule, factor_table
from .factors import listed, listed_product
from .patient import Patient
from .treatment import Treatment

_KIND = "union_odds"
_BASE_RATE = ("non_union", "base_rate")


@dataclass(frozen=True)
class Severity:
    """What imaging says of the fracture, and what was done to it.

    Attributes
    ----------
    height_loss : float or None [-]
        Residual loss over local height.
    both_endplates, posterior_wall : bool
        Broken endplates, a broken posterior wall.
    cleft_mm : float or None [mm]
        Thickness of a gap filled with gas or fluid.
    thoracolumbar : bool
        Level T11 to L2.
    height_restored : bool
        Height was restored at surgery by more than is usual.
    """

    height_loss: float | None = None
    both_endplates: bool = False
    posterior_wall: bool = False
    cleft_mm: float | None = None
    thoracolumbar: bool = False
    height_restored: bool = False


@dataclass(frozen=True)
class Direction:
    """A factor that is present and of which only the direction is published; it changes no number.

    Attributes
    ----------
    factor, direction : str
    row : Row
    """

    factor: str
    direction: str
    row: Row


@dataclass(frozen=True)
class NonUnion:
    """Chance that the fracture has not united after 6 to 12 months of conservative care.

    Attributes
    ----------
    probability, low, high : float [-]
        Range: the published base rates with the low and the high ends of all ratios; not a confidence
        interval.
    odds : Product
        Of the ratios, held between the bounds of `factors.toml`.
    contributions : tuple of Effect
        Odds ratios; a published relative risk has been converted.
    directions : tuple of Direction
    """

    probability: float
    low: float
    high: float
    odds: Product
    contributions: tuple[Effect, ...]
    directions: tuple[Direction, ...]

    @property
    def odds_ratio(self) -> float:
        """Product of the ratios [-]."""
        return self.odds.ratio

    @property
    def is_capped(self) -> bool:
        """Whether the product was cut."""
        return self.odds.is_capped


def non_union_probability(
    patient: Patient,
    severity: Severity | None = None,
    table: FactorTable | None = None,
    treatment: Treatment | None = None,
) -> NonUnion:
    """Chance of non-union of one patient.

    o = p0 / (1 - p0) prod OR_i,  p = o / (1 + o)

    The base rate p0 holds for a patient of the reference age with osteoporotic bone and without any of the
    factors; what is not given changes nothing. It is reported beside every healing law, decides only when
    cohorts are sampled, and is never combined with the union that a mechano-regulated run shows.

    Parameters
    ----------
    patient : Patient
    severity : Severity, optional
    table : FactorTable, optional
        That of `factors.toml` unless given.
    treatment : Treatment, optional
        Of osteoporosis; none unless given.

    Returns
    -------
    NonUnion
    """
    table = factor_table() if table is None else table
    treatment = Treatment() if treatment is None else treatment
    facts = {
        "patient": patient.findings(),
        "fracture": asdict(Severity() if severity is None else severity),
        "treatment": treatment.findings(),
    }
    known = [(rule, facts[rule.owner].get(rule.fact)) for rule in table.rules if rule.kind == _KIND]
    effects = [
        rule.effect(given, _published(rule), treatment.adherence if rule.owner == "treatment" else 1.0)
        for rule, given in known
    ]
    found = tuple(effect for effect in effects if effect is not None)
    odds = table.product(_KIND, found)
    base = row(*_BASE_RATE)
    assert base.value is not None
    assert base.limits is not None
    return NonUnion(
        probability=_chance(base.value, odds.ratio),
        low=_chance(base.limits[0], odds.low),
        high=_chance(base.limits[1], odds.high),
        odds=odds,
        contributions=found,
        directions=tuple(
            Direction(rule.factor, rule.direction, rule.row)
            for rule, given in known
            if rule.direction and rule.power(given)
        ),
    )


def odds_from_risk(relative_risk: float, base_rate: float) -> float:
    """Odds ratio that gives a relative risk at a base rate, OR = RR (1 - p0) / (1 - RR p0).

    Parameters
    ----------
    relative_risk, base_rate : float [-]

    Returns
    -------
    float [-]
    """
    if not relative_risk * base_rate < 1:
        message = (
            f"a relative risk of {relative_risk:g} at a base rate of {base_rate:g} is a risk above 1, expected "
            "less. It was not observed at such a rate."
        )
        raise ValueError(message)
    return relative_risk * (1 - base_rate) / (1 - relative_risk * base_rate)


def describe_non_union(outcome: NonUnion) -> list[dict[str, Any]]:
    """Rows of a printed table, like those of `factors.describe`: ratios, bare directions, the product.

    Returns
    -------
    list of dict
        Keys `factor`, `acts_on`, `ratio`, `low`, `high` (None where only a direction is published),
        `certainty`, `source`, `note`.
    """
    kind = "non-union odds"
    printed = [listed(each, kind) for each in outcome.contributions]
    for each in outcome.directions:
        says = f"{each.direction}; no ratio is published, no number changes"
        note = "; ".join(text for text in (says, each.row.note) if text)
        ratios: dict[str, Any] = {"ratio": None, "low": None, "high": None}
        origin = {"certainty": each.row.certainty, "source": each.row.source, "note": note}
        printed.append({"factor": each.factor, "acts_on": kind} | ratios | origin)
    return [*printed, listed_product(outcome.odds, kind)]


def rows_behind(outcome: NonUnion) -> tuple[Row, ...]:
    """Rows of the constants that a probability rests on."""
    named = (*outcome.contributions, *outcome.directions)
    return (row(*_BASE_RATE), *(each.row for each in named), outcome.odds.cap)


def _chance(base_rate, odds_ratio):
    odds = base_rate / (1 - base_rate) * odds_ratio
    return odds / (1 + odds)


def _published(rule: Rule) -> tuple[float, float, float] | None:
    """Odds ratio with its ends, where the row has a relative risk."""
    if rule.row.unit != "relative risk":
        return None
    assert rule.row.value is not None
    assert rule.row.limits is not None
    ratio, low, high = (
        odds_from_risk(risk, value(*_BASE_RATE)) for risk in (rule.row.value, *rule.row.limits)
    )
    return ratio, low, high
