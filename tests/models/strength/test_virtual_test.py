"""What is read from an elastic-plastic test."""

import numpy as np
import pytest

from vertebra.fem import Elasticity, NotConverged
from vertebra.fem.plasticity.softening import Softening
from vertebra.fem.systems.platens import platen_supports
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.shapes import box
from vertebra.models.response.specimen import Specimen
from vertebra.models.strength import virtual_test
from vertebra.models.strength.virtual_test import (
    CLINICAL_STRAIN,
    outcome,
    record_virtual_test,
    run_virtual_test,
    softening_of,
)
from vertebra.scenarios.loading_section import Capacity

AREA, HEIGHT, E, STRENGTH = 12.0, 5.0, 300.0, 2.0


def column(modes=("axial",)):
    """Specimen and properties of a box between glued platens; without Poisson's effect its stress is uniaxial."""
    points, cells = box((4.0, 3.0, HEIGHT), (2, 2, 2), 1)
    lower, upper = (np.flatnonzero(points[:, 2] == z) for z in (0, HEIGHT))
    problem = Elasticity(points, cells, platen_supports(points, lower, upper, modes=modes))
    everywhere = np.ones(len(cells))
    properties = MixedProperties(E * everywhere, 0 * everywhere, STRENGTH * everywhere, STRENGTH * everywhere)
    return Specimen(None, problem, HEIGHT, HEIGHT, np.zeros(3)), properties  # the mesh is not asked for


@pytest.mark.parametrize("modes", [("axial",), ("axial", "flexion", "lateral")])
def test_column_gives_its_strength_and_stiffness(modes):
    test = run_virtual_test(*column(modes))
    assert test.ultimate_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert test.stiffness == pytest.approx(E * AREA / HEIGHT, rel=1e-3)
    assert test.force_at_1p9_percent_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert STRENGTH / E < test.ultimate_strain <= 0.05
    assert test.row().keys() == {"ultimate_N", "ultimate_strain", "force_at_1p9_percent_N"}
    assert test.n_solves >= 1


def test_between_soft_ends_strain_is_that_of_the_bone(monkeypatch):
    """A column of three equal boxes, soft ones at its ends: the platens go further than the bone shortens."""
    soft, size = E / 20, HEIGHT / 3
    points, cells = box((4.0, 3.0, HEIGHT), (1, 1, 6), 1)
    lower, upper = (np.flatnonzero(points[:, 2] == z) for z in (0, HEIGHT))
    level = points[cells].mean(axis=1)[:, 2]
    bone = (level > size) & (level < 2 * size)
    ends = {"inferior_endplate": size, "superior_endplate": 2 * size}
    gauge = np.zeros_like(points)
    for z, sign in zip(ends.values(), (1.0, -1.0), strict=True):
        at = np.isclose(points[:, 2], z)
        gauge[at, 2] = sign / at.sum()
    specimen = Specimen(
        None, Elasticity(points, cells, platen_supports(points, lower, upper)), size, size, np.zeros(3), True
    )
    monkeypatch.setattr(Specimen, "gauge", gauge)  # that of a mesh is tested with specimens
    strength = np.where(bone, STRENGTH, np.inf)
    properties = MixedProperties(np.where(bone, E, soft), np.zeros(len(cells)), strength, strength)
    test = run_virtual_test(specimen, properties, tolerance=1e-4)
    assert test.ultimate_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert test.force_at_1p9_percent_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert test.ultimate_strain <= 0.05 <= test.shortening[-1] / size
    elastic = test.curve.force < 0.9 * STRENGTH * AREA
    assert test.shortening[elastic] == pytest.approx(test.curve.force[elastic] * size / (E * AREA), rel=1e-3)
    way = test.curve.amplitude - test.shortening
    assert way == pytest.approx(test.curve.force * 2 * size / (soft * AREA), rel=1e-3)


def test_short_test_says_that_it_is_too_short():
    test = run_virtual_test(*column(), largest_strain=0.5 * CLINICAL_STRAIN)
    with pytest.raises(ValueError, match="lies outside the test"):
        _ = test.force_at_1p9_percent_N


def test_a_run_keeps_numbers_curve_and_cost():
    record = record_virtual_test(*column(), Capacity())
    test = run_virtual_test(*column())
    assert record["ultimate_N"] == pytest.approx(test.ultimate_N, rel=1e-3)
    assert record["force_1p9_percent_N"] == pytest.approx(test.force_at_1p9_percent_N, rel=1e-3)
    assert record["force_N"][0] == record["displacement_mm"][0] == 0
    assert max(record["force_N"]) == record["ultimate_N"]
    assert record["displacement_mm"][-1] == pytest.approx(0.05 * HEIGHT)
    assert record["increments"] == len(record["force_N"]) - 1 == len(record["displacement_mm"]) - 1
    assert record["yielded_share"] == pytest.approx(1)
    assert record["wall_s"] > 0
    assert outcome(record).startswith(f", elastic-plastic test to {record['ultimate_N']:.0f} N in ")
    assert outcome({}) == ""


def test_a_test_without_equilibrium_is_recorded_with_its_reason(monkeypatch):
    reason = "amplitude 1 of 2 not reached"

    def fails(*_, **__):
        raise NotConverged(reason, [1.0, 0.5])

    monkeypatch.setattr(virtual_test, "run_virtual_test", fails)
    record = record_virtual_test(*column(), Capacity())
    assert record["failed"] == reason
    assert "ultimate_N" not in record
    assert outcome(record) == ", elastic-plastic test failed"


def test_softening_is_off_unless_a_scenario_asks_for_it():
    assert softening_of(Capacity()) is None
    law = softening_of(Capacity(softening_strain=0.02, softening_residual=0.5))
    assert law == Softening(0.02, 0.5)


def test_a_column_that_softens_ends_at_its_residual_strength():
    specimen, properties = column()
    perfect = run_virtual_test(specimen, properties)
    soft = run_virtual_test(specimen, properties, softening=Softening(0.01, 0.5))
    assert soft.curve.force[-1] == pytest.approx(0.5 * perfect.curve.force[-1], rel=1e-3)
    assert soft.ultimate_N == pytest.approx(perfect.ultimate_N, rel=0.1)
