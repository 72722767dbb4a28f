"""Elastic-plastic tests: columns, curves, warnings and summary from what is kept with the states of a run."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from vertebra.fem.plasticity.softening import Softening
from vertebra.models.strength.virtual_test import CLINICAL_STRAIN, LARGEST_STRAIN, RUN_TOLERANCE

from .tables import Row
from .workspace import State

_COLUMNS = ("ultimate_N", "force_1p9_percent_N")
_OF_MANIFEST = (
    *_COLUMNS,
    "ultimate_strain",
    "yielded_share",
    "increments",
    "solves",
    "iterations",
    "elastic_solves_equal_in_work",
    "wall_s",
    "failed",
)
_SUMMED = ("increments", "solves", "iterations", "wall_s")


def strength_columns(state: State) -> dict[str, float]:
    """Columns of `capacity.csv` from the test of a state; NaN where it was not tested."""
    return {name: state.virtual_test.get(name, np.nan) for name in _COLUMNS}


def curve_rows(states: Sequence[State]) -> list[Row]:
    """Rows of `load_displacement.csv`: the equilibria of all tests, the unloaded body first.

    Apparent strain is the approach of the platens, between discs the shortening of the bone, over the height of the
    bone as it is.
    """
    rows: list[Row] = []
    for state in states:
        test = state.virtual_test
        columns = (test.get(name, ()) for name in ("displacement_mm", "shortening_mm", "force_N"))
        for displacement, shortening, force in zip(*columns, strict=True):
            rows.append(
                {
                    "arm": state.arm,
                    "day": state.day,
                    "displacement_mm": displacement,
                    "strain_percent": 100 * shortening / test["height_mm"],
                    "force_N": force,
                }
            )
    return rows


def summary(states: Sequence[State], softening: Softening | None = None) -> dict[str, Any] | None:
    """Entry of the manifest about the tests: each with its cost, and sums in which shared ones count once.

    Parameters
    ----------
    states : sequence of State
    softening : Softening, optional
        Loss of strength in the tests.

    Returns
    -------
    dict or None
        None where nothing was tested.
    """
    tested = [state for state in states if state.virtual_test]
    if not tested:
        return None
    each = [
        {"arm": state.arm, "day": state.day}
        | {name: state.virtual_test[name] for name in _OF_MANIFEST if name in state.virtual_test}
        for state in tested
    ]
    distinct = {(state.day, state.virtual_test["wall_s"]): state.virtual_test for state in tested}.values()
    return {
        "n_tests": len(distinct),
        "n_failed": sum("failed" in test for test in distinct),
        **{name: sum(test.get(name, 0) for test in distinct) for name in _SUMMED},
        "largest_strain": LARGEST_STRAIN,
        "clinical_strain": CLINICAL_STRAIN,
        "tolerance": RUN_TOLERANCE,
        "softening": None if softening is None else asdict(softening),
        "tests": each,
    }


def failures(states: Sequence[State]) -> list[str]:
    """One warning for every test that found no equilibrium."""
    return [
        f"the elastic-plastic test of {state.arm}, day {state.day}, failed ({state.virtual_test['failed']}); its "
        "ultimate load is left empty and the capacity stands. Try another mesh.edge_mm, or set "
        'capacity.virtual_test = "off".'
        for state in states
        if "failed" in state.virtual_test
    ]
