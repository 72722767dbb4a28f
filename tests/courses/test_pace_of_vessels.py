"""Vessels of a patient who takes for some days what speeds or slows them."""

import numpy as np
import pytest

from vertebra.courses.perfusion import Vascularity
from vertebra.materials.healing.processes.pace import Pace
from vertebra.materials.healing.processes.perfusion import VesselGrowth
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

PACE = Pace(((4.0, 8.0, 2.0),))


@pytest.fixture(scope="module")
def vessels():
    """Of the crush, at the usual pace and twice as fast from day 4 to 8."""
    coarse = ("mesh.parametric.edge_mm=4", "mesh.order=1")
    vertebra = VertebraModel.of(read_scenario("crush", coarse))
    geometry = vertebra.anatomy.fractured
    bone = vertebra.bone(geometry)
    return [Vascularity(geometry, bone, growth) for growth in (VesselGrowth(), VesselGrowth(pace=PACE))]


@pytest.mark.parametrize("day", [3.0, 6.0, 20.0])
def test_vessels_have_grown_as_long_as_time_has_passed_for_them(vessels, day):
    usual, paced = vessels
    found = paced.advance(paced.fresh(), day)
    assert found == pytest.approx(usual.advance(usual.fresh(), float(PACE.passed(day))), abs=1e-4)


def test_a_history_stands_on_the_days_of_the_calendar(vessels):
    usual, paced = vessels
    history, last = paced.history(paced.fresh(), 2.0, 20.0)
    expected, _ = usual.history(usual.fresh(), 2.0, 24.0)
    assert (history.days[0], history.days[-1]) == pytest.approx((2, 20))
    for day in (2.0, 20.0):
        np.testing.assert_allclose(history.on_day(day), expected.on_day(float(PACE.passed(day))), atol=2e-3)
    parts = paced.advance(paced.advance(paced.fresh(), 4.0, from_day=2.0), 14.0, from_day=6.0)
    assert last == pytest.approx(parts, abs=2e-3)
