"""Probability of non-union: a published base rate and the odds ratios of patient and fracture."""

from dataclasses import dataclass
from math import prod
from typing import Any

from vertebra.constants.table import Row

from ...table import row, value
from .factors import Patient, days_in_common

_TABLE = "non_union"


@dataclass(frozen=True)
class Severity:
    """What imaging says of the fracture, and what was done to it.

    Attributes
    ----------
    height_loss : float or None [-]
        Residual loss over local height.
    both_endplates, posterior_wall, cleft : bool
        Broken endplates, a broken posterior wall, a gap filled with gas or fluid.
    thoracolumbar : bool
        Level T11 to L2.
    height_restored : bool
        Height was restored at surgery by more than is usual.
    """

    height_loss: float | None = None
    both_endplates: bool = False
    posterior_wall: bool = False
    cleft: bool = False
    thoracolumbar: bool = False
    height_restored: bool = False


@dataclass(frozen=True)
class Odds:
    """Odds ratio that one factor brings.

    Attributes
    ----------
    factor : str
        Row of `non_union.toml`.
    ratio, low, high : float [-]
        Odds ratio with its range; a published relative risk has been converted.
    row : Row
    """

    factor: str
    ratio: float
    low: float
    high: float
    row: Row


@dataclass(frozen=True)
class NonUnion:
    """Chance that the fracture has not united after 6 to 12 months of conservative care.

    Attributes
    ----------
    probability, low, high : float [-]
        Range: the published base rates with the low and the high ends of all ratios; not a confidence
        interval.
    odds_ratio : float [-]
        Product of the ratios, held between 1/10 and 10 (`non_union.toml`).
    is_capped : bool
        Whether the product was cut.
    contributions : tuple of Odds
    directions : tuple of Row
        Factors present of which only the direction is published; they change no number.
    """

    probability: float
    low: float
    high: float
    odds_ratio: float
    is_capped: bool
    contributions: tuple[Odds, ...]
    directions: tuple[Row, ...]


def non_union_probability(patient: Patient, severity: Severity | None = None) -> NonUnion:
    """Chance of non-union of one patient.

    o = p0 / (1 - p0) prod OR_i,  p = o / (1 + o)

    The base rate p0 holds for a patient of the reference age with osteoporotic bone and without any of the
    factors; what is not given changes nothing. It is reported beside every healing law, decides only when
    cohorts are sampled, and is never combined with the union that a mechano-regulated run shows.

    Parameters
    ----------
    patient : Patient
    severity : Severity, optional

    Returns
    -------
    NonUnion
    """
    severity = Severity() if severity is None else severity
    found = _contributions(patient, severity)
    base = row(_TABLE, "base_rate")
    assert base.value is not None
    assert base.limits is not None
    product = prod(each.ratio for each in found)
    held = _held(product)
    return NonUnion(
        probability=_chance(base.value, held),
        low=_chance(base.limits[0], _held(prod(each.low for each in found))),
        high=_chance(base.limits[1], _held(prod(each.high for each in found))),
        odds_ratio=held,
        is_capped=held != product,
        contributions=found,
        directions=_directions(patient, severity),
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
    kind, cap = "non-union odds", row(_TABLE, "cap")
    listed = [
        {"factor": each.factor, "acts_on": kind, "ratio": each.ratio, "low": each.low, "high": each.high}
        | {"certainty": each.row.certainty, "source": each.row.source, "note": each.row.note}
        for each in outcome.contributions
    ]
    for each in outcome.directions:
        says = f"{each.parameters['direction']}; no ratio is published, no number changes"
        listed.append(
            {
                "factor": each.name.rpartition(".")[2],
                "acts_on": kind,
                "ratio": None,
                "low": None,
                "high": None,
            }
            | {"certainty": each.certainty, "source": each.source}
            | {"note": "; ".join(text for text in (says, each.note) if text)}
        )
    beyond = ": the product lies beyond" if outcome.is_capped else ""
    low, high = (_held(prod(getattr(each, end) for each in outcome.contributions)) for end in ("low", "high"))
    assert cap.value is not None
    listed.append(
        {"factor": "all together", "acts_on": kind, "ratio": outcome.odds_ratio, "low": low, "high": high}
        | {"certainty": cap.certainty, "source": cap.source}
        | {"note": f"held from {1 / cap.value:g} to {cap.value:g}{beyond}"}
    )
    return listed


def rows_behind(outcome: NonUnion) -> tuple[Row, ...]:
    """Rows of the constants that a probability rests on."""
    return (
        row(_TABLE, "base_rate"),
        row(_TABLE, "reference_age"),
        *(each.row for each in outcome.contributions),
        *outcome.directions,
        row(_TABLE, "cap"),
    )


def _chance(base_rate, odds_ratio):
    odds = base_rate / (1 - base_rate) * odds_ratio
    return odds / (1 + odds)


def _held(product):
    cap = value(_TABLE, "cap")
    return min(max(product, 1 / cap), cap)


def _contributions(patient, severity):
    """Odds ratios of the factors that patient and fracture have."""
    powers = {
        "age": _years_over_reference(patient.age_years),
        "smoker": patient.smoker,
        "diabetes": patient.diabetes,
        "dense_bone": _share_of_normal_bone(patient),
        "vitamin_d_deficiency": patient.vitamin_d_deficiency,
        "glucocorticoids": patient.glucocorticoids,
        "nsaid": _share_of_long_use(patient.nsaid_days),
        "height_restored": severity.height_restored,
    }
    return tuple(_odds(row(_TABLE, factor), float(power)) for factor, power in powers.items() if power)


def _odds(entry, power):
    """Ratio and range of one factor, raised to a power that may be negative."""
    published = (entry.value, *entry.limits)
    if entry.unit == "relative risk":
        published = [odds_from_risk(risk, value(_TABLE, "base_rate")) for risk in published]
    ratio, *ends = (each**power for each in published)
    return Odds(entry.name, ratio, min(ends), max(ends), entry)


def _years_over_reference(age_years):
    if age_years is None:
        return 0.0
    known = row(_TABLE, "age_known").parameters
    return min(max(age_years, known["from_years"]), known["to_years"]) - value(_TABLE, "reference_age")


def _share_of_normal_bone(patient):
    """0 for osteoporotic bone and where nothing is known, 1 for normal bone."""
    bands = row(_TABLE, "dense_bone_bands").parameters
    for measure, known in (("t_score", patient.t_score), ("density_qct", patient.density_qct_g_cm3)):
        if known is not None:
            low, high = bands[f"{measure}_low"], bands[f"{measure}_high"]
            return min(max((known - low) / (high - low), 0.0), 1.0)
    return 0.0


def _share_of_long_use(window):
    """0 for drugs taken too briefly to matter, 1 from four weeks on."""
    if window is None:
        return 0.0
    rule = row(_TABLE, "nsaid_use").parameters
    taken = days_in_common(window, 0, rule["until_day"])
    return min(max((taken - rule["harmless_days"]) / (rule["full_days"] - rule["harmless_days"]), 0.0), 1.0)


def _directions(patient, severity):
    present = {
        "heavy_alcohol": patient.heavy_alcohol,
        "sex": patient.sex is not None,
        "brace_adherence": patient.brace_adherence is not None,
        "height_loss": severity.height_loss is not None,
        "both_endplates": severity.both_endplates,
        "posterior_wall": severity.posterior_wall,
        "cleft": severity.cleft,
        "thoracolumbar": severity.thoracolumbar,
    }
    return tuple(row(_TABLE, f"direction.{name}") for name, is_present in present.items() if is_present)
