"""Transversely isotropic bodies in constant stress: patch test under turned axes, columns at any angle, shear.

S. G. Lekhnitskii, Theory of Elasticity of an Anisotropic Body, 1963, chapters 1 and 2.
"""

import numpy as np
import pytest

from vertebra.checks.theory.anisotropic_stress import (
    MATERIAL,
    NU,
    NU_TRANSVERSE,
    PULL,
    SHEAR,
    SIZE,
    YOUNG,
    E,
    held_modulus,
    hold,
    modulus_at,
    patch,
    pull,
    tilted,
)
from vertebra.checks.theory.uniform_stress import GRADIENT as H
from vertebra.checks.theory.uniform_stress import distorted_box
from vertebra.fem import Elasticity
from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along
from vertebra.meshes.shapes import box


def spencer(axis, strain):
    """Stress (3, 3) of a strain about a unit axis a, with A = a a^T and along = a . e a, in Spencer's form.

    lam tr e I + 2 mu_T e + alpha (along I + tr e A) + 2 (mu_L - mu_T) (A e + e A) + beta along A

    A. J. M. Spencer, Continuum Theory of the Mechanics of Fibre-Reinforced Composites, 1984. About the third axis
    C_11 = lam + 2 mu_T, C_12 = lam, C_13 = lam + alpha, C_33 = lam + 2 alpha + beta + 4 mu_L - 2 mu_T.
    """
    D = (1 + NU_TRANSVERSE) * (1 - NU_TRANSVERSE - 2 * YOUNG * NU**2)
    C11 = E * YOUNG * (1 - YOUNG * NU**2) / D
    C12 = E * YOUNG * (NU_TRANSVERSE + YOUNG * NU**2) / D
    C13 = E * YOUNG * NU * (1 + NU_TRANSVERSE) / D
    C33 = E * (1 - NU_TRANSVERSE**2) / D
    mu_T, mu_L, lam, alpha = (C11 - C12) / 2, SHEAR * E, C12, C13 - C12
    beta = C33 - lam - 2 * alpha - 4 * mu_L + 2 * mu_T
    a = np.array(axis) / np.linalg.norm(axis)
    A, one, trace, along = np.outer(a, a), np.eye(3), np.trace(strain), a @ strain @ a
    stress = lam * trace * one + 2 * mu_T * strain + alpha * (along * one + trace * A)
    return stress + 2 * (mu_L - mu_T) * (A @ strain + strain @ A) + beta * along * A


