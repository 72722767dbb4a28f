"""Effects of patient factors: how they slow healing, prolong inflammation and weaken repair tissue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vertebra.constants.table import Row

from ..processes.disuse import density_after_rest
from ..processes.inflammation import DrugWindow, Inflammation
from ..processes.pace import Pace
from .factor_table import KINDS, Effect, FactorTable, Product, days_in_common, factor_table
from .patient import Patient
from .treatment import Treatment

_LONGEST = 3650.0
"""Last day that a scenario may compute; what lasts longer goes on [d]."""
_KINDS = tuple(kind for kind in KINDS if kind != "union_odds")


@dataclass(frozen=True)
class PatientEffect:
    """All factors of a patient together: products of their ratios, held between the bounds of `factors.toml`.

    Attributes
    ----------
    time_ratio : float [-]
        How many times longer every phase of healing lasts, inflammation included, by what acts throughout.
    pace : Pace
        Speed of healing on the days of what acts for a while, over that of `time_ratio`.
    vessel_speed : float [-]
        Growth of vessels over that of a sound patient, by what acts throughout.
    vessel_pace : Pace
        Growth of vessels on the days of what acts for a while, over `vessel_speed`.
    modulus_quality, strength_quality : float [-]
        What repair tissue adds over what sound tissue adds.
    inflammation : Inflammation
        Its clock in this patient with the windows of drugs and `pace`, before `time_ratio` slows it.
    products : tuple of Product
        All ratios of each kind but the odds of non-union, those that act for a while included.
    effects : tuple of Effect
    rest : tuple of (float, float) [d]
        Stretches in bed, on which bone loses density.
    """

    time_ratio: float
    pace: Pace
    vessel_speed: float
    vessel_pace: Pace
    modulus_quality: float
    strength_quality: float
    inflammation: Inflammation
    products: tuple[Product, ...]
    effects: tuple[Effect, ...]
    rest: tuple[tuple[float, float], ...] = ()

    @property
    def capped(self) -> tuple[str, ...]:
        """Kinds of which the product was cut."""
        return tuple(product.kind for product in self.products if product.is_capped)

    def total(self, kind: str) -> Product:
        """All ratios of a kind together."""
        return next(product for product in self.products if product.kind == kind)

    def host_density(self, day: float) -> float:
        """Density of bone that is not being repaired on a day, over that of the scenario [-]."""
        ratio = density_after_rest(day, self.rest)
        for effect in self.effects:
            if effect.kind == "host_density":
                ratio *= effect.ratio ** _built_up(effect, day)
        bounds = self.total("host_density").cap.parameters
        return min(max(ratio, bounds["least"]), bounds["most"])


def patient_effect(
    patient: Patient, table: FactorTable | None = None, treatment: Treatment | None = None
) -> PatientEffect:
    """Join the factors of a patient; odds of non-union are kept out, because odds are not times.

    What is taken for some days acts on them only. Vessels keep step with healing: they are slowed by the time
    ratios of all factors but those that have a ratio for vessels of their own.

    Parameters
    ----------
    patient : Patient
    table : FactorTable, optional
        That of `factors.toml` unless given.
    treatment : Treatment, optional
        Of osteoporosis; none unless given.

    Returns
    -------
    PatientEffect
    """
    table = factor_table() if table is None else table
    treatment = Treatment() if treatment is None else treatment
    known = {"patient": patient.findings(), "treatment": treatment.findings()}
    taken = {"patient": 1.0, "treatment": treatment.adherence}
    rules = [rule for rule in table.rules if rule.kind in _KINDS and rule.owner in known]
    found = [rule.effect(known[rule.owner].get(rule.fact), share=taken[rule.owner]) for rule in rules]
    effects = tuple(effect for effect in found if effect is not None)
    throughout = [effect for effect in effects if effect.window is None]
    own_vessels = {effect.factor for effect in effects if effect.kind == "vessels"}

    def speed(acting: Iterable[Effect]) -> float:
        return 1 / table.product("time", acting).ratio

    def vessel_speed(acting: Iterable[Effect]) -> float:
        acting = list(acting)
        others = [effect for effect in acting if effect.factor not in own_vessels]
        return table.product("vessels", acting).ratio / table.product("time", others).ratio

    pace = _pace(effects, speed)
    return PatientEffect(
        time_ratio=table.product("time", throughout).ratio,
        pace=pace,
        vessel_speed=vessel_speed(throughout),
        vessel_pace=_pace(effects, vessel_speed),
        modulus_quality=table.product("modulus", effects).ratio,
        strength_quality=table.product("strength", effects).ratio,
        inflammation=Inflammation(
            ratio=table.product("inflammation", throughout).ratio, windows=_drugs(effects), pace=pace
        ),
        products=tuple(table.product(kind, effects) for kind in _KINDS),
        effects=effects,
        rest=treatment.rest,
    )


def describe(effect: PatientEffect) -> list[dict[str, Any]]:
    """Rows of a printed table: each ratio with range and origin, then the products of the kinds that are acted on.

    Returns
    -------
    list of dict
        Keys `factor`, `acts_on`, `ratio`, `low`, `high`, `certainty`, `source`, `note`.
    """
    acted_on = {each.kind for each in effect.effects}
    return [listed(each, each.kind.replace("_", " ")) for each in effect.effects] + [
        listed_product(product, product.kind.replace("_", " "))
        for product in effect.products
        if product.kind in acted_on
    ]


def listed(effect: Effect, kind: str) -> dict[str, Any]:
    """One effect as a row of a printed table."""
    ratios = {"ratio": effect.ratio, "low": effect.low, "high": effect.high}
    days = "" if effect.window is None else _days(effect)
    note = "; ".join(text for text in (days, effect.row.note) if text)
    origin = {"certainty": effect.row.certainty, "source": effect.row.source, "note": note}
    return {"factor": effect.factor, "acts_on": kind} | ratios | origin


def listed_product(product: Product, kind: str) -> dict[str, Any]:
    """One product as a row of a printed table."""
    ratios = {"ratio": product.ratio, "low": product.low, "high": product.high}
    origin = {"certainty": product.cap.certainty, "source": product.cap.source, "note": product.note}
    return {"factor": "all together", "acts_on": kind} | ratios | origin


def rows_behind_effect(effect: PatientEffect) -> tuple[Row, ...]:
    """Rows of the constants that the effects of a patient rest on."""
    acted_on = {each.kind for each in effect.effects}
    caps = (product.cap for product in effect.products if product.kind in acted_on)
    return (*(each.row for each in effect.effects), *caps)


def _days(effect):
    """The days of an effect in words."""
    first, last = effect.window
    days = f"from day {first:g} on" if last > _LONGEST else f"from day {first:g} to {last:g}"
    return (
        days if effect.full_after_days is None else f"{days}, in full after {effect.full_after_days:g} days"
    )


def _drugs(effects):
    """Days on which drugs change inflammation."""
    return tuple(
        DrugWindow(effect.factor, effect.window[0], effect.window[1], effect.ratio)
        for effect in effects
        if effect.kind == "inflammation" and effect.window is not None
    )


def _pace(effects: tuple[Effect, ...], speed: Callable[[Iterable[Effect]], float]) -> Pace:
    """Speed on the days of what acts for a while, over the speed by what acts throughout."""
    lasting = [each for each in effects if each.window is not None and each.kind in ("time", "vessels")]
    edges = sorted({day for each in lasting for day in each.window or ()})
    usual = speed(each for each in effects if each.window is None)
    stretches = []
    for start, end in pairwise(edges):
        acting = [each for each in effects if each.window is None or days_in_common(each.window, start, end)]
        relative = speed(acting) / usual
        if relative != 1:
            stretches.append((start, end, relative))
    return Pace(tuple(stretches))


def _built_up(effect, day):
    """Share of a ratio of host density that is reached on a day."""
    first, last = (0.0, float("inf")) if effect.window is None else effect.window
    if effect.full_after_days is None:
        return float(first <= day <= last)
    return min(days_in_common((first, last), 0, day) / effect.full_after_days, 1.0)
