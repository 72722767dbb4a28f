"""The perfusion of a scenario."""

from functools import cache

import numpy as np
import pytest

from vertebra.courses.perfusion import Vascularity, perfusion_histories, vessel_growth
from vertebra.materials.table import value
from vertebra.meshes.quality import cell_volumes
from vertebra.models.anatomy import build_anatomy
from vertebra.models.condition import Condition
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=1", "loading.ends='platens'")


@cache
def case(name, *more):
    scenario = read_scenario(name, (*COARSE, *more))
    anatomy = build_anatomy(scenario)
    volume = cell_volumes(anatomy.fractured.points, anatomy.fractured.cells)
    return scenario, anatomy, Condition.of(scenario, anatomy, volume)


def test_vessels_come_back_from_the_residual_to_all_of_the_zone():
    scenario, anatomy, condition = case("crush")
    (history,) = perfusion_histories(scenario, anatomy, condition).values()
    mean = history.values @ condition.volume / condition.volume.sum()
    assert (history.days[0], history.days[-1]) == (0, 365)
    assert np.all(np.diff(mean) >= 0)
    assert mean[-1] > 0.99
    assert history.values.shape == (len(history.days), len(condition.territory))
    assert np.all(history.values[:, condition.territory == 0] == 1)
    inner = condition.territory > 0.9
    residual = value("perfusion", "residual")
    assert history.values[0, inner].min() == pytest.approx(residual, abs=0.01)
    # diffusion comes on top of what the remnants sprout
    sprouted = 1 - (1 - residual) * np.exp(-value("perfusion", "sprouting") * 14.0)
    assert history.on_day(14.0)[inner].min() > sprouted - 0.01


def test_two_steps_are_one_long_step():
    scenario, anatomy, condition = case("crush")
    vessels = Vascularity.of(scenario, anatomy, condition)
    whole = vessels.advance(vessels.fresh(), 12.0)
    halves = vessels.advance(vessels.advance(vessels.fresh(), 5.0), 7.0)
    assert halves == pytest.approx(whole, abs=0.01)
    assert vessels.advance(whole, 0.0) == pytest.approx(whole, abs=0)


def test_cement_parts_the_arms_on_its_day_and_keeps_vessels_out():
    scenario, anatomy, condition = case("main", "arms.vertebroplasty.cement.volume_ml=7.0")
    found = perfusion_histories(scenario, anatomy, condition)
    natural, filled = found["conservative"], found["vertebroplasty"]
    assert np.all(np.diff(filled.days) > 0)
    for day in (0.0, 3.0, 7.0):
        assert filled.on_day(day) == pytest.approx(natural.on_day(day), abs=0.01)
    cement = anatomy.cement["vertebroplasty"].fraction[condition.is_bone]
    corners = anatomy.fractured.cells[condition.is_bone, :4]
    reached = np.isin(corners, corners[cement < 1]).any(axis=1)
    inside = ~reached & (condition.territory > 0.9)
    assert inside.any()
    assert filled.on_day(100.0)[inside] == pytest.approx(
        filled.on_day(7.0)[inside], abs=1e-6
    )  # D and sprouting are zero
    assert natural.on_day(100.0)[inside].min() > 0.99
    away = cement == 0
    assert np.all(filled.on_day(100.0)[away] <= natural.on_day(100.0)[away] + 0.01)


def test_cement_on_day_0_leaves_no_history_before_it():
    scenario, anatomy, condition = case("main", "arms.vertebroplasty.cement.day=0")
    filled = perfusion_histories(scenario, anatomy, condition)["vertebroplasty"]
    assert filled.days[0] == 0
    assert filled.values[0] == pytest.approx(
        perfusion_histories(scenario, anatomy, condition)["conservative"].values[0], abs=1e-6
    )


def test_an_empty_cleft_waits_for_the_fronts_from_its_rim():
    scenario, anatomy, condition = case("crush")
    middle = anatomy.fractured.points[anatomy.fractured.cells[:, :4]].mean(axis=1)
    z = middle[:, 2]
    inside = condition.territory > 0.9
    gap = np.where(inside & (np.abs(z - np.median(z[inside])) < 2.5), 1.0, 0.0)
    filled, empty = (
        Vascularity.of(scenario, anatomy, condition),
        Vascularity.of(scenario, anatomy, condition, gap=gap),
    )
    week_4 = [v.in_cells(v.advance(v.fresh(), 28.0)) for v in (filled, empty)]
    assert week_4[0][gap == 1].min() > 0.97
    assert week_4[1][gap == 1].min() < 0.9
    assert empty.in_cells(empty.fresh())[gap == 1].min() < value("perfusion", "residual") / 4


def test_strain_that_tears_vessels_stops_them():
    scenario, anatomy, condition = case("crush")
    vessels = Vascularity.of(scenario, anatomy, condition)
    strain = np.zeros((len(condition.territory), 6))
    quiet = vessels.advance(vessels.fresh(), 10.0, strain)
    strain[:, 2] = -0.2
    torn = vessels.advance(vessels.fresh(), 10.0, strain)
    assert torn == pytest.approx(vessels.fresh(), abs=0)
    assert quiet == pytest.approx(vessels.advance(vessels.fresh(), 10.0), abs=0)


def test_the_clock_of_a_slow_patient_is_stretched():
    scenario, anatomy, condition = case("crush")
    slow, *_ = case("crush", "patient.smoker=true", "patient.diabetes=true")
    growth = vessel_growth(slow)
    assert growth.speed == pytest.approx(
        1 / (value("factors", "smoker.time") * value("factors", "diabetes.time"))
    )
    healthy, hindered = Vascularity.of(scenario, anatomy, condition), Vascularity(anatomy, condition, growth)
    assert hindered.advance(hindered.fresh(), 10.0) == pytest.approx(
        healthy.advance(healthy.fresh(), 10.0 * growth.speed), abs=0.01
    )


def test_an_intact_body_is_perfused_throughout():
    scenario = read_scenario("crush", COARSE)
    whole = scenario.model_copy(update={"fracture": None})
    anatomy = build_anatomy(whole)
    volume = cell_volumes(anatomy.fractured.points, anatomy.fractured.cells)
    condition = Condition.of(whole, anatomy, volume)
    (history,) = perfusion_histories(whole, anatomy, condition).values()
    assert np.all(history.values == 1)
