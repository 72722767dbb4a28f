"""Patient factors: how they slow healing, prolong inflammation and weaken repair tissue."""

from dataclasses import dataclass, replace
from math import prod
from typing import Any

from vertebra.constants.table import Row

from ...table import row, rows, value
from ..processes.inflammation import DrugWindow, Inflammation

KINDS = ("time", "inflammation", "modulus", "strength")
"""What a factor may act on; `non_union.py` has the odds of non-union."""

_FLAGS = (
    "smoker",
    "heavy_alcohol",
    "vitamin_d_deficiency",
    "calcium_deficiency",
    "osteoporosis",
    "diabetes",
    "glucocorticoids",
)


@dataclass(frozen=True)
class Patient:
    """What is known about the patient; what is not given has no effect.

    Attributes
    ----------
    age_years : float or None [a]
    sex : str or None
        `female` or `male`; the sources disagree on its direction, so it changes no number.
    smoker, heavy_alcohol, vitamin_d_deficiency, calcium_deficiency, diabetes, glucocorticoids : bool
        Present during healing.
    osteoporosis : bool
        Diagnosed; acts on healing. The density of the bone, which acts on strength, is given apart.
    t_score : float or None [SD]
        Of bone mineral density: at or below -2.5 is osteoporosis.
    density_qct_g_cm3 : float or None [g/cm3]
        Trabecular density where osteoporosis is to be read from it: below 0.080 is osteoporosis.
    nsaid_days : (float, float) or None [d]
        First and last day of non-steroidal anti-inflammatory drugs, counted from the fracture.
    brace_adherence : float or None [-]
        Share of the prescribed time that the brace is worn. Its unloading belongs to the daily load; the
        direction of its effect on non-union is known, a ratio is not.
    """

    age_years: float | None = None
    sex: str | None = None
    smoker: bool = False
    heavy_alcohol: bool = False
    vitamin_d_deficiency: bool = False
    calcium_deficiency: bool = False
    osteoporosis: bool = False
    t_score: float | None = None
    density_qct_g_cm3: float | None = None
    diabetes: bool = False
    glucocorticoids: bool = False
    nsaid_days: tuple[float, float] | None = None
    brace_adherence: float | None = None

    def __post_init__(self):
        """Refuse a window that does not last and a bone that is osteoporotic and is not."""
        if self.nsaid_days is not None and not 0 <= self.nsaid_days[0] < self.nsaid_days[1]:
            first, last = self.nsaid_days
            message = (
                f"nsaid_days is {first:g} to {last:g}, expected a first day of at least 0 and a later last day. "
                "Count from the fracture, as in nsaid_days = [0, 14]."
            )
            raise ValueError(message)
        if self.t_score is not None and self.density_qct_g_cm3 is not None:
            message = (
                f"found t_score {self.t_score:g} and osteoporosis from density, expected one of them: they can "
                "disagree. Remove the one you trust less."
            )
            raise ValueError(message)
        if self.osteoporosis and not self._is_low(default=True):
            found = "the density" if self.t_score is None else f"t_score {self.t_score:g}"
            message = (
                f"found osteoporosis = true although {found} says otherwise, expected both to agree (T-score at "
                f"most {value('factors', 'osteoporosis.t_score'):g}). Keep the one that holds."
            )
            raise ValueError(message)

    @property
    def is_osteoporotic(self) -> bool:
        """Whether the diagnosis, the T-score or the density says osteoporosis."""
        return self.osteoporosis or self._is_low(default=False)

    def _is_low(self, default):
        """Whether T-score or density lies in the osteoporotic range; `default` where neither is given."""
        if self.t_score is not None:
            return self.t_score <= value("factors", "osteoporosis.t_score")
        if self.density_qct_g_cm3 is not None:
            return self.density_qct_g_cm3 < value("factors", "osteoporosis.density_qct")
        return default


@dataclass(frozen=True)
class Effect:
    """One ratio that one factor of the patient brings.

    Attributes
    ----------
    factor : str
        What the patient has, as in the table of constants; `age_years` for age.
    kind : str
        One of `KINDS`, or `vessels` for the speed at which they grow, which perfusion reads for itself.
    ratio : float [-]
        Multiplies the time that healing or its inflammatory phase lasts, or what repair tissue adds to
        modulus or strength.
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
    time_ratio : float [-]
        How many times longer every phase of healing lasts, inflammation included.
    inflammation_ratio : float [-]
        How many times longer inflammation lasts on top of `time_ratio`, while drugs against it are taken.
    modulus_quality, strength_quality : float [-]
        1 without risk factors. Time and inflammation are at most 2.5, qualities at least 0.4
        (`factors.toml`).
    time_range, inflammation_range, modulus_range, strength_range : (float, float) [-]
        Products of the low and of the high ends, capped alike: not a confidence interval.
    capped : tuple of str
        Kinds of which the product was cut.
    effects : tuple of Effect
    inflammation : Inflammation
        Its clock in this patient with the windows of drugs, before `time_ratio` slows it.
    """

    time_ratio: float
    inflammation_ratio: float
    modulus_quality: float
    strength_quality: float
    time_range: tuple[float, float]
    inflammation_range: tuple[float, float]
    modulus_range: tuple[float, float]
    strength_range: tuple[float, float]
    capped: tuple[str, ...]
    effects: tuple[Effect, ...]
    inflammation: Inflammation


