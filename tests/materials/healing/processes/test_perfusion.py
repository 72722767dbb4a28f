"""Growth of vessels into broken bone: its coefficients."""

import numpy as np
import pytest

from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.healing.processes.perfusion import (
    VesselGrowth,
    fresh_vascularity,
    is_vital,
    strain_slowdown,
)
from vertebra.materials.table import rows, value


def uniaxial(*strains):
    tensor = np.zeros((len(strains), 6))
    tensor[:, 2] = strains
    return tensor


def test_vital_bone_keeps_its_vessels_and_broken_bone_the_residual():
    territory, gap = np.array([0.0, 0.5, 1.0, 1.0]), np.array([0.0, 0.0, 0.0, 1.0])
    residual = value("perfusion", "residual")
    assert fresh_vascularity(territory, gap) == pytest.approx([1, (1 + residual) / 2, residual, 0])
    assert is_vital(territory, gap).tolist() == [True, False, False, False]
    assert is_vital(np.array([0.0, 0.0]), np.array([0.0, 0.01])).tolist() == [True, False]


def test_a_cleft_does_not_sprout_and_lets_vessels_through_slowly():
    gap, slow = np.array([0.0, 0.25, 1.0]), value("perfusion", "cleft")
    diffusivity, sprouting = VesselGrowth().coefficients(gap=gap)
    assert diffusivity == pytest.approx(
        value("perfusion", "diffusivity") * np.array([1, 0.75 + 0.25 * slow, slow])
    )
    assert sprouting == pytest.approx(value("perfusion", "sprouting") * np.array([1, 0.75, 0]))


def test_cement_blocks_both():
    diffusivity, sprouting = VesselGrowth().coefficients(cement=np.array([0.0, 0.5, 1.0]))
    assert diffusivity / value("perfusion", "diffusivity") == pytest.approx([1, 0.5, 0])
    assert sprouting / value("perfusion", "sprouting") == pytest.approx([1, 0.5, 0])


def test_strain_slows_vessels_between_its_two_limits_whatever_its_sign():
    low, high = value("perfusion", "strain.unhindered"), value("perfusion", "strain.torn")
    strain = uniaxial(0, low, -(low + high) / 2, (low + high) / 2, high, -2 * high)
    expected = [1, 1, 0.5, 0.5, 0, 0]
    assert strain_slowdown(strain) == pytest.approx(expected)
    diffusivity, sprouting = VesselGrowth().coefficients(strain=strain)
    assert diffusivity / value("perfusion", "diffusivity") == pytest.approx(expected)
    assert sprouting / value("perfusion", "sprouting") == pytest.approx(expected)


def test_vessels_of_a_smoker_are_as_late_as_the_rest_of_healing():
    smoker = patient_effect(Patient(smoker=True))
    assert smoker.vessel_speed == pytest.approx(1 / value("factors", "smoker.time"))


def test_other_factors_slow_vessels_by_their_time_ratio():
    sick = patient_effect(Patient(smoker=True, glucocorticoids=True))
    slow, healthy = VesselGrowth(sick.vessel_speed), VesselGrowth()
    expected = value("factors", "smoker.vessels") / value("factors", "glucocorticoids.time")
    assert slow.speed == pytest.approx(expected)
    for ours, theirs in zip(slow.coefficients(), healthy.coefficients(), strict=True):
        assert ours == pytest.approx(expected * theirs)
    with pytest.raises(ValueError, match="speed is 0, expected a positive factor"):
        VesselGrowth(speed=0.0)


def test_sprouting_brings_vessels_in_time_where_diffusion_alone_does_not():
    thickness, late = 5.0, 56.0  # half thickness of a crushed zone [mm]; filled with bone by then [d]
    rate = np.pi**2 * value("perfusion", "diffusivity") / (4 * thickness**2)
    middle = 1 - 4 / np.pi * np.exp(-rate * late)
    assert middle < 0.95
    remnants = 1 - (1 - value("perfusion", "residual")) * np.exp(
        -value("perfusion", "sprouting") * np.array([7, 14])
    )
    assert np.all(remnants > 0.5)  # as in all grafts of Riebel 1995 after 1 to 2 weeks


def test_every_constant_has_a_range_that_holds_it():
    for row in rows("perfusion"):
        assert row.limits is not None
        assert row.limits[0] <= row.value <= row.limits[1]
        assert row.is_approximate
