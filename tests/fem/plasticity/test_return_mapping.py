"""Perfect plasticity in a box of principal stresses, whole or cut by a shear strength, at single points."""

import naive_return_mapping as naive
import numpy as np
import pytest

from vertebra.fem.cells.stress import stress_of
from vertebra.fem.plasticity.return_mapping import Strength, return_map, return_map_tangent

E, NU = 300.0, 0.3
MU = E / (2 * (1 + NU))
LAM = 2 * MU * NU / (1 - 2 * NU)
COMPRESSION, TENSION = 2.0, 1.5
YIELD = COMPRESSION / E
VOIGT_PLACE = [0, 5, 4, 5, 1, 3, 4, 3, 2]


def one(strain, plastic=(0, 0, 0, 0, 0, 0), compression=COMPRESSION, tension=TENSION, shear=np.inf):
    """Stress and plastic strain of a single point."""
    stress, new = return_map(
        np.array(strain, float).reshape(1, 1, 6),
        np.array(plastic, float).reshape(1, 1, 6),
        np.array([LAM]),
        np.array([MU]),
        Strength(np.array([[compression]]), np.array([[tension]]), np.array([[shear]])),
    )
    return stress[0, 0], new[0, 0]


@pytest.fixture(scope="module", params=["box", "cut"])
def cloud(request):
    """Random points: strain, plastic strain, moduli, strengths; most of them yield, some cannot."""
    rng = np.random.default_rng(1)
    m = 120
    strength = Strength(rng.uniform(0.5, 2.0, (m, 2)), rng.uniform(0.5, 2.0, (m, 2)), np.full((m, 2), np.inf))
    strength.compression[:10] = strength.tension[5:15] = np.inf
    if request.param == "cut":  # some below the uniaxial strengths, some beyond the corner of the box
        strength.shear[:] = rng.uniform(0.2, 1.8, (m, 2))
        strength.shear[20:50] = strength.compression[20:50] / 2
    strain, plastic = 0.01 * rng.normal(size=(m, 2, 6)), 0.002 * rng.normal(size=(m, 2, 6))
    return strain, plastic, rng.uniform(50, 300, m), rng.uniform(50, 300, m), strength


def test_kernel_is_its_naive_twin(cloud):
    strain, plastic, lam, mu, strength = cloud
    stress, new = return_map(*cloud)
    for c in range(len(lam)):
        for q in range(2):
            expected = naive.return_map(
                strain[c, q],
                plastic[c, q],
                lam[c],
                mu[c],
                strength.compression[c, q],
                strength.tension[c, q],
                strength.shear[c, q],
            )
            np.testing.assert_allclose(stress[c, q], expected[0], atol=1e-12)
            np.testing.assert_allclose(new[c, q], expected[1], atol=1e-14)


def test_stress_is_elastic_in_what_has_not_flowed(cloud):
    strain, _, lam, mu, _ = cloud
    stress, new = return_map(*cloud)
    np.testing.assert_allclose(stress, stress_of(strain - new, lam, mu), atol=1e-12)


def test_inside_the_box_nothing_flows():
    plastic = np.array([1e-3, 0, -2e-3, 0, 5e-4, 0])
    strain = plastic + 0.4 * YIELD * np.array([0, 0.3, -1, 0.2, 0, 0.1])
    stress, new = one(strain, plastic)
    np.testing.assert_array_equal(new, plastic)
    elastic = stress_of((strain - plastic).reshape(1, 1, 6), np.array([LAM]), np.array([MU]))[0, 0]
    np.testing.assert_allclose(stress, elastic, rtol=1e-12)


