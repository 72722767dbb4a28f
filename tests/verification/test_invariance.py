"""What must not depend on the observer, the unit or the company.

Linear elasticity is objective (turn everything, and the stress turns with it), homogeneous in E (all moduli times c:
same displacement, forces times c) and linear (modes can be solved together, apart or in sums).
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box

MILLION = 2.0**20
"""A power of two scales every number without rounding."""


def voigt_to_tensor(stress):
    xx, yy, zz, yz, xz, xy = np.moveaxis(stress, -1, 0)
    return np.stack([xx, xy, xz, xy, yy, yz, xz, yz, zz], axis=-1).reshape(*stress.shape[:-1], 3, 3)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    axis=st.tuples(*[st.floats(-1, 1)] * 3),
    angle=st.floats(-3.1, 3.1),
    shift=st.tuples(*[st.floats(-100, 100)] * 3),
    spin=st.tuples(*[st.floats(-0.1, 0.1)] * 3),
    order=st.sampled_from([1, 2]),
)
def test_turned_problem_has_turned_stress(axis, angle, shift, spin, order):
    """Turn and shift mesh and supports, and superpose a small rigid motion that must not stress anything."""
    points, cells = box((2.0, 1.0, 1.5), (2, 2, 2), order)
    rng = np.random.default_rng(11)
    young = rng.uniform(100, 2000, len(cells))
    pushed = np.isclose(points[:, 2], 0) | np.isclose(points[:, 2], 1.5)
    supports = np.where(pushed[:, None], 0.01 * rng.uniform(-1, 1, points.shape), np.nan)
    size = np.sqrt(sum(x * x for x in axis))
    unit = np.array(axis) / size if size > 0.1 else np.array([0.0, 0.0, 1.0])
    R = Rotation.from_rotvec(angle * unit).as_matrix()
    turned = points @ R.T + shift
    rigid = np.cross(spin, turned - turned.mean(axis=0))
    before = Elasticity(points, cells, supports).solve(young, 0.3)
    after = Elasticity(turned, cells, supports @ R.T + rigid).solve(young, 0.3)
    scale = np.abs(before.stress()).max()
    expected = R @ voigt_to_tensor(before.stress()) @ R.T
    np.testing.assert_allclose(voigt_to_tensor(after.stress()), expected, atol=1e-8 * scale)
    np.testing.assert_allclose(after.displacement, before.displacement @ R.T + rigid, atol=1e-10)
    np.testing.assert_allclose(after.energy, before.energy, rtol=1e-8)


@pytest.mark.parametrize("name", ["linear_vertebra", "quadratic_vertebra"])
def test_all_moduli_times_a_million(name, request):
    vertebra = request.getfixturevalue(name)
    solutions = [
        Elasticity(vertebra.mesh.points, vertebra.mesh.cells, vertebra.supports).solve(
            factor * vertebra.young, vertebra.poisson, method="iterative"
        )  # a problem of its own for each: what an earlier solve has left counts in the iterations
        for factor in (1.0, MILLION)
    ]
    soft, hard = solutions
    assert hard.iterations == soft.iterations > 0
    largest = np.abs(soft.displacement).max()
    np.testing.assert_allclose(hard.displacement, soft.displacement, atol=1e-7 * largest)
    np.testing.assert_allclose(hard.energy, MILLION * soft.energy, rtol=1e-10, atol=1e-6 * hard.energy[0, 0])


@pytest.mark.parametrize("method", ["direct", "iterative"])
def test_modes_solved_together_are_the_modes_alone(linear_vertebra, method):
    mesh, supports = linear_vertebra.mesh, linear_vertebra.supports
    moduli = linear_vertebra.young, linear_vertebra.poisson
    together = linear_vertebra.problem.solve(*moduli, tolerance=1e-11, method=method)
    force = np.abs(together.reaction).max(axis=(1, 2))
    for k in range(len(supports)):
        alone = Elasticity(mesh.points, mesh.cells, supports[k]).solve(
            *moduli, tolerance=1e-11, method=method
        )
        largest = np.abs(alone.displacement).max()
        np.testing.assert_allclose(together.displacement[k], alone.displacement, atol=1e-8 * largest)
        np.testing.assert_allclose(together.reaction[k], alone.reaction, atol=1e-8 * force[k])
        assert together.energy[k, k] == pytest.approx(alone.energy, rel=1e-10)


def test_sum_of_modes_is_the_mode_of_the_sum(linear_vertebra):
    mesh, supports = linear_vertebra.mesh, linear_vertebra.supports
    moduli = linear_vertebra.young, linear_vertebra.poisson
    weight = np.array([0.4, 0.03, -0.02])
    parts = linear_vertebra.problem.solve(*moduli, method="direct")
    whole = Elasticity(mesh.points, mesh.cells, np.tensordot(weight, supports, 1), method="direct").solve(
        *moduli
    )
    expected = np.tensordot(weight, parts.stress(), 1)
    np.testing.assert_allclose(whole.stress(), expected, atol=1e-9 * np.abs(expected).max())
    assert whole.energy == pytest.approx(weight @ parts.energy @ weight, rel=1e-10)


def test_stiffer_moduli_never_give_a_softer_vertebra(linear_vertebra):
    """Rayleigh's monotonicity: K is a monotone function of every cell's E."""
    vertebra = linear_vertebra
    more = vertebra.young * np.random.default_rng(8).uniform(1.0, 2.0, len(vertebra.young))
    low, high = (
        vertebra.problem.solve(young, vertebra.poisson, method="direct").energy
        for young in (vertebra.young, more)
    )
    assert np.linalg.eigvalsh(high - low).min() > 0
    assert np.linalg.eigvalsh(2 * low - high).min() > 0