@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("order", [1, 2])
def test_patch_under_a_turned_axis(order, method):
    axis = [1.0, 2.0, -0.5]
    linear, solution = patch(order, Anisotropy(MATERIAL, axes=axes_along(axis)), method)
    stress = spencer(axis, 0.5 * (H + H.T))
    voigt = stress[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
    np.testing.assert_allclose(solution.displacement, linear, atol=1e-13)
    np.testing.assert_allclose(solution.stress(), np.broadcast_to(voigt, solution.stress().shape), atol=1e-10)
    np.testing.assert_allclose(solution.energy, np.sum(stress * H) * 3.0, rtol=1e-12)  # volume 3


@pytest.mark.parametrize("degrees", [0, 30, 55, 90])
@pytest.mark.parametrize("order", [1, 2])
def test_column_pulled_at_an_angle_to_the_axis(order, degrees):
    angle = np.radians(degrees)
    _, solution = pull(order, tilted(angle))
    strain = PULL / modulus_at(angle)
    np.testing.assert_allclose(solution.strain()[..., 2], strain, rtol=1e-10)
    if degrees == 0:
        np.testing.assert_allclose(solution.strain()[..., :2], -NU * strain, rtol=1e-9)
    if degrees == 90:  # the axis along x: nu_zx = nu_t across, nu E_t / E_a along it
        np.testing.assert_allclose(solution.strain()[..., 1], -NU_TRANSVERSE * strain, rtol=1e-9)
        np.testing.assert_allclose(solution.strain()[..., 0], -NU * YOUNG * strain, rtol=1e-9)


@pytest.mark.parametrize("order", [1, 2])
def test_held_column(order):
    along = hold(order, tilted(0.0)).stress()
    side = NU / (1 - NU_TRANSVERSE) * YOUNG * held_modulus()
    expected = np.array([side, side, held_modulus(), 0, 0, 0]) * 0.01
    np.testing.assert_allclose(along, np.broadcast_to(expected, along.shape), atol=1e-9 * E)
    across = hold(order, tilted(np.pi / 2)).stress()[..., 2]
    D = (1 + NU_TRANSVERSE) * (1 - NU_TRANSVERSE - 2 * YOUNG * NU**2)
    np.testing.assert_allclose(across, 0.01 * E * YOUNG * (1 - YOUNG * NU**2) / D, rtol=1e-9)


def test_shear_in_planes_along_and_across_the_axis():
    points, cells = box(SIZE, (2, 2, 2), 1)
    boundary = ((points == 0) | (points == SIZE)).any(axis=1)[:, None]
    for i, j, known in ((0, 2, SHEAR * E), (1, 2, SHEAR * E), (0, 1, E * YOUNG / (2 * (1 + NU_TRANSVERSE)))):
        sheared = np.zeros(points.shape)
        sheared[:, i] = 0.01 * points[:, j]
        solution = Elasticity(points, cells, np.where(boundary, sheared, np.nan)).solve(
            E, 0.3, anisotropy=Anisotropy(MATERIAL), tolerance=1e-13
        )
        np.testing.assert_allclose(solution.stress()[..., 6 - i - j], 0.01 * known, rtol=1e-10)


@pytest.mark.parametrize("order", [1, 2])
def test_isotropic_constants_are_the_isotropic_path(order):
    points, cells = distorted_box(order)
    rng = np.random.default_rng(6)
    young, share = rng.uniform(100, 900, len(cells)), rng.uniform(0, 1, len(cells))
    held = (points[:, 2] == 0) | (points[:, 2] == 1)
    supports = np.where(held[:, None], 0.1 * points, np.nan)
    problem = Elasticity(points, cells, supports, method="direct")
    turned = Anisotropy(Orthotropy.isotropic(0.3), share, axes_along(rng.normal(size=(len(cells), 3))))
    one, other = problem.solve(young, 0.3), problem.solve(young, 0.3, anisotropy=turned)
    np.testing.assert_allclose(other.displacement, one.displacement, atol=1e-14)
    np.testing.assert_allclose(other.stress(), one.stress(), atol=1e-10)
    np.testing.assert_allclose(other.reaction, one.reaction, atol=1e-11)
    assert other.energy == pytest.approx(one.energy, rel=1e-13)


class Remodelling:
    """History: isotropic callus around a soft band becomes stiff, then takes the direction of what is around it."""

    def __init__(self, centres, n_times):
        self.centres, self.n_times = centres, n_times

    def __len__(self):
        return self.n_times

    def __getitem__(self, index):
        t = index / (self.n_times - 1)
        band = np.abs(self.centres[:, 2] - 0.5) < 0.25
        young = np.where(band, 5.0 * 60 ** min(1.0, 1.5 * t), 300.0)
        share = np.where(band, max(0.0, 2 * t - 1), 0.8)
        return young, 0.3, Anisotropy(MATERIAL, share, axes_along([0.2, 0.0, 1.0]))


@pytest.mark.parametrize("method", ["direct", "iterative"])
def test_certificates_of_a_series_hold(method):
    points, cells = distorted_box(2)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0
    top = points[:, 2] == 1
    supports[0, top] = [0, 0, -1]
    supports[1, top] = np.cross([-1, 0, 0], points[top] - [1.0, 0.75, 1.0])
    problem = Elasticity(points, cells, supports)
    history = Remodelling(points[cells].mean(axis=1), 11)
    trajectory = problem.trajectory(history, method=method, energy_tolerance=1e-3)
    assert max(trajectory.certificates) <= 1e-3
    assert "projected" in trajectory.origins
    stepper = problem.stepper(energy_tolerance=1e-3, method=method)
    for index, solution in enumerate(trajectory):
        young, poisson, anisotropy = history[index]
        exact = problem.solve(young, poisson, anisotropy=anisotropy, method="direct")
        for found in (solution, stepper.solve(young, poisson, anisotropy)):
            difference = found.displacement - exact.displacement
            force = problem._system.internal(exact._moduli, difference)
            error = np.sqrt(np.einsum("kni,kni->k", difference, force) / np.diag(exact.energy)).max()
            assert error <= found.certificate <= 1e-3
        np.testing.assert_allclose(
            solution.stress(), exact.stress(), atol=5e-3 * np.abs(exact.stress()).max()
        )


def test_series_whose_axes_turn_is_refused():
    points, cells = box(SIZE, (1, 1, 2), 1)
    supports = np.where((points[:, 2] == 0)[:, None], 0.0, np.full(points.shape, np.nan))
    supports[points[:, 2] == SIZE[2]] = 0.1
    stepper = Elasticity(points, cells, supports).stepper()
    stepper.solve(E, 0.3, tilted(0.0))
    with pytest.raises(ValueError, match="expected the same at all times"):
        stepper.solve(E, 0.3, tilted(0.3))
