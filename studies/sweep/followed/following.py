"""Cases that follow from others: how many are computed in full is decided as results come in.

A study begins with a few cases in full, spread over all, and with the courses of all cases on a coarser mesh. Two
numbers bound the error of a case that lies between two in full. If the truth lies between what either of them says, it
is at most the larger weight times how far they are apart. Each of the two can also be left out and found from its own
neighbours; if all that it then misses came from this gap, the gap would hold that much over the weight that its other
end had. The smaller of both is stated, plus the largest jump of the results between the two: it may be elsewhere on the
finer mesh.

Where that is more than is allowed, the case in the middle of the gap is computed in full, too. In the end one more is,
as a check: its value had been found from others before. Where a check misses by more than was stated, the excess is
added around it, and another one is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..case import Case
from .anchors import Between, between, choose_anchors, groups, places
from .ratios import Course, Full, largest, table, weighted

BEGINNING = 5
"""Cases in full that a study begins with."""


@dataclass(frozen=True)
class Rule:
    """How many cases are computed in full.

    Attributes
    ----------
    number : int
        To begin with.
    allowed : float or None [-]
        Largest error that may be stated of the others; None: no more than that number.
    """

    number: int
    allowed: float | None


@dataclass(frozen=True, eq=False)
class Followed:
    """A case found from others.

    Attributes
    ----------
    lies : Between
    rows : mapping of (arm, day) to mapping of str to float
    error : float or None [-]
        Stated of it; None where it follows from a single case.
    """

    lies: Between
    rows: Course
    error: float | None


@dataclass(frozen=True)
class Check:
    """A case computed in full whose value had been found from others.

    Attributes
    ----------
    stated, found : float [-]
        Errors: stated before, and found.
    """

    stated: float
    found: float


@dataclass(eq=False)
class Following:
    """Decides which cases of a study are computed in full.

    Parameters
    ----------
    cases : sequence of Case
    keys : sequence of str
        In which they differ.
    rule : Rule
    """

    cases: Sequence[Case]
    keys: Sequence[str]
    rule: Rule
    checks: dict[int, Check] = field(default_factory=dict, init=False)
    """By the place of the case among all."""

    def settle(
        self,
        in_full: Callable[[Sequence[int]], None],
        on_coarser: Callable[[], Mapping[int, Course]],
        read: Callable[[int, Course], Full | None],
    ) -> dict[int, Followed]:
        """Compute cases in full until the errors of all others are allowed.

        Parameters
        ----------
        in_full : callable
            Computes cases, by their places among all, but those that are finished.
        on_coarser : callable
            Courses of all cases on the coarser mesh, by their places; a case without one is computed in full.
        read : callable
            What a case in full has found; None where it failed.

        Returns
        -------
        dict of int to Followed
            All cases that are not computed in full.
        """
        place = places(self.cases, self.keys)
        chosen = set(choose_anchors(place, self.rule.number))
        in_full(sorted(chosen))
        courses = on_coarser()
        chosen |= set(range(len(self.cases))) - set(courses)
        in_full(sorted(chosen))
        while True:
            known = {at: read(at, courses[at]) for at in sorted(chosen & set(courses))}
            results = {at: full for at, full in known.items() if full is not None}
            if len(results) < 2:
                in_full(range(len(self.cases)))
                return {}
            found = self._found(place, chosen, results, courses)
            more = self._more(place, found)
            if not more:
                return found
            in_full(more)
            for at in more:
                full = read(at, courses[at])
                if full is not None:
                    stated = found[at].error or 0.0
                    self.checks[at] = Check(stated, largest(table(found[at].rows), table(full.rows)))
            chosen |= set(more)

    def _found(
        self, place: np.ndarray, chosen: set[int], results: Mapping[int, Full], courses: Mapping[int, Course]
    ) -> dict[int, Followed]:
        """Values and errors of all cases that are not in full."""
        lies = between(place, list(results), groups(self.cases, self.keys))
        found = {
            at: weighted(
                self.cases[at].scenario,
                courses[at],
                (results[lies[at].first], results[lies[at].second]),
                lies[at].share,
            )
            for at in sorted(set(courses) - chosen)
        }
        left_out, jump = {}, {}
        if place.shape[1] == 1:
            known = {at: table(full.rows) for at, full in results.items()}
            jump = _largest_jumps(place, known | {at: table(rows) for at, (rows, _) in found.items()}, lies)
            left_out = self._left_out(place, results, courses)
        out = {}
        for at, (rows, apart) in found.items():
            here = lies[at]
            ends = (here.first, here.second), (here.second, here.first)
            missed = max((left_out[each] for each in ends if each in left_out), default=np.inf)
            bound = min(max(here.share, 1 - here.share) * apart, missed)
            error = bound + jump.get(at, 0.0) + self._missed(here)
            out[at] = Followed(here, rows, None if here.first == here.second else error)
        return out

    def _left_out(
        self, place: np.ndarray, results: Mapping[int, Full], courses: Mapping[int, Course]
    ) -> dict[tuple[int, int], float]:
        """What each case in full on a line misses by when it is found from its neighbours, over the weight of each."""
        order = sorted(results, key=lambda at: (place[at, 0], at))
        out: dict[tuple[int, int], float] = {}
        for before, at, after in zip(order, order[1:], order[2:], strict=False):
            share = float((place[at, 0] - place[before, 0]) / (place[after, 0] - place[before, 0]))
            sides = results[before], results[after]
            rows, _ = weighted(self.cases[at].scenario, courses[at], sides, share)
            missed = largest(table(rows), table(results[at].rows))
            out |= {(at, before): missed / (1 - share), (at, after): missed / share}
        return out

    def _missed(self, lies: Between) -> float:
        """By how much checks beside a case missed more than was stated of them."""
        beside = [self.checks[at] for at in (lies.first, lies.second) if at in self.checks]
        return max((max(each.found - each.stated, 0.0) for each in beside), default=0.0)

    def _more(self, place: np.ndarray, found: Mapping[int, Followed]) -> list[int]:
        """Cases that have to be computed in full, too: one between each two that say too little, or a check."""
        if self.rule.allowed is None or not found:
            return []
        errors = {at: each.error or 0.0 for at, each in found.items()}
        gaps: dict[tuple[int, int], list[int]] = {}
        for at in sorted(found, key=lambda at: (place[at, 0], at)):
            if errors[at] > self.rule.allowed:
                ends = sorted((found[at].lies.first, found[at].lies.second))
                gaps.setdefault((ends[0], ends[1]), []).append(at)
        if gaps:
            return sorted(gap[len(gap) // 2] for gap in gaps.values())
        last = list(self.checks.values())[-1:]
        if last and last[0].found <= last[0].stated:
            return []
        return [max(errors, key=lambda at: (errors[at], -at))]


def follow(cases: Sequence[Case], found: Mapping[int, Followed]) -> tuple[Case, ...]:
    """Cases, each with those that it follows from and its error."""
    return tuple(
        case
        if (each := found.get(at)) is None
        else replace(
            case,
            follows=tuple(cases[side] for side in dict.fromkeys((each.lies.first, each.lies.second))),
            error=each.error,
        )
        for at, case in enumerate(cases)
    )


def _largest_jumps(
    place: np.ndarray, values: Mapping[int, np.ndarray], lies: Sequence[Between]
) -> dict[int, float]:
    """Largest jump between the two cases in full on both sides of each case on a line."""
    order = sorted(values, key=lambda at: (place[at, 0], at))
    step = jumps(place[order, 0], np.array([values[at].ravel() for at in order]))
    rank = {at: number for number, at in enumerate(order)}
    out = {}
    for at in values:
        ends = sorted((rank[lies[at].first], rank[lies[at].second]))
        out[at] = float(step[ends[0] : ends[1]].max(initial=0.0))
    return out


def jumps(place: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What of the steps between neighbours on a line the steps beside them do not explain.

    Parameters
    ----------
    place : ndarray, shape (n,)
        Increasing.
    values : ndarray, shape (n, k)

    Returns
    -------
    ndarray, shape (n - 1,) [-]
        Largest over k, over the mean of both neighbours; zero where there are less than four cases.
    """
    if len(place) < 4:
        return np.zeros(max(len(place) - 1, 0))
    size = np.abs(values[1:]) + np.abs(values[:-1])
    step = 2 * np.diff(values, axis=0) / np.where(size > 0, size, 1.0)
    length = np.diff(place)
    slope = step / length[:, None]
    middle = (place[1:] + place[:-1]) / 2
    expected = np.empty_like(slope)
    for at in range(len(slope)):
        one, other = (
            (at - 1, at + 1) if 0 < at < len(slope) - 1 else ((1, 2) if at == 0 else (at - 2, at - 1))
        )
        share = (middle[at] - middle[one]) / (middle[other] - middle[one])
        expected[at] = slope[one] + share * (slope[other] - slope[one])
    return np.abs((slope - expected) * length[:, None]).max(axis=1)
