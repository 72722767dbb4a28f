"""Criteria against the elastic-plastic test on the virtual cohort: fitted on one half, judged on the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.models.strength.bracket import LIMIT_FACTOR
from vertebra.models.strength.linear_criteria import FACTOR, MU

from .body import LIMIT_LOAD, MOBILISATIONS
from .design import GROUPS, HALVES
from .table import Numbers

ULTIMATE = "ultimate_N"
ALL = "all"
_FEWEST = 3
"""Least number of bodies for which a scatter is stated."""


@dataclass(frozen=True)
class Criterion:
    """A load computed without a test: a column of the cohort times a factor.

    Those for comparison come from a linear solution.

    Attributes
    ----------
    name : str
    column : str
    factor : float [-]
    """

    name: str
    column: str
    factor: float

    def ratio(self, rows: Iterable[Numbers]) -> np.ndarray:
        """Load over the ultimate load of the test, shape (n,)."""
        return np.array([self.factor * float(row[self.column]) / float(row[ULTIMATE]) for row in rows])


@dataclass(frozen=True)
class Quality:
    """How well a criterion predicts the test.

    Attributes
    ----------
    count : int
    r2 : float [-]
        One minus the squares of the errors over those of the ultimate loads about their mean: no line is fitted.
    error : float [-]
        Root mean square error over the mean ultimate load.
    ratio : float [-]
        Mean of load over ultimate load.
    worst : float [-]
        Largest deviation of that ratio from one, with its sign.
    """

    count: int
    r2: float
    error: float
    ratio: float
    worst: float


def quality(criterion: Criterion, rows: Sequence[Numbers]) -> Quality:
    """Judge a criterion on some bodies.

    Parameters
    ----------
    criterion : Criterion
    rows : sequence of numbers
        Of the cohort, three at least.

    Returns
    -------
    Quality

    Raises
    ------
    ValueError
        There are fewer.
    """
    if len(rows) < _FEWEST:
        message = (
            f"{criterion.name}: found {len(rows)} bodies, expected {_FEWEST} at least. Judge a larger group."
        )
        raise ValueError(message)
    ratio = criterion.ratio(rows)
    ultimate = np.array([float(row[ULTIMATE]) for row in rows])
    error = (ratio - 1) * ultimate
    deviation = ratio - 1
    return Quality(
        count=len(rows),
        r2=float(1 - np.sum(error**2) / np.sum((ultimate - ultimate.mean()) ** 2)),
        error=float(np.sqrt(np.mean(error**2)) / ultimate.mean()),
        ratio=float(ratio.mean()),
        worst=float(deviation[np.abs(deviation).argmax()]),
    )


def chosen(rows: Iterable[Numbers], half: str = ALL, group: str = ALL) -> list[Numbers]:
    """Bodies of one half and group.

    Parameters
    ----------
    rows : iterable of numbers
    half, group : str
        One of `HALVES` and of `GROUPS`, or `ALL`.

    Returns
    -------
    list of numbers
    """
    return [row for row in rows if half in (ALL, row["half"]) and group in (ALL, row["group"])]


def fitted(name: str, column: str, rows: Sequence[Numbers]) -> Criterion:
    """Give a column the factor that makes the mean of its ratio to the test one, by logarithms.

    Parameters
    ----------
    name, column : str
    rows : sequence of numbers
        With loads [N].

    Returns
    -------
    Criterion
        Its factor [-] makes the geometric mean of the ratio one.
    """
    plain = Criterion(name, column, 1.0)
    return Criterion(name, column, float(np.exp(-np.log(plain.ratio(rows)).mean())))


def spread(criterion: Criterion, rows: Sequence[Numbers]) -> float:
    """Standard deviation of the logarithm of the ratio: what no factor can mend."""
    return float(np.log(criterion.ratio(rows)).std())


def section_column(mu: float) -> str:
    """Column of the mobilised section strength before its factor."""
    return f"section_mu{mu:.1f}_N"


def fitted_section(rows: Sequence[Numbers]) -> tuple[float, Criterion]:
    """Mobilisation mu and factor of the section strength that follow the test best; the smallest mu among equals."""
    each = {mu: fitted("mobilised section", section_column(mu), rows) for mu in MOBILISATIONS}
    best = min(spread(criterion, rows) for criterion in each.values())
    mu = next(mu for mu, criterion in each.items() if spread(criterion, rows) < best + 1e-3)
    return mu, each[mu]


def fitted_limit_load(rows: Sequence[Numbers]) -> Criterion:
    """The limit load with the factor that follows the test best."""
    return fitted("limit load", LIMIT_LOAD, rows)


def in_use() -> Criterion:
    """The criterion of a run, with the constant of `failure.toml`."""
    return Criterion("limit load", LIMIT_LOAD, LIMIT_FACTOR)


def criteria(rows: Sequence[Numbers]) -> list[Criterion]:
    """The criterion in use, and for comparison others, as published or with a factor from the fitting half.

    Parameters
    ----------
    rows : sequence of numbers
        Of both halves.

    Returns
    -------
    list of Criterion
        The one in use first.
    """
    fit = chosen(rows, HALVES[0])
    return [
        in_use(),
        Criterion("mobilised section", section_column(MU), FACTOR),
        Criterion("Crawford", "crawford_N", 1.0),
        fitted("Crawford, own factor", "crawford_N", fit),
        Criterion("Pistoia", "pistoia_N", 1.0),
        fitted("Pistoia, own factor", "pistoia_N", fit),
        fitted("percentile, own factor", "percentile_N", fit),
    ]


def observations(rows: Sequence[Numbers]) -> dict[str, dict[str, float]]:
    """Rows V1 to V4 of `observed.toml`: all bodies of the testing half, and its groups.

    Parameters
    ----------
    rows : sequence of numbers
    """
    judged = chosen(rows, HALVES[1])
    used = {group: quality(in_use(), chosen(judged, group=group)) for group in (ALL, *GROUPS)}
    compared = {criterion.name: quality(criterion, judged) for criterion in criteria(rows)[1:]}
    return {
        "V1": {ALL: used[ALL].r2},
        "V1_groups": {group: found.r2 for group, found in used.items() if group != ALL},
        "V2": {group: 100 * found.error for group, found in used.items()},
        "V3": {"cemented": 100 * abs(used["cemented"].worst)},
        "V4": {name: found.r2 for name, found in compared.items()},
        "V4_error": {name: 100 * found.error for name, found in compared.items()},
    }


def report(rows: Sequence[Numbers]) -> str:
    """A table of all criteria by half and group, as text; groups of fewer than three bodies are left out.

    Parameters
    ----------
    rows : sequence of numbers

    Returns
    -------
    str
        R2, error, mean and worst [-] are those of `Quality`.
    """
    found = [
        (criterion, half, group, quality(criterion, some))
        for criterion in criteria(rows)
        for half in HALVES
        for group in (ALL, *GROUPS)
        if len(some := chosen(rows, half, group)) >= _FEWEST
    ]
    heading = f"{'criterion':<26} {'factor':>6}  {'half':<5} {'group':<10} {'n':>3} {'R2':>7} {'error':>6} {'mean':>6} "
    return "\n".join(
        [heading + f"{'worst':>6}"]
        + [
            f"{criterion.name:<26} {criterion.factor:6.3f}  {half:<5} {group:<10} {q.count:3d} {q.r2:7.3f} "
            f"{q.error:6.3f} {q.ratio:6.3f} {q.worst:+6.3f}"
            for criterion, half, group, q in found
        ]
    )
