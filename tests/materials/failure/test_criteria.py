"""Utilisation by named criteria."""

from functools import partial

import numpy as np
import pytest
from naive_return_mapping import planes

from vertebra.materials.failure import criteria as failure

COMPRESSION, TENSION = 2.0, 1.5
CRITERIA = (
    failure.box_utilisation,
    partial(failure.utilisation, "cut_box"),
    failure.mohr_coulomb_utilisation,
    failure.drucker_prager_utilisation,
    failure.tsai_wu_utilisation,
)


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


def test_cut_box_bears_half_its_compressive_strength_in_shear_and_all_of_it_under_pressure():
    def cut(stress):
        return failure.utilisation("cut_box", stress, COMPRESSION, TENSION)

    assert cut([COMPRESSION / 2, 0, -COMPRESSION / 2]) == pytest.approx(1)
    assert cut([-COMPRESSION] * 3) == pytest.approx(1)
    assert cut([-COMPRESSION, -COMPRESSION, 0]) == pytest.approx(1)


def test_cut_box_is_the_gauge_of_the_set_that_the_elastic_plastic_test_projects_on():
    """Scaled to a utilisation of 1 a stress lies on the boundary: a little less is inside, a little more is not."""
    rng = np.random.default_rng(3)
    stress = rng.normal(size=(200, 3))
    limit = stress / failure.cut_box_utilisation(stress, COMPRESSION, TENSION, 0.9)[:, None]
    normals, bounds = planes(COMPRESSION, TENSION, 0.9)
    np.testing.assert_allclose((limit @ normals.T - bounds).max(axis=1), 0, atol=1e-12)


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


@pytest.mark.parametrize("name", ["box", "mohr_coulomb", "drucker_prager", "tsai_wu"])
def test_criteria_by_name_are_the_functions_of_that_name(name):
    s = np.array([[-3.0, 0.5, 1.0]])
    assert failure.utilisation(name, s, 2.0, 1.0) == getattr(failure, f"{name}_utilisation")(s, 2.0, 1.0)


def test_von_mises_by_name_reads_compression():
    s = np.array([[-3.0, 0.5, 1.0]])
    assert failure.utilisation("von_mises", s, 2.0, 1.0) == failure.von_mises_utilisation(s, 2.0)


def test_unknown_criterion_is_refused():
    with pytest.raises(ValueError, match=r"expected one of box, cut_box, mohr_coulomb, .*effective_strain"):
        failure.utilisation("tresca", np.zeros((1, 3)), 2.0, 1.0)


def test_equal_strengths_make_the_pyramid_tresca():
    stress = np.array([-1.0, 0.3, 0.2])
    found = failure.mohr_coulomb_utilisation(stress, COMPRESSION, COMPRESSION)
    assert found == pytest.approx(np.ptp(stress) / COMPRESSION)


def test_pure_shear_at_the_cohesion_of_the_pyramid():
    """tau of yield is sigma_c sigma_t / (sigma_c + sigma_t) = c cos phi."""
    tau = COMPRESSION * TENSION / (COMPRESSION + TENSION)
    assert failure.mohr_coulomb_utilisation([tau, 0, -tau], COMPRESSION, TENSION) == pytest.approx(1)


def test_equal_strengths_make_the_quadric_von_mises():
    stress = np.array([-1.0, 0.3, 0.2])
    found = failure.tsai_wu_utilisation(stress, COMPRESSION, COMPRESSION, interaction=-0.5)
    assert found == pytest.approx(failure.von_mises_utilisation(stress, COMPRESSION))


def test_stress_over_its_utilisation_lies_on_the_quadric():
    stress = np.random.default_rng(6).normal(size=(20, 3))
    limit = stress / failure.tsai_wu_utilisation(stress, COMPRESSION, TENSION, interaction=-0.2)[:, None]
    linear = (1 / TENSION - 1 / COMPRESSION) * limit.sum(axis=1)
    pairs = limit[:, 0] * limit[:, 1] + limit[:, 1] * limit[:, 2] + limit[:, 2] * limit[:, 0]
    quadratic = ((limit**2).sum(axis=1) - 0.4 * pairs) / (COMPRESSION * TENSION)
    np.testing.assert_allclose(linear + quadratic, 1)


def test_orthotropic_quadric_knows_each_strength():
    compression, tension, shear = (
        np.array([1.0, 2.0, 3.0]),
        np.array([0.5, 1.5, 2.5]),
        np.array([0.7, 0.8, 0.9]),
    )
    limits = np.concatenate([-np.diag(compression), np.diag(tension)])
    stress = np.zeros((12, 6))
    stress[:6, :3] = limits
    stress[6:9, 3:], stress[9:, 3:] = np.diag(shear), -np.diag(shear)
    found = failure.tsai_wu_orthotropic_utilisation(stress, compression, tension, shear)
    np.testing.assert_allclose(found, 1)


