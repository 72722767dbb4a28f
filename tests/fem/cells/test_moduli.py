import numpy as np
import pytest
from naive_stiffness import elasticity_matrix

from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along
from vertebra.fem.cells.moduli import Moduli

MATERIAL = Orthotropy((0.3, 0.5), (0.2, 0.3, 0.25), (0.15, 0.2, 0.12))
RNG = np.random.default_rng(4)
N = 40
AXES = axes_along(RNG.normal(size=(N, 3)))


def read(rng, axes=AXES, material=MATERIAL):
    """Cells of any share, some of 0 and 1."""
    share = np.clip(rng.uniform(-0.5, 1.5, N), 0, 1)
    given = 10 ** rng.uniform(-1, 3, N), rng.uniform(0, 0.4, N)
    return Moduli.read(*given, N, Anisotropy(material, share, axes)), *given, share


def stiffness(young, poisson, share):
    """C (6, 6) of every cell, as the docstring of `Anisotropy` says."""
    own = MATERIAL.turned(AXES)
    return [
        E * ((1 - s) * elasticity_matrix(1.0, nu) + s * C)
        for E, nu, s, C in zip(young, poisson, share, own, strict=True)
    ]


def test_stress_is_that_of_the_mixture():
    moduli, young, poisson, share = read(RNG)
    strain = RNG.normal(size=(2, N, 4, 6))
    expected = np.einsum("cij,kcqj->kcqi", stiffness(young, poisson, share), strain)
    np.testing.assert_allclose(moduli.stress(strain), expected, atol=1e-12 * np.abs(expected).max())


def test_extremes_bound_the_energy_of_every_strain_and_are_met():
    moduli, *given = read(RNG)
    other, *others = read(RNG)
    inverse_roots = [np.linalg.inv(np.linalg.cholesky(C)) for C in stiffness(*others)]
    ratios = [np.linalg.eigvalsh(L @ C @ L.T) for L, C in zip(inverse_roots, stiffness(*given), strict=True)]
    low, high = moduli.extremes(other)
    assert low == pytest.approx(np.min(ratios), rel=1e-9)
    assert high == pytest.approx(np.max(ratios), rel=1e-9)
    low, high = other.extremes(moduli)
    assert low == pytest.approx(1 / np.max(ratios), rel=1e-9)


def test_extremes_against_isotropic_moduli():
    moduli, young, poisson, share = read(RNG)
    isotropic = Moduli.read(100.0, 0.3, N)
    C = elasticity_matrix(100.0, 0.3)
    root = np.linalg.inv(np.linalg.cholesky(C))
    ratios = [np.linalg.eigvalsh(root @ each @ root.T) for each in stiffness(young, poisson, share)]
    low, high = moduli.extremes(isotropic)
    assert (low, high) == pytest.approx((np.min(ratios), np.max(ratios)), rel=1e-9)
    low, high = isotropic.extremes(moduli)
    assert (low, high) == pytest.approx((1 / np.max(ratios), 1 / np.min(ratios)), rel=1e-9)


def test_extremes_of_a_multiple_are_the_multiple():
    moduli, young, poisson, share = read(RNG)
    more = Moduli.read(3 * young, poisson, N, Anisotropy(MATERIAL, share, AXES))
    assert more.extremes(moduli) == pytest.approx((3, 3), rel=1e-7)


def test_no_share_is_isotropic():
    moduli = Moduli.read(100.0, 0.3, N, Anisotropy(MATERIAL, 0.0))
    assert moduli.aligned is None
    assert moduli.shear == pytest.approx(np.full(N, 100 / 2.6))


@pytest.mark.parametrize("other", [{"axes": AXES[::-1]}, {"material": Orthotropy.isotropic(0.3)}])
def test_axes_and_constants_stay_in_a_series(other):
    moduli, *_ = read(RNG)
    turned, *_ = read(RNG, **other)
    with pytest.raises(ValueError, match="expected the same at all times"):
        moduli.extremes(turned)
