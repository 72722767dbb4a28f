"""What is known about a patient."""

import difflib
from dataclasses import dataclass

from ...table import row, value
from .factor_table import Fact, FactorTable, factor_table

MEASURED = ("age_years", "sex", "t_score", "density_qct_g_cm3", "osteoporosis", "brace_adherence")
"""Facts that are numbers, words or diagnoses; all others are flags and windows of days that the factors name.

`age_years` [a]; `sex`, female or male; `t_score` of bone mineral density [SD], at or below -2.5 osteoporosis;
`density_qct_g_cm3`, trabecular density where osteoporosis is to be read from it [g/cm3], below 0.080 osteoporosis;
`osteoporosis`, diagnosed (it acts on healing, the density of the bone is given apart); `brace_adherence`, share of the
prescribed time that the brace is worn [-], whose unloading belongs to the daily load.
"""

_DERIVED = ("normal_bone",)


@dataclass(frozen=True, init=False)
class Patient:
    """What is known about the patient; what is not given has no effect.

    ``Patient(age_years=72, smoker=True, nsaid_days=(0, 14))``: any of `MEASURED` and any fact that the table of factors
    asks for, a flag or, when its name ends in `_days`, the first and the last day since the fracture.

    Attributes
    ----------
    facts : tuple of (str, Fact)
        What is given, in alphabetical order; what is None or False is left out.
    """

    facts: tuple[tuple[str, Fact], ...]

    def __init__(self, table: FactorTable | None = None, /, **facts: Fact):
        """Refuse unknown facts, windows that do not last, and bone that is osteoporotic and is not.

        Parameters
        ----------
        table : FactorTable, optional
            Whose facts may be given; that of `factors.toml` unless given.
        **facts
        """
        declared = (factor_table() if table is None else table).facts()
        for name, given in facts.items():
            _check(name, given, declared)
        known = sorted(
            (name, given) for name, given in facts.items() if given is not None and given is not False
        )
        object.__setattr__(self, "facts", tuple(known))
        _check_bone(self)

    def __getitem__(self, name: str) -> Fact:
        """One fact; None where it is not given."""
        return dict(self.facts).get(name)

    def with_facts(self, table: FactorTable | None = None, /, **facts: Fact) -> "Patient":
        """The same patient, of whom something else is known."""
        return Patient(table, **(dict(self.facts) | facts))

    @property
    def is_osteoporotic(self) -> bool:
        """Whether the diagnosis, the T-score or the density says osteoporosis."""
        return bool(self["osteoporosis"]) or bool(_is_low(self))

    def findings(self) -> dict[str, Fact]:
        """Facts that factors ask for: those given, and what follows for the bone."""
        return dict(self.facts) | {
            "osteoporosis": self.is_osteoporotic,
            "normal_bone": _share_of_normal_bone(self),
        }


def _check(name, given, declared):
    """Refuse a fact that no factor asks for or that has the wrong form."""
    names = [*MEASURED, *(fact for fact in declared if fact not in (*MEASURED, *_DERIVED))]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Choose one of {', '.join(names)}."
        message = f"patient: {name!r} is not known, expected a fact that a factor asks for. {hint}"
        raise ValueError(message)
    if name in MEASURED or given is None:
        return
    if not name.endswith("_days"):
        if not isinstance(given, bool):
            message = f"{name} is {given}, expected true or false."
            raise ValueError(message)
        return
    first, last = given
    if not 0 <= first < last < float("inf"):
        message = (
            f"{name} is {first:g} to {last:g}, expected a first day of at least 0 and a later last day. "
            f"Count from the fracture, as in {name} = [0, 14]."
        )
        raise ValueError(message)


def _check_bone(patient):
    """Refuse two measures of bone, and a diagnosis that one of them contradicts."""
    t_score = patient["t_score"]
    if t_score is not None and patient["density_qct_g_cm3"] is not None:
        message = (
            f"found t_score {t_score:g} and osteoporosis from density, expected one of them: they can disagree. "
            "Remove the one you trust less."
        )
        raise ValueError(message)
    if patient["osteoporosis"] and _is_low(patient) is False:
        found = "the density" if t_score is None else f"t_score {t_score:g}"
        message = (
            f"found osteoporosis = true although {found} says otherwise, expected both to agree (T-score at most "
            f"{value('diagnosis', 'osteoporosis.t_score'):g}). Keep the one that holds."
        )
        raise ValueError(message)


def _is_low(patient):
    """Whether T-score or density lies in the osteoporotic range; None where neither is given."""
    t_score, density = patient["t_score"], patient["density_qct_g_cm3"]
    if t_score is not None:
        return t_score <= value("diagnosis", "osteoporosis.t_score")
    if density is not None:
        return density < value("diagnosis", "osteoporosis.density_qct")
    return None


def _share_of_normal_bone(patient):
    """0 for osteoporotic bone and where nothing is known, 1 for normal bone."""
    bands = row("diagnosis", "normal_bone").parameters
    for measure, fact in (("t_score", "t_score"), ("density_qct", "density_qct_g_cm3")):
        known = patient[fact]
        if known is not None:
            low, high = bands[f"{measure}_low"], bands[f"{measure}_high"]
            return min(max((known - low) / (high - low), 0.0), 1.0)
    return 0.0
