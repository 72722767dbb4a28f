"""The table of patient factors: what each row acts on, and how much of it a patient has."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import inf, log2, prod
from pathlib import Path
from types import MappingProxyType

from vertebra.constants.table import Row, read_table

Window = tuple[float, float]
"""First and last day since the fracture [d]."""

Fact = bool | float | str | Window | None
"""What may be known of a patient or a fracture; None, False and what is not given have no effect."""

KINDS = ("time", "inflammation", "vessels", "modulus", "strength", "host_density", "union_odds")
"""What a factor may act on."""

_OWNERS = ("patient", "fracture", "treatment")
_DOUBLING = "doubling"
_BY_DAY = ("time", "inflammation", "vessels", "host_density")
OF_RULES = ("acts_on", "fact", "of", "meaning", "none_at", "per", "held", "counted_until", "full_after_days")
"""Keys of a row that say how its ratio acts; what they mean stands in `factors.toml`."""

_KEYS = (*OF_RULES, "direction")


@dataclass(frozen=True)
class Effect:
    """One ratio that one factor brings.

    Attributes
    ----------
    factor : str
        First part of the name of its row.
    kind : str
        One of `KINDS`.
    ratio, low, high : float [-]
        What it multiplies, with its plausible range.
    row : Row
        Where it comes from.
    window : (float, float) or None [d]
        Days on which it acts; None throughout.
    full_after_days : float or None [d]
        Days over which host density reaches the ratio.
    """

    factor: str
    kind: str
    ratio: float
    low: float
    high: float
    row: Row
    window: Window | None = None
    full_after_days: float | None = None


@dataclass(frozen=True)
class Product:
    """All ratios of one kind together, held between the bounds of that kind.

    Attributes
    ----------
    kind : str
    ratio, low, high : float [-]
        Products of the ratios and of the ends of their ranges: not a confidence interval.
    is_capped : bool
        Whether the product of the ratios was cut.
    cap : Row
    """

    kind: str
    ratio: float
    low: float
    high: float
    is_capped: bool
    cap: Row

    @property
    def note(self) -> str:
        """The bounds in words, and whether they hold the product."""
        bounds = self.cap.parameters
        beyond = ": the product lies beyond" if self.is_capped else ""
        return f"held from {bounds['least']:g} to {bounds['most']:g}{beyond}"


@dataclass(frozen=True)
class Rule:
    """One row of the table: who has the factor, and what it does.

    Attributes
    ----------
    factor, kind, fact : str
    owner : str
        Whose fact it is: `patient`, `fracture` or `treatment`.
    meaning : str
        Of the fact; empty where its name says it.
    direction : str
        What is published where no ratio is; else empty.
    none_at : float
    per : float or "doubling"
    held : (float, float)
        The ratio counts (x - none_at) / per times, or log2(x / none_at) times, x held between both ends.
    counts : bool
        Whether a number decides how often the ratio counts; else it counts once.
    counted_until, full_after_days : float or None [d]
    row : Row
        Value, range and source.
    """

    factor: str
    kind: str
    fact: str
    owner: str
    meaning: str
    direction: str
    none_at: float
    per: float | str
    held: Window
    counts: bool
    counted_until: float | None
    full_after_days: float | None
    row: Row

    @classmethod
    def of(cls, row: Row) -> "Rule":
        """Read one row.

        Raises
        ------
        ValueError
            When a key is missing, unknown or without meaning for what the row acts on.
        """
        known = row.parameters
        factor, kind = row.name.partition(".")[0], known.get("acts_on", "nothing")
        problem = _problem(row, kind)
        if problem:
            message = f"{row.table}.toml: {row.name} {problem}"
            raise ValueError(message)
        none_at, per = known.get("none_at", 0.0), known.get("per", 1.0)
        held = known.get("held", (-inf, inf))
        return cls(
            factor=factor,
            kind=kind,
            fact=known.get("fact", factor),
            owner=known.get("of", _OWNERS[0]),
            meaning=known.get("meaning", ""),
            direction=known.get("direction", ""),
            none_at=none_at,
            per=per,
            held=(held[0], held[1]),
            counts="per" in known,
            counted_until=known.get("counted_until"),
            full_after_days=known.get("full_after_days"),
            row=replace(
                row, parameters=MappingProxyType({k: v for k, v in known.items() if k not in OF_RULES})
            ),
        )

    @property
    def is_window(self) -> bool:
        """Whether the fact is a first and a last day."""
        return self.fact.endswith("_days")

    def power(self, given: Fact) -> float:
        """How many times the ratio counts for what is known; 0 where the factor is absent [-]."""
        if given is None or given is False:
            return 0.0
        if not self.counts:
            return 1.0
        if isinstance(given, tuple):
            until = inf if self.counted_until is None else self.counted_until
            given = days_in_common(given, 0, until)
        held = min(max(float(given), self.held[0]), self.held[1])
        return log2(held / self.none_at) if isinstance(self.per, str) else (held - self.none_at) / self.per

    def effect(
        self, given: Fact, published: tuple[float, float, float] | None = None, share: float = 1.0
    ) -> Effect | None:
        """What the factor does in a patient of whom this is known; None where it does nothing.

        Parameters
        ----------
        given : Fact
        published : (float, float, float), optional [-]
            Ratio, low and high end in place of those of the row.
        share : float [-]
            Share of the doses that is taken.
        """
        power = share * self.power(given)
        if power == 0 or self.direction:
            return None
        if published is None:
            assert self.row.value is not None
            assert self.row.limits is not None
            published = (self.row.value, *self.row.limits)
        ratio, *ends = (each**power for each in published)
        by_day = isinstance(given, tuple) and self.kind in _BY_DAY and not self.counts
        window = given if by_day and isinstance(given, tuple) else None
        return Effect(
            self.factor, self.kind, ratio, min(ends), max(ends), self.row, window, self.full_after_days
        )


@dataclass(frozen=True, eq=False)
class FactorTable:
    """All factors that are known.

    Attributes
    ----------
    rules : tuple of Rule
    caps : mapping of str to Row
        By kind.
    """

    rules: tuple[Rule, ...]
    caps: Mapping[str, Row]

    @classmethod
    def read(cls, path: Path) -> "FactorTable":
        """Read a file such as `factors.toml`.

        Raises
        ------
        ValueError
            When a row cannot be understood, or a kind has no bounds.
        """
        table = read_table(path)
        caps = {name.removeprefix("cap."): row for name, row in table.items() if name.startswith("cap.")}
        if set(caps) != set(KINDS):
            message = (
                f"{path.name}: found bounds of {', '.join(caps)}, expected one of {', '.join(KINDS)} each."
            )
            raise ValueError(message)
        rules = tuple(Rule.of(row) for name, row in table.items() if not name.startswith("cap."))
        return cls(rules, MappingProxyType(caps))

    def facts(self) -> dict[str, str]:
        """Facts of the patient that the rows ask for, with their meaning where it is given."""
        found: dict[str, str] = {}
        for rule in self.rules:
            if rule.owner == "patient":
                found[rule.fact] = found.get(rule.fact) or rule.meaning
        return found

    def product(self, kind: str, effects) -> Product:
        """Join the effects of one kind.

        Parameters
        ----------
        kind : str
        effects : iterable of Effect
            Those of other kinds are left out.
        """
        mine = [effect for effect in effects if effect.kind == kind]
        whole = prod(effect.ratio for effect in mine)
        held = self.held(kind, whole)
        low, high = (
            self.held(kind, prod(getattr(effect, end) for effect in mine)) for end in ("low", "high")
        )
        return Product(kind, held, low, high, held != whole, self.caps[kind])

    def held(self, kind: str, ratio: float) -> float:
        """A ratio held between the bounds of its kind."""
        bounds = self.caps[kind].parameters
        return min(max(ratio, bounds["least"]), bounds["most"])


@cache
def factor_table() -> FactorTable:
    """The table of this folder."""
    return FactorTable.read(Path(__file__).with_name("factors.toml"))


def days_in_common(window: Window, first: float, last: float) -> float:
    """Days that a window of days shares with those from `first` to `last` [d]."""
    return max(min(window[1], last) - max(window[0], first), 0.0)


def _problem(row, kind):
    """What is wrong with a row, in words; empty if nothing is."""
    known = row.parameters
    for name in known:
        if name not in _KEYS:
            near = difflib.get_close_matches(name, _KEYS, n=1)
            return f"has {name!r}, which is not known. Did you mean {(near or _KEYS)[0]!r}?"
    if known.get("of", _OWNERS[0]) not in _OWNERS:
        return f"is of {known['of']}, expected one of {', '.join(_OWNERS)}."
    if kind not in KINDS:
        return f"acts on {kind}, expected acts_on to be one of {', '.join(KINDS)}."
    if "direction" in known:
        if kind != "union_odds" or row.value is not None:
            return f"has a direction and acts on {kind}, expected union_odds and no value."
        return ""
    if row.value is None or row.limits is None or not 0 < row.limits[0] <= row.value <= row.limits[1]:
        return f"has the ratio {row.value} within {row.limits}, expected a positive one inside its range."
    if ("per" in known) != ("none_at" in known) or known.get("per") == 0:
        return "has one of none_at and per, expected both, and a per that is not 0, or none of them."
    if isinstance(known.get("per"), str):
        return _problem_of_doublings(known)
    if "full_after_days" in known and (kind != "host_density" or known["full_after_days"] <= 0):
        return f"acts on {kind} and has full_after_days, expected host_density and a positive number of days."
    return ""


def _problem_of_doublings(known):
    """What is wrong with a row that counts doublings, in words; empty if nothing is."""
    if known["per"] != _DOUBLING:
        return f'counts per {known["per"]!r}, expected a number or "{_DOUBLING}".'
    if not (known["none_at"] > 0 and known.get("held", (0.0,))[0] > 0):
        return "counts doublings, expected none_at and the lower end of held above 0."
    return ""
