"""Utilisation by named criteria."""

import numpy as np
import pytest

from vertebra.materials import failure

COMPRESSION, TENSION = 2.0, 1.5
CRITERIA = (failure.box_utilisation, failure.drucker_prager_utilisation)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_uniaxial_strengths_are_the_limit(criterion):
    assert criterion([-COMPRESSION, 0, 0], COMPRESSION, TENSION) == pytest.approx(1)
    assert criterion([0, TENSION, 0], COMPRESSION, TENSION) == pytest.approx(1)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_utilisation_is_proportional_to_load_and_blind_to_order(criterion):
    stress = np.array([[-1.0, 0.3, 0.2], [0.1, -0.4, 0.6]])
    once = criterion(stress, COMPRESSION, TENSION)
    np.testing.assert_allclose(criterion(3 * stress, COMPRESSION, TENSION), 3 * once)
    np.testing.assert_allclose(criterion(stress[:, ::-1], COMPRESSION, TENSION), once)


def test_drucker_prager_is_its_textbook_form():
    stress = np.array([-1.0, 0.3, 0.2])
    root_j2 = failure.von_mises_stress(stress) / np.sqrt(3)
    a = (COMPRESSION - TENSION) / (np.sqrt(3) * (COMPRESSION + TENSION))
    k = 2 * COMPRESSION * TENSION / (np.sqrt(3) * (COMPRESSION + TENSION))
    found = failure.drucker_prager_utilisation(stress, COMPRESSION, TENSION)
    assert found == pytest.approx((root_j2 + a * stress.sum()) / k)


def test_pressure_never_yields_the_cone_but_does_the_box():
    pressure = [-1.0, -1.0, -1.0]
    assert failure.drucker_prager_utilisation(pressure, COMPRESSION, TENSION) == 0
    assert failure.box_utilisation(pressure, COMPRESSION, TENSION) == pytest.approx(1 / COMPRESSION)


def test_equal_strengths_make_the_cone_von_mises():
    stress = np.array([-1.0, 0.3, 0.2])
    found = failure.drucker_prager_utilisation(stress, COMPRESSION, COMPRESSION)
    assert found == pytest.approx(failure.von_mises_utilisation(stress, COMPRESSION))


def test_von_mises_of_shear_and_uniaxial_stress():
    assert failure.von_mises_stress([0.7, 0, -0.7]) == pytest.approx(np.sqrt(3) * 0.7)
    assert failure.von_mises_stress([-0.7, 0, 0]) == pytest.approx(0.7)


def test_principal_strain_knows_tension_from_compression():
    assert failure.principal_strain_utilisation([-0.0084, 0.002, 0.002]) == pytest.approx(1)
    assert failure.principal_strain_utilisation([0.0078, 0, 0]) == pytest.approx(1)
    assert failure.principal_strain_utilisation([-0.01, 0, 0], yield_compression=0.02) == pytest.approx(0.5)


def test_effective_strain_of_uniaxial_stress_is_the_strain():
    young, strain = 300.0, 0.007
    assert failure.effective_strain(young * strain**2 / 2, young) == pytest.approx(strain)


def test_strength_per_element_broadcasts_over_quadrature_points():
    stress = np.random.default_rng(5).normal(size=(4, 3, 3))
    strength = np.array([1.0, 2.0, 3.0, np.inf])
    found = failure.box_utilisation(stress, strength[:, None], strength[:, None])
    np.testing.assert_allclose(found, np.abs(stress).max(axis=-1) / strength[:, None])
    assert np.all(failure.drucker_prager_utilisation(stress, strength[:, None], strength[:, None])[3] == 0)


def test_criteria_by_name_are_the_functions_of_that_name():
    s = np.array([[-3.0, 0.5, 1.0]])
    assert failure.utilisation("box", s, 2.0, 1.0) == failure.box_utilisation(s, 2.0, 1.0)
    assert failure.utilisation("von_mises", s, 2.0, 1.0) == failure.von_mises_utilisation(s, 2.0)
    assert failure.utilisation("drucker_prager", s, 2.0, 1.0) == failure.drucker_prager_utilisation(
        s, 2.0, 1.0
    )
    with pytest.raises(ValueError, match="expected box, drucker_prager or von_mises"):
        failure.utilisation("tresca", s, 2.0, 1.0)
