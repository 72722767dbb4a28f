"""Loss of strength with flow."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.fem.plasticity.return_mapping import Strength
from vertebra.fem.plasticity.softening import Softening, flow_size
from vertebra.meshes.shapes import box

E, STRENGTH, LENGTH, AREA = 300.0, 2.0, 5.0, 12.0


def test_strength_falls_linearly_to_its_residual():
    law = Softening(strain=0.02, residual=0.25)
    strength = Strength(np.full((4, 1), 2.0), np.array([[1.0], [1.0], [1.0], [np.inf]]), np.full((4, 1), 0.8))
    softened = law.apply(strength, np.array([[0.0], [0.01], [0.5], [0.01]]))
    np.testing.assert_allclose(softened.compression.ravel(), [2.0, 1.25, 0.5, 1.25])
    np.testing.assert_allclose(softened.tension.ravel(), [1.0, 0.625, 0.25, np.inf])
    np.testing.assert_allclose(softened.shear.ravel(), [0.8, 0.5, 0.2, 0.5])


def test_size_of_flow_is_the_norm_of_the_tensor():
    tensor = np.array([[0.1, 0.2, 0.3], [0.2, -0.4, 0.5], [0.3, 0.5, 0.6]])
    voigt = np.array([0.1, -0.4, 0.6, 1.0, 0.6, 0.4])
    assert flow_size(voigt) == pytest.approx(np.linalg.norm(tensor))


@pytest.mark.parametrize(("strain", "residual"), [(0.0, 0.5), (0.01, 0.0), (0.01, 1.5)])
def test_what_is_no_softening_is_refused(strain, residual):
    with pytest.raises(ValueError, match="expected a share above 0"):
        Softening(strain, residual)


def test_column_follows_the_law_to_first_order_in_the_increment():
    """Uniaxial: strain = sigma / E + k and sigma = sigma_0 (1 - (1 - r) k / k_r)."""
    law = Softening(strain=0.05, residual=0.2)
    points, cells = box((4.0, 3.0, LENGTH), (1, 1, 1), 1)
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
    supports[points[:, 2] == LENGTH, 2] = -1.0
    test = Plasticity(Elasticity(points, cells, supports))
    largest = 0.04 * LENGTH

    def error(n):
        curve = test.test(
            E,
            0.3,
            STRENGTH,
            STRENGTH,
            Way(largest=largest, longest=largest / n),
            softening=law,
            tolerance=1e-8,
        )
        modulus = (1 - law.residual) * STRENGTH / law.strain
        strain = curve.amplitude / LENGTH
        flow = np.maximum(0, strain - STRENGTH / E) / (1 - modulus / E)
        exact = AREA * np.minimum(E * strain, STRENGTH - modulus * flow)
        assert curve.ultimate == pytest.approx(AREA * STRENGTH, rel=0.1)
        return np.abs(curve.force - exact).max() / (AREA * STRENGTH)

    errors = np.array([error(n) for n in (25, 50, 100)])
    assert np.all(errors[1:] < 0.6 * errors[:-1])
    assert errors[-1] < 0.02
