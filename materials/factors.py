"""Patient factors: how they slow healing and weaken repair tissue."""

from dataclasses import dataclass, fields
from math import prod
from typing import Any

from .table import Row, row, rows, value

_KINDS = ("time", "modulus", "strength")


@dataclass(frozen=True)
class Patient:
    """What is known about the patient; what is not given has no effect.

    Attributes
    ----------
    age_years : float or None [a]
    smoker, heavy_alcohol, vitamin_d_deficiency, osteoporosis, diabetes, glucocorticoids : bool
        Present during healing. `osteoporosis` acts on healing; the density of the bone is given apart.
    """

    age_years: float | None = None
    smoker: bool = False
    heavy_alcohol: bool = False
    vitamin_d_deficiency: bool = False
    osteoporosis: bool = False
    diabetes: bool = False
    glucocorticoids: bool = False


@dataclass(frozen=True)
class Effect:
    """One ratio that one factor of the patient brings.

    Attributes
    ----------
    factor : str
        Field of `Patient`.
    kind : str
        `time`, `modulus` or `strength`.
    ratio : float [-]
        Multiplies the time that healing lasts, or what repair tissue adds to modulus or strength.
    low, high : float [-]
        Plausible range of the ratio.
    row : Row
        Where it comes from.
    """

    factor: str
    kind: str
    ratio: float
    low: float
    high: float
    row: Row


@dataclass(frozen=True)
class PatientEffect:
    """All factors of a patient together: products of their ratios, capped.

    Attributes
    ----------
    time_ratio, modulus_quality, strength_quality : float [-]
        1 without risk factors. Time is at most 2.5, qualities are at least 0.4 (`factors.toml`).
    time_range, modulus_range, strength_range : (float, float) [-]
        Products of the low and of the high ends, capped alike: not a confidence interval.
    capped : tuple of str
        Kinds of which the product was cut.
    effects : tuple of Effect
    """

    time_ratio: float
    modulus_quality: float
    strength_quality: float
    time_range: tuple[float, float]
    modulus_range: tuple[float, float]
    strength_range: tuple[float, float]
    capped: tuple[str, ...]
    effects: tuple[Effect, ...]


def patient_effect(patient: Patient) -> PatientEffect:
    """Join the factors of a patient.

    Every factor has ratios of time and of quality; odds ratios of non-union are kept out, because odds
    are not times. Age counts per decade over 50: ratio^((age - 50) / 10).

    Parameters
    ----------
    patient : Patient

    Returns
    -------
    PatientEffect
    """
    effects = _effects(patient)
    longest, poorest = value("factors", "cap.time"), value("factors", "cap.quality")
    joined, ranges, capped = {}, {}, []
    for kind in _KINDS:
        of_kind = [effect for effect in effects if effect.kind == kind]

        def cut(product, kind=kind):
            return min(product, longest) if kind == "time" else max(product, poorest)

        product = prod(effect.ratio for effect in of_kind)
        joined[kind] = cut(product)
        ranges[kind] = (
            cut(prod(effect.low for effect in of_kind)),
            cut(prod(effect.high for effect in of_kind)),
        )
        if joined[kind] != product:
            capped.append(kind)
    return PatientEffect(
        time_ratio=joined["time"],
        modulus_quality=joined["modulus"],
        strength_quality=joined["strength"],
        time_range=ranges["time"],
        modulus_range=ranges["modulus"],
        strength_range=ranges["strength"],
        capped=tuple(capped),
        effects=effects,
    )


def describe(effect: PatientEffect) -> list[dict[str, Any]]:
    """Rows of a printed table: each ratio with range and origin, then the products and their caps.

    Returns
    -------
    list of dict
        Keys `factor`, `acts_on`, `ratio`, `low`, `high`, `certainty`, `source`, `note`.
    """
    listed = [
        {
            "factor": each.factor,
            "acts_on": each.kind,
            "ratio": each.ratio,
            "low": each.low,
            "high": each.high,
            "certainty": each.row.certainty,
            "source": each.row.source,
            "note": each.row.note,
        }
        for each in effect.effects
    ]
    totals = (
        ("time", effect.time_ratio, effect.time_range, "cap.time", "at most"),
        ("modulus", effect.modulus_quality, effect.modulus_range, "cap.quality", "at least"),
        ("strength", effect.strength_quality, effect.strength_range, "cap.quality", "at least"),
    )
    for kind, ratio, (low, high), cap, bound in totals:
        limit = row("factors", cap)
        note = f"held {bound} {limit.value:g}" + (
            ": the product lies beyond" if kind in effect.capped else ""
        )
        listed.append(
            {
                "factor": "all together",
                "acts_on": kind,
                "ratio": ratio,
                "low": low,
                "high": high,
                "certainty": limit.certainty,
                "source": limit.source,
                "note": note,
            }
        )
    return listed


def _effects(patient):
    """Ratios of the factors that this patient has."""
    found = []
    for factor in (entry.name for entry in fields(Patient)):
        given = getattr(patient, factor)
        if factor == "age_years":
            power = 0.0 if given is None else max(given - 50, 0) / 10
            entries = rows("factors", "age")
        else:
            power = 1.0 if given else 0.0
            entries = rows("factors", factor)
        if power == 0:
            continue
        for entry in entries:
            assert entry.value is not None
            assert entry.limits is not None
            found.append(
                Effect(
                    factor=factor,
                    kind=entry.name.rpartition(".")[2],
                    ratio=entry.value**power,
                    low=entry.limits[0] ** power,
                    high=entry.limits[1] ** power,
                    row=entry,
                )
            )
    return tuple(found)
