"""The perfusion of a scenario."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from vertebra.courses.perfusion import Vascularity, perfusion_histories, vessel_growth
from vertebra.materials.table import value
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=1", "loading.ends='platens'")


@cache
def case(name, *more):
    """A vertebra, its fractured geometry, and the bone in it."""
    vertebra = VertebraModel.of(read_scenario(name, (*COARSE, *more)))
    fractured = vertebra.anatomy.fractured
    return vertebra, fractured, vertebra.bone(fractured)


def test_vessels_come_back_from_the_residual_to_all_of_the_zone():
    vertebra, _, bone = case("crush")
    (history,) = perfusion_histories(vertebra).values()
    mean = history.values @ bone.volume / bone.volume.sum()
    assert (history.days[0], history.days[-1]) == (0, 730)
    assert np.all(np.diff(mean) >= 0)
    assert mean[-1] > 0.99
    assert history.values.shape == (len(history.days), len(bone.territory))
    assert np.all(history.values[:, bone.territory == 0] == 1)
    inner = bone.territory > 0.9
    residual = value("perfusion", "residual")
    assert history.values[0, inner].min() == pytest.approx(residual, abs=0.01)
    # diffusion comes on top of what the remnants sprout
    sprouted = 1 - (1 - residual) * np.exp(-value("perfusion", "sprouting") * 14.0)
    assert history.on_day(14.0)[inner].min() > sprouted - 0.01


def test_two_steps_are_one_long_step():
    vertebra, fractured, _ = case("crush")
    vessels = Vascularity.of(vertebra, fractured)
    whole = vessels.advance(vessels.fresh(), 12.0)
    halves = vessels.advance(vessels.advance(vessels.fresh(), 5.0), 7.0)
    assert halves == pytest.approx(whole, abs=0.01)
    assert vessels.advance(whole, 0.0) == pytest.approx(whole, abs=0)


def stayed(vertebra):
    """Bone cells that stay broken, or unbroken, with all their nodes, where cells follow cement."""
    anatomy = vertebra.anatomy
    before, after = (
        Vascularity.of(vertebra, each) for each in (anatomy.fractured, anatomy.treated["vertebroplasty"])
    )
    mesh = anatomy.fractured.mesh
    same = (before.held == after.held)[mesh.cells[mesh.is_bone, :4]].all(axis=1)
    bare = np.zeros(mesh.n_points)  # of vessels: only unbroken cells have theirs
    same &= before.in_cells(bare) == after.in_cells(bare)
    assert 0.8 < same.mean() < 1
    return same


def test_cement_parts_the_arms_on_its_day_and_keeps_vessels_out():
    vertebra, fractured, bone = case("main", "arms.vertebroplasty.cement.volume_ml=7.0")
    found = perfusion_histories(vertebra)
    natural, filled = found["conservative"], found["vertebroplasty"]
    assert np.all(np.diff(filled.days) > 0)
    for day in (0.0, 3.0):
        assert filled.on_day(day) == pytest.approx(natural.on_day(day), abs=0.01)
    same = stayed(vertebra)
    assert filled.on_day(7.0)[same] == pytest.approx(natural.on_day(7.0)[same], abs=0.01)
    assert np.all(filled.on_day(7.0)[~same] >= natural.on_day(7.0)[~same] - 0.01)  # nearer to unbroken bone
    cement = vertebra.anatomy.cement["vertebroplasty"].fraction[bone.is_bone]
    corners = fractured.mesh.cells[bone.is_bone, :4]
    reached = np.isin(corners, corners[cement < 1]).any(axis=1)
    inside = ~reached & (bone.territory > 0.9)
    assert inside.any()
    assert filled.on_day(100.0)[inside] == pytest.approx(
        filled.on_day(7.0)[inside], abs=1e-6
    )  # D and sprouting are zero
    assert natural.on_day(100.0)[inside].min() > 0.99
    away = cement == 0
    assert np.all(filled.on_day(100.0)[away] <= natural.on_day(100.0)[away] + 0.01)


def test_cement_on_day_0_leaves_no_history_before_it():
    vertebra, _, _ = case("main", "arms.vertebroplasty.cement.day=0")
    filled = perfusion_histories(vertebra)["vertebroplasty"]
    assert filled.days[0] == 0
    fresh, same = perfusion_histories(vertebra)["conservative"].values[0], stayed(vertebra)
    assert filled.values[0][same] == pytest.approx(fresh[same], abs=1e-6)


def test_an_empty_cleft_waits_for_the_fronts_from_its_rim():
    vertebra, fractured, bone = case("crush")
    middle = fractured.mesh.points[fractured.mesh.cells[:, :4]].mean(axis=1)
    z = middle[:, 2]
    inside = bone.territory > 0.9
    gap = np.where(inside & (np.abs(z - np.median(z[inside])) < 2.5), 1.0, 0.0)
    filled, empty = (
        Vascularity.of(vertebra, fractured),
        Vascularity(fractured, replace(bone, gap=gap), vessel_growth(vertebra.scenario)),
    )
    week_4 = [v.in_cells(v.advance(v.fresh(), 28.0)) for v in (filled, empty)]
    assert week_4[0][gap == 1].min() > 0.97
    assert week_4[1][gap == 1].min() < 0.9
    assert empty.in_cells(empty.fresh())[gap == 1].min() < value("perfusion", "residual") / 4


def test_strain_that_tears_vessels_stops_them():
    vertebra, fractured, bone = case("crush")
    vessels = Vascularity.of(vertebra, fractured)
    strain = np.zeros((len(bone.territory), 6))
    quiet = vessels.advance(vessels.fresh(), 10.0, strain)
    strain[:, 2] = -0.2
    torn = vessels.advance(vessels.fresh(), 10.0, strain)
    assert torn == pytest.approx(vessels.fresh(), abs=0)
    assert quiet == pytest.approx(vessels.advance(vessels.fresh(), 10.0), abs=0)


def test_the_clock_of_a_slow_patient_is_stretched():
    vertebra, fractured, bone = case("crush")
    slow, *_ = case("crush", "patient.smoker=true", "patient.diabetes=true")
    growth = vessel_growth(slow.scenario)
    assert growth.speed == pytest.approx(
        1 / (value("factors", "smoker.time") * value("factors", "diabetes.time"))
    )
    healthy, hindered = Vascularity.of(vertebra, fractured), Vascularity(fractured, bone, growth)
    assert hindered.advance(hindered.fresh(), 10.0) == pytest.approx(
        healthy.advance(healthy.fresh(), 10.0 * growth.speed), abs=0.01
    )


def test_an_intact_body_is_perfused_throughout():
    scenario = read_scenario("crush", COARSE)
    (history,) = perfusion_histories(
        VertebraModel.of(scenario.model_copy(update={"fracture": None}))
    ).values()
    assert np.all(history.values == 1)
