"""Differentiation by fuzzy rules on strain, tissue and perfusion after Ament, Hofer, Shefelbine and Simon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache

import numpy as np

from vertebra.constants.table import Row

from ...table import rows
from .differentiation import Differentiation
from .strain import dilatational_strain, distortional_strain


@dataclass(frozen=True)
class Terms:
    """The terms of one input, from low to high; at every value their memberships sum to one.

    Attributes
    ----------
    names : tuple of str
    start, end : tuple of float
        Between start[k] and end[k] term k fades linearly into term k + 1; increasing.
    """

    names: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]

    def __post_init__(self):
        """Refuse terms that overlap more than their neighbours."""
        breaks = np.array([self.start, self.end]).T.ravel()
        if not len(self.names) - 1 == len(self.start) == len(self.end) or not np.all(np.diff(breaks) > 0):
            message = (
                f"{len(self.names)} terms change between {self.start} and {self.end}, expected one change "
                "fewer than terms, each ending before the next starts. Correct fuzzy.toml."
            )
            raise ValueError(message)

    def memberships(self, values) -> dict[str, np.ndarray]:
        """Membership of each term, by name; ndarrays of the shape of the values."""
        past = [np.ones_like(values)]
        for start, end in zip(self.start, self.end, strict=True):
            past.append(np.clip((values - start) / (end - start), 0, 1))
        past.append(np.zeros_like(values))
        return {name: past[k] - past[k + 1] for k, name in enumerate(self.names)}


@dataclass(frozen=True)
class Rule:
    """Where every named input is one of its terms, a process runs at a share."""

    name: str
    terms: Mapping[str, tuple[str, ...]]
    process: str
    share: float

    def weight(self, memberships: Mapping[str, Mapping[str, np.ndarray]], n: int) -> np.ndarray:
        """How far the rule applies: the product over inputs of the sum over their terms; shape (n,)."""
        weight = np.ones(n)
        for name, terms in self.terms.items():
            weight = weight * sum(memberships[name][term] for term in terms)
        return weight


@dataclass(frozen=True)
class RuleSet:
    """Inputs with their terms, and the rules on them; from `fuzzy.toml` unless given."""

    inputs: Mapping[str, Terms] = field(default_factory=lambda: _stored_inputs())
    rules: Sequence[Rule] = field(default_factory=lambda: _stored_rules())

    def __post_init__(self):
        """Refuse rules on unknown inputs, terms or processes."""
        processes = [entry.name for entry in fields(Differentiation)]
        for rule in self.rules:
            if rule.process not in processes:
                message = f"rule {rule.name} drives {rule.process!r}, expected one of {', '.join(processes)}."
                raise ValueError(message)
            for name, terms in rule.terms.items():
                known = self.inputs[name].names if name in self.inputs else ()
                if not terms or not set(terms) <= set(known):
                    message = (
                        f"rule {rule.name} reads {name} = {list(terms)}, expected terms of "
                        f"{ {key: list(value.names) for key, value in self.inputs.items()} }."
                    )
                    raise ValueError(message)

    def infer(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Share of each process: a Sugeno system of order zero with product conjunction.

        share of a process = sum_r w_r z_r,   w_r = prod_inputs sum_terms membership,

        z_r the constant of rule r. Memberships of an input sum to one; where no rule speaks about a process,
        the weight that is left goes to 0. Rules on one process are written so that they exclude each other;
        the sum is cut at 1.

        Parameters
        ----------
        values : mapping of str to ndarray, shape (m,)
            One array per input.

        Returns
        -------
        dict of str to ndarray, shape (m,) [-]
            By process, 0 for those without a rule.
        """
        memberships = {name: terms.memberships(values[name]) for name, terms in self.inputs.items()}
        n = len(next(iter(values.values())))
        shares = {entry.name: np.zeros(n) for entry in fields(Differentiation)}
        for rule in self.rules:
            shares[rule.process] += rule.share * rule.weight(memberships, n)
        return {process: np.clip(share, 0, 1) for process, share in shares.items()}


def fuzzy(strain, cartilage, mineral, perfusion, rule_set: RuleSet | None = None) -> Differentiation:
    """Differentiation by the rules of `fuzzy.toml`.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]
        Read as its distortional and dilatational measures.
    cartilage, mineral : ndarray, shape (m,) [-]
        Shares of the repair territory: cartilage, and woven with remodelled bone.
    perfusion : ndarray, shape (m,) [-]
        0 without vessels to 1.
    rule_set : RuleSet, optional

    Returns
    -------
    Differentiation

    References
    ----------
    .. [1] Ament & Hofer 2000, J Biomech 33:961, doi 10.1016/S0021-9290(00)00049-X
    .. [2] Shefelbine et al. 2005, J Biomech 38:2440
    .. [3] Simon et al. 2011; Wehner et al. 2010; Steiner et al. 2013, doi 10.1098/rsif.2013.0389
    """
    rule_set = RuleSet() if rule_set is None else rule_set
    shares = rule_set.infer(
        {
            "distortional": distortional_strain(strain),
            "dilatational": dilatational_strain(strain),
            "cartilage": np.asarray(cartilage, dtype=float),
            "mineral": np.asarray(mineral, dtype=float),
            "perfusion": np.asarray(perfusion, dtype=float),
        }
    )
    return Differentiation(**shares)


@cache
def _stored_inputs() -> Mapping[str, Terms]:
    return {_leaf(row): _terms(row) for row in rows("fuzzy", "input")}


@cache
def _stored_rules() -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in rows("fuzzy", "rule"))


def _leaf(row: Row) -> str:
    return row.name.rpartition(".")[2]


def _terms(row: Row) -> Terms:
    return Terms(*(tuple(row.parameters[key]) for key in ("terms", "from", "to")))


def _rule(row: Row) -> Rule:
    content = dict(row.parameters)
    process, share = content.pop("process"), content.pop("share")
    return Rule(_leaf(row), {name: tuple(terms) for name, terms in content.items()}, process, share)