@pytest.mark.parametrize(("sign", "limit"), [(-1, COMPRESSION), (1, TENSION)])
def test_uniaxial_flow_has_its_direction_and_no_other(sign, limit):
    axial = 3 * limit / E
    strain = sign * np.array([-NU * limit / E, -NU * limit / E, axial, 0, 0, 0])
    stress, new = one(strain)
    np.testing.assert_allclose(stress, [0, 0, sign * limit, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(new, [0, 0, sign * (axial - limit / E), 0, 0, 0], atol=1e-15)


def test_pressure_is_limited_by_the_strength():
    stress, _ = one([-0.01, -0.01, -0.01, 0, 0, 0])
    np.testing.assert_allclose(stress, [-COMPRESSION] * 3 + [0] * 3, atol=1e-12)


def test_shear_ends_at_both_strengths():
    """Principal stresses sigma_t and -sigma_c at 45 degrees: mean (sigma_t - sigma_c) / 2, radius half the sum."""
    stress, _ = one([0, 0, 0, 0.1, 0, 0], tension=1.0)
    middle = stress[0]
    normal = 0.5 * (1.0 - COMPRESSION)
    np.testing.assert_allclose(stress, [middle, normal, normal, 0.5 * (1.0 + COMPRESSION), 0, 0], atol=1e-12)
    assert -COMPRESSION < middle < 1.0


def test_pure_shear_ends_at_the_shear_strength():
    stress, new = one([0, 0, 0, 0.1, 0, 0], shear=COMPRESSION / 2)
    np.testing.assert_allclose(stress, [0, 0, 0, COMPRESSION / 2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(new, [0, 0, 0, 0.1 - COMPRESSION / 2 / MU, 0, 0], atol=1e-15)


@pytest.mark.parametrize(("sign", "limit"), [(-1, COMPRESSION), (1, TENSION)])
def test_a_shear_strength_of_half_the_compressive_one_leaves_the_uniaxial_ones(sign, limit):
    """The side stress of an axial strain with free sides vanishes before and after yield."""
    plastic = np.zeros(6)
    for share in np.linspace(0.2, 3, 15):
        axial = sign * share * limit / E
        side = 0.0  # strain of the free sides, by Newton on a scalar
        for _ in range(30):
            found, _ = one([side, side, axial, 0, 0, 0], plastic, shear=COMPRESSION / 2)
            side -= found[0] / (E / (1 - NU)) if abs(found[0]) > 1e-13 else 0.0
        stress, plastic = one([side, side, axial, 0, 0, 0], plastic, shear=COMPRESSION / 2)
        np.testing.assert_allclose(stress, [0, 0, sign * limit * min(share, 1), 0, 0, 0], atol=1e-9)


def test_pressure_does_not_feel_the_shear_strength():
    stress, _ = one([-0.01, -0.01, -0.01, 0, 0, 0], shear=0.3 * COMPRESSION)
    np.testing.assert_allclose(stress, [-COMPRESSION] * 3 + [0] * 3, atol=1e-12)


def test_an_infinite_shear_strength_is_the_default():
    strain = np.random.default_rng(5).normal(size=(4, 1, 6)) * 0.02
    given = np.full(4, LAM), np.full(4, MU)
    bounds = np.full((4, 1), COMPRESSION), np.full((4, 1), TENSION)
    plain = return_map(strain, np.zeros_like(strain), *given, Strength(*bounds))
    corner = return_map(strain, np.zeros_like(strain), *given, Strength(*bounds, (bounds[0] + bounds[1]) / 2))
    np.testing.assert_allclose(plain[0], corner[0], atol=1e-12)


def test_stress_stays_within_the_shear_strength(cloud):
    *_, strength = cloud
    stress, _ = return_map(*cloud)
    tensors = stress[..., VOIGT_PLACE].reshape(*stress.shape[:2], 3, 3)
    s = np.linalg.eigvalsh(tensors)
    assert np.all(s[..., 2] - s[..., 0] <= 2 * strength.shear + 1e-10)


def test_turning_the_strain_turns_the_stress(cloud):
    strain, plastic, *rest = cloud
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))

    def turn(voigt, engineering):
        out = np.empty_like(voigt)
        for at in np.ndindex(voigt.shape[:2]):
            turned = naive.to_voigt(rotation @ naive.to_tensor(voigt[at], engineering) @ rotation.T)
            out[at] = turned * ([1, 1, 1, 2, 2, 2] if engineering else 1)
        return out

    stress, new = return_map(strain, plastic, *rest)
    turned_stress, turned_new = return_map(turn(strain, True), turn(plastic, True), *rest)
    np.testing.assert_allclose(turned_stress, turn(stress, False), atol=1e-11)
    np.testing.assert_allclose(turned_new, turn(new, True), atol=1e-13)


def test_halving_the_step_quarters_the_error_of_the_tangent(cloud):
    strain, plastic, *rest = cloud
    stress, _, tangent = return_map_tangent(strain, plastic, *rest)
    direction = np.random.default_rng(3).normal(size=strain.shape)
    linear = np.einsum("cqij,cqj->cqi", tangent, direction)

    def error(h):
        return np.abs(return_map(strain + h * direction, plastic, *rest)[0] - stress - h * linear).sum()

    steps = 1e-6 / 2.0 ** np.arange(4)  # small enough that no point changes its faces
    errors = np.array([error(h) for h in steps])
    assert errors[-1] > 1e-10  # above rounding
    assert np.all(errors[1:] < 0.3 * errors[:-1])


def test_tangent_is_symmetric_and_not_negative(cloud):
    _, _, tangent = return_map_tangent(*cloud)
    np.testing.assert_allclose(tangent, np.swapaxes(tangent, -1, -2), atol=1e-12)
    assert np.linalg.eigvalsh(tangent).min() > -1e-9


def test_random_loading_never_creates_energy(cloud):
    """Work of the end stress on a step is at least what is stored: sigma : d strain >= d psi."""
    _, _, lam, mu, strength = cloud
    rng = np.random.default_rng(4)
    strain = np.zeros((len(lam), 2, 6))
    plastic, stored, dissipated = np.zeros_like(strain), 0.0, 0.0
    for _ in range(12):
        step = 0.005 * rng.normal(size=strain.shape)
        strain = strain + step
        stress, new = return_map(strain, plastic, lam, mu, strength)
        energy = 0.5 * np.einsum("cqi,cqi->cq", stress, strain - new)
        work = np.einsum("cqi,cqi->cq", stress, step)
        assert np.all(work >= energy - stored - 1e-12)
        flow = np.einsum("cqi,cqi->cq", stress, new - plastic)
        assert np.all(flow >= -1e-12)
        plastic, stored = new, energy
        dissipated += flow.sum()
    assert dissipated > 0


def test_proportional_loading_takes_any_number_of_steps():
    """With fixed principal directions that load only, one step is exact."""
    strain = np.array([0.002, 0.001, -0.02, 0, 0, 0])
    once, new = one(strain)
    plastic = np.zeros(6)
    for share in np.linspace(0.1, 1, 10):
        stress, plastic = one(share * strain, plastic)
    np.testing.assert_allclose(stress, once, atol=1e-12)
    np.testing.assert_allclose(plastic, new, atol=1e-15)


def test_halving_the_steps_of_a_turning_path_halves_the_error():
    """Compression to twice the yield strain, then shear: principal directions turn while the material flows."""

    def end(n):
        plastic, stress = np.zeros(6), np.zeros(6)
        for s in np.linspace(1 / n, 1, n):
            strain = YIELD * np.array([NU, NU, -1 - s, 0, 2 * s, 0])
            stress, plastic = one(strain, plastic)
        return stress

    exact = 2 * end(2048) - end(1024)
    errors = np.array([np.abs(end(n) - exact).max() for n in (8, 16, 32, 64)])
    assert np.all(errors[1:] < 0.6 * errors[:-1])
    assert errors[0] < 0.1 * COMPRESSION