def test_isotropic_quadric_is_an_orthotropic_one_with_its_own_shear_strength():
    """F44 = 2 (F11 - F12): then the axes do not matter."""
    f, rng = -0.3, np.random.default_rng(8)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    principal = np.array([-1.0, 0.3, 0.2])
    turned = (rotation * principal) @ rotation.T
    voigt = turned[(0, 1, 2, 1, 0, 0), (0, 1, 2, 2, 2, 1)]
    shear = np.sqrt(COMPRESSION * TENSION / (2 * (1 - f)))
    found = failure.tsai_wu_orthotropic_utilisation(
        voigt, [COMPRESSION] * 3, [TENSION] * 3, [shear] * 3, interaction=f
    )
    assert found == pytest.approx(
        failure.tsai_wu_utilisation(principal, COMPRESSION, TENSION, interaction=f), rel=1e-12
    )


def test_effective_strain_is_used_up_at_its_limit_both_ways():
    young = 300.0
    for strain in (0.007, -0.007):
        assert failure.effective_strain_utilisation(young * strain**2 / 2, young) == pytest.approx(1)
    assert failure.effective_strain_utilisation(young * 0.01**2 / 2, young, limit=0.02) == pytest.approx(0.5)


NU = 0.3


@pytest.mark.parametrize("criterion", failure.CRITERIA)
def test_every_criterion_by_name_is_used_up_at_the_compressive_strength(criterion):
    found = failure.utilisation(criterion, [-COMPRESSION, 0, 0], COMPRESSION, TENSION, NU)
    assert found == pytest.approx(1)


@pytest.mark.parametrize("criterion", failure.STRAIN_CRITERIA)
def test_criteria_of_strain_ask_for_poissons_ratio(criterion):
    with pytest.raises(ValueError, match=r"no Poisson's ratio\. Pass poisson"):
        failure.utilisation(criterion, [-1.0, 0, 0], COMPRESSION, TENSION)


def test_principal_strain_over_strength_and_modulus_is_that_of_the_strain():
    """A strength of yield strain times modulus makes both forms of the law one."""
    young, strain = 300.0, np.random.default_rng(9).normal(size=(20, 3)) * 0.01
    lam, mu = young * NU / ((1 + NU) * (1 - 2 * NU)), young / (2 * (1 + NU))
    stress = 2 * mu * strain + lam * strain.sum(axis=1, keepdims=True)
    yields = {"compression": 0.0084, "tension": 0.0078}
    found = failure.utilisation("principal_strain", stress, *(young * x for x in yields.values()), NU)
    np.testing.assert_allclose(found, failure.principal_strain_utilisation(strain, *yields.values()))


def test_side_pressure_makes_strain_smaller_and_pull_beside_it_larger():
    alone = failure.utilisation("principal_strain", [-1.0, 0, 0], COMPRESSION, TENSION, NU)
    held = failure.utilisation("principal_strain", [-1.0, -0.5, -0.5], COMPRESSION, TENSION, NU)
    assert held == pytest.approx(alone * (1 - NU))
    pulled = failure.utilisation("principal_strain", [-1.0, 0.5, 0.5], COMPRESSION, 10 * TENSION, NU)
    assert pulled == pytest.approx(alone * (1 + NU))


def test_effective_strain_by_name_is_that_of_the_energy():
    young, stress = 300.0, np.random.default_rng(10).normal(size=(20, 3))
    strain = ((1 + NU) * stress - NU * stress.sum(axis=1, keepdims=True)) / young
    energy = 0.5 * (stress * strain).sum(axis=1)
    found = failure.utilisation("effective_strain", stress, COMPRESSION, TENSION, NU)
    np.testing.assert_allclose(found, failure.effective_strain(energy, young) * young / COMPRESSION)


def test_soft_callus_strains_far_before_it_is_used_up():
    """At equal strain, bone past its yield strain fails and callus that bears 10 % strain does not."""
    young, limit = np.array([300.0, 10.0]), np.array([0.007, 0.10])
    stress = -0.01 * young[:, None] * [1.0, 0, 0]
    for criterion in ("box", *failure.STRAIN_CRITERIA):
        bone, callus = failure.utilisation(criterion, stress, young * limit, young * limit, np.full(2, NU))
        assert bone > 1
        assert callus == pytest.approx(0.1)
