import naive_stiffness
import numpy as np
import pytest

from vertebra.fem.cells.stress import energy_density, mean_stress, principal_stress, stress_of, von_mises
from vertebra.fem.systems.constraints import read_moduli


def as_matrix(stress):
    xx, yy, zz, yz, xz, xy = np.moveaxis(stress, -1, 0)
    return np.moveaxis(np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]), (0, 1), (-2, -1))


@pytest.fixture
def stress():
    return np.random.default_rng(0).uniform(-9, 9, (4, 5, 6))


def test_principal_values_against_eigenvalues(stress):
    np.testing.assert_allclose(principal_stress(stress), np.linalg.eigvalsh(as_matrix(stress)), atol=1e-12)


@pytest.mark.parametrize(
    ("stress", "expected"),
    [
        ([5, 5, 5, 0, 0, 0], [5, 5, 5]),
        ([0, 0, 0, 0, 0, 0], [0, 0, 0]),
        ([-3, 0, 0, 0, 0, 0], [-3, 0, 0]),
        ([0, 0, 0, 0, 0, 2], [-2, 0, 2]),
        ([1e-160, 0, 0, 0, 0, 0], [0, 0, 0]),
    ],
)
def test_principal_values_of_special_states(stress, expected):
    np.testing.assert_allclose(principal_stress(np.array(stress, float)), expected, atol=1e-14)


def test_invariants(stress):
    a, b, c = np.moveaxis(principal_stress(stress), -1, 0)
    np.testing.assert_allclose(von_mises(stress), np.sqrt(((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) / 2))
    np.testing.assert_allclose(mean_stress(stress), (a + b + c) / 3, atol=1e-13)


def test_stress_is_hookes_law():
    strain = np.random.default_rng(1).uniform(-1, 1, (2, 3, 6))
    young, poisson = np.array([10.0, 20.0]), np.array([0.2, 0.4])
    stress = stress_of(strain, *read_moduli(young, poisson, 2))
    for cell in range(2):
        D = naive_stiffness.elasticity_matrix(young[cell], poisson[cell])
        np.testing.assert_allclose(stress[cell], strain[cell] @ D, atol=1e-13)
        energy = 0.5 * np.einsum("qi,ij,qj->q", strain[cell], D, strain[cell])
        np.testing.assert_allclose(energy_density(strain, stress)[cell], energy)
