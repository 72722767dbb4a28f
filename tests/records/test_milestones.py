"""What a finished course of healing comes to."""

import numpy as np
import pytest

from vertebra.records.milestones import milestones, overloads
from vertebra.records.workspace import State

NAN = float("nan")


def course(arm, outcome=None, **times):
    """Three states whose zone stiffens by equal steps on days 0, 10, 20."""
    verdict = {} if outcome is None else {"outcome": outcome, "reason": "because"}
    return [
        State(
            arm=arm,
            day=day,
            row={"zone_young_MPa": 100.0 + 10 * day},
            tissue={"woven": 0.5},
            healing={"first_path_day": NAN if day < 20 else 12.0, "bridging_day": NAN} | times,
            verdict=verdict,
            solver={},
            at_points={},
            at_cells={},
        )
        for day in (0, 10, 20)
    ]


def test_times_of_a_law_known_in_advance_are_its_own_whatever_days_are_listed():
    told = milestones(course("a", t50=67.0, t80=92.0, t95=NAN), ())["a"]
    assert (told["t50"], told["t80"], told["t95"]) == (67.0, 92.0, None)


def test_days_of_a_law_that_follows_strain_are_those_of_the_listed_gain_and_unknown_days_are_none():
    told = milestones(course("a", "union"), ())["a"]
    assert told["t50"] == pytest.approx(10)
    assert told["t80"] == pytest.approx(16)
    assert told["first_path_day"] == 12.0
    assert told["bridging_day"] is None


@pytest.mark.parametrize(("cemented", "outcome"), [(("a",), None), ((), "non-union")])
def test_neither_cement_nor_a_non_union_has_a_day_of_bearing_load(cemented, outcome):
    told = milestones(course("a", outcome), cemented)["a"]
    assert told["t50"] is told["t80"] is told["t95"] is None
    assert told.get("outcome") == outcome


def test_a_state_without_a_zone_has_no_milestones():
    (state, *_) = course("a")
    assert state.has_zone
    empty = State("a", 0, {}, {"woven": np.nan}, {}, {}, {}, {}, {})
    assert milestones([empty], ()) == {}


def test_loads_above_capacity_are_told_with_their_first_day():
    rows = [
        {"arm": "a", "day": day, "capacity_N": force}
        for day, force in ((0, 900.0), (7, 1000.0), (14, 1300.0))
    ]
    healing = [
        {"arm": "a", "day": day, "daily_load_N": force}
        for day, force in ((0, 500.0), (7, 1200.0), (14, 1200.0))
    ]
    (told,) = overloads(rows, healing)
    assert "arm a" in told
    assert "on 1 of the computed days, first on day 7" in told
    assert overloads(rows, healing[:1]) == []
