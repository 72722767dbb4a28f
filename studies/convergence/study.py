"""What a study of mesh convergence asks: one scenario, three or more edge lengths, a few days."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from vertebra.courses.key_days import virtual_test_days
from vertebra.courses.plan import INTACT, arm_days, plan
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.imported.manifest import CONVERGENCE, RUN, read_manifest
from vertebra.scenarios.schema import Scenario

FEWEST = 3
_RATIO = 4 / 3


@dataclass(frozen=True)
class Study:
    """A scenario to be computed on several meshes.

    Attributes
    ----------
    scenario : Scenario
        With the days of the study only, and nothing drawn.
    edges_mm : tuple of float [mm]
        Decreasing.
    """

    scenario: Scenario
    edges_mm: tuple[float, ...]

    def at(self, edge_mm: float) -> Scenario:
        """The scenario at one edge length [mm]."""
        return self.scenario.model_copy(update={"mesh": self.scenario.mesh.with_edge(edge_mm)})

    @cached_property
    def states(self) -> list[tuple[str, int]]:
        """Arm and day of every state, the intact vertebra first."""
        return [(arm, day) for arm, days in arm_days(self.scenario).items() for day in days]

    @cached_property
    def distinct_states(self) -> list[tuple[str, int]]:
        """The same without those that an arm shares with one before it, as long as it has no cement."""
        return [(INTACT.name, 0), *((task.arms[0], task.day) for task in plan(self.scenario))]


def study_of(
    scenario: Scenario,
    edges_mm: Sequence[float] | None = None,
    days: Sequence[int] | None = None,
    *,
    virtual_test: bool = False,
) -> Study:
    """Check what a study asks.

    Parameters
    ----------
    scenario : Scenario
    edges_mm : sequence of float [mm], optional
        Three or more, decreasing; default: 4/3, 1 and 3/4 of the scenario's own, moved into the range of the mesher.
    days : sequence of int [d], optional
        Days of the scenario; default: the first and the last. Day 0 and days of injection are always there.
    virtual_test : bool
        Whether states are pressed beyond their strength as well, as the scenario says; this takes much longer.

    Returns
    -------
    Study

    Raises
    ------
    ScenarioError
        Edges or days cannot be used, or no day is left to test on; the message names the option.
    """
    limits = scenario.mesh.edge_limits_mm
    edges = _default_edges(scenario.mesh.edge_mm, *limits) if edges_mm is None else tuple(edges_mm)
    _check_edges(edges, *limits)
    healing, capacity = scenario.healing, scenario.capacity
    course = (healing.days[0], healing.days[-1]) if scenario.arms else (0,)
    chosen = course if days is None else tuple(days)
    _check_days(scenario, chosen)
    tested = None
    if virtual_test and capacity.virtual_test_days is not None:
        injections = {arm.cement.day for arm in scenario.arms if arm.cement}
        tested = _tested_days(capacity.virtual_test_days, {0, *chosen} | injections)
    update = {
        "healing": healing.model_copy(update={"days": tuple(sorted({0, *chosen}))}),
        "capacity": capacity.model_copy(
            update={
                "virtual_test": capacity.virtual_test if virtual_test else "off",
                "interaction": "off",
                "virtual_test_days": tested,
            }
        ),
        "output": scenario.output.model_copy(update={"pictures": False, "days": None}),
        "neighbours": scenario.neighbours.model_copy(update={"beside": "none"}),
    }
    asked = scenario.model_copy(update=update)
    if virtual_test and not any(virtual_test_days(asked).values()):
        message = (
            f'--virtual-test: found capacity.virtual_test = "{capacity.virtual_test}", by which no state is pressed, '
            "expected one that is. Add --set capacity.virtual_test=all."
        )
        raise ScenarioError(message)
    return Study(asked, edges)


def edges_before(source: str | Path) -> list[float] | None:
    """Edge lengths of an earlier study, by its manifest; None for any other source."""
    if Path(source).suffix.lower() != ".json":
        return None
    edges = read_manifest(Path(source), (RUN, CONVERGENCE)).get("edges_mm")
    return edges if isinstance(edges, list) and all(isinstance(each, int | float) for each in edges) else None


def _default_edges(own: float, low: float, high: float) -> tuple[float, ...]:
    """Three edges around the scenario's own, which is one of them."""
    first = own * _RATIO
    if first > high:
        first = own
    elif own / _RATIO < low:
        first = own * _RATIO**2
    return tuple(float(f"{first / _RATIO**step:.3g}") for step in range(FEWEST))


def _check_edges(edges: tuple[float, ...], low: float, high: float) -> None:
    asked = f"--edges {','.join(f'{edge:g}' for edge in edges)}"
    if len(edges) < FEWEST:
        message = (
            f"{asked}: found {len(edges)} of them, expected three or more: an order of convergence cannot be "
            "observed on fewer. Add a smaller edge."
        )
        raise ScenarioError(message)
    for edge in edges:
        if not low <= edge <= high:
            message = (
                f"{asked}: found {edge:g} mm, expected {low:g} to {high:g} mm. Choose within that range."
            )
            raise ScenarioError(message)
    for before, after in pairwise(edges):
        if after >= before:
            message = (
                f"{asked}: found {after:g} mm after {before:g} mm, expected edges that decrease. Sort them."
            )
            raise ScenarioError(message)


def _check_days(scenario: Scenario, days: tuple[int, ...]) -> None:
    known = sorted({day for of_arm in arm_days(scenario).values() for day in of_arm})
    if not days:
        message = (
            f"--days: found none, expected days of the scenario: {', '.join(map(str, known))}. Name one."
        )
        raise ScenarioError(message)
    for day in days:
        if day not in known:
            message = (
                f"--days {','.join(map(str, days))}: found day {day}, expected days of the scenario: "
                f"{', '.join(map(str, known))}. Choose among them, or add it with --set healing.days=[...]."
            )
            raise ScenarioError(message)


def _tested_days(asked: Sequence[int], computed: set[int]) -> tuple[int, ...]:
    """Days of the elastic-plastic test that the study computes."""
    tested = tuple(sorted({*asked} & computed))
    if not tested:
        message = (
            f"--virtual-test: found capacity.virtual_test_days {', '.join(map(str, asked))}, none of them a day of the "
            f"study, expected some of {', '.join(map(str, sorted(computed)))}. Name one of them in --days as well, or "
            "change them."
        )
        raise ScenarioError(message)
    return tested