def patient_effect(patient: Patient) -> PatientEffect:
    """Join the factors of a patient.

    Every factor has ratios of time, inflammation and quality; odds ratios of non-union are kept out, because
    odds are not times. Age counts per decade over 50, ratio^((age - 50) / 10). Drugs slow inflammation on the
    days on which they are taken: `inflammation` has their windows, and their ratio is no part of its own.

    Parameters
    ----------
    patient : Patient

    Returns
    -------
    PatientEffect
    """
    effects = _effects(patient)
    joined, ranges, capped = {}, {}, []
    for kind in KINDS:
        of_kind = [effect for effect in effects if effect.kind == kind]
        product = prod(effect.ratio for effect in of_kind)
        joined[kind] = _cut(kind, product)
        ranges[kind] = (
            _cut(kind, prod(effect.low for effect in of_kind)),
            _cut(kind, prod(effect.high for effect in of_kind)),
        )
        if joined[kind] != product:
            capped.append(kind)
    lasting = prod(each.ratio for each in effects if each.kind == "inflammation" and each.factor != "nsaid")
    return PatientEffect(
        time_ratio=joined["time"],
        inflammation_ratio=joined["inflammation"],
        modulus_quality=joined["modulus"],
        strength_quality=joined["strength"],
        time_range=ranges["time"],
        inflammation_range=ranges["inflammation"],
        modulus_range=ranges["modulus"],
        strength_range=ranges["strength"],
        capped=tuple(capped),
        effects=effects,
        inflammation=Inflammation(ratio=_cut("inflammation", lasting), windows=_windows(patient)),
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
        ("time", effect.time_ratio, effect.time_range),
        ("inflammation", effect.inflammation_ratio, effect.inflammation_range),
        ("modulus", effect.modulus_quality, effect.modulus_range),
        ("strength", effect.strength_quality, effect.strength_range),
    )
    for kind, ratio, (low, high) in totals:
        limit, bound = _cap(kind)
        beyond = ": the product lies beyond" if kind in effect.capped else ""
        listed.append(
            {
                "factor": "all together",
                "acts_on": kind,
                "ratio": ratio,
                "low": low,
                "high": high,
                "certainty": limit.certainty,
                "source": limit.source,
                "note": f"held {bound} {limit.value:g}{beyond}",
            }
        )
    return listed


def days_in_common(window: tuple[float, float], first: float, last: float) -> float:
    """Days that a window of days shares with those from `first` to `last` [d]."""
    return max(min(window[1], last) - max(window[0], first), 0.0)


def _cap(kind):
    """Row of the cap of a kind of ratio, and on which side it lies."""
    slower = kind in ("time", "inflammation")
    return (row("factors", "cap.time"), "at most") if slower else (row("factors", "cap.quality"), "at least")


def _cut(kind, product):
    limit, bound = _cap(kind)
    assert limit.value is not None
    return min(product, limit.value) if bound == "at most" else max(product, limit.value)


def _effects(patient):
    """Ratios of the factors that this patient has."""
    powers = {} if patient.age_years is None else {"age": max(patient.age_years - 50, 0) / 10}
    present = {**{flag: getattr(patient, flag) for flag in _FLAGS}, "osteoporosis": patient.is_osteoporotic}
    powers |= {flag: 1.0 for flag in _FLAGS if present[flag]}
    found = [
        _effect("age_years" if factor == "age" else factor, entry, power)
        for factor, power in powers.items()
        for entry in rows("factors", factor)
        if power > 0 and _kind(entry) in KINDS
    ]
    if patient.nsaid_days is not None:
        found.append(_effect("nsaid", row("inflammation", "drug.nsaid"), 1.0))
    if patient.smoker:
        found.insert([each.factor for each in found].index("smoker") + 1, _smoking())
    return tuple(found)


def _windows(patient):
    """Days on which drugs slow inflammation."""
    return () if patient.nsaid_days is None else (DrugWindow("nsaid", *patient.nsaid_days),)


def _kind(entry):
    """What a row acts on: the last part of its name, for a drug the inflammation."""
    branch, _, leaf = entry.name.rpartition(".")
    return "inflammation" if branch == "drug" else leaf


def _smoking():
    """What smoking does to vessels: they keep step with the rest, so that the delay does not count twice."""
    return replace(_effect("smoker", row("perfusion", "smoking"), 1.0), kind="vessels")


def _effect(factor, entry, power):
    ratio, low, high = (each**power for each in (entry.value, *entry.limits))
    return Effect(factor=factor, kind=_kind(entry), ratio=ratio, low=low, high=high, row=entry)
