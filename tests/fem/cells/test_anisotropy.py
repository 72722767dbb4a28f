import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along, read_anisotropy

BONE = {"young": 0.333, "poisson_transverse": 0.381, "poisson_axial": 0.312, "shear_axial": 0.157}
ratio = st.floats(0.05, 3.0)
nu = st.floats(-0.4, 0.45)
angle = st.floats(0.0, 6.3)


def compliance(material):
    """The textbook's compliance, xx yy zz yz xz xy, for E_z = 1."""
    (x, y), (zy, zx, xy) = material.young, material.poisson
    S = np.zeros((6, 6))
    S[0, 0], S[1, 1], S[2, 2] = 1 / x, 1 / y, 1
    S[0, 1] = S[1, 0] = -xy / x
    S[0, 2] = S[2, 0] = -zx
    S[1, 2] = S[2, 1] = -zy
    S[3:, 3:] = np.diag(1 / np.array(material.shear))
    return S


def rotation(a, b, c):
    cosine, sine = np.cos([a, b, c]), np.sin([a, b, c])
    first, second, third = (
        np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])[np.ix_(p, p)]
        for c, s, p in zip(cosine, sine, ([0, 1, 2], [2, 0, 1], [0, 1, 2]), strict=True)
    )
    return first @ second @ third


def tensor(voigt):
    """C_ijkl (3, 3, 3, 3) of C (6, 6)."""
    place = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])
    return voigt[place[:, :, None, None], place[None, None]]


@given(ratio, ratio, nu, nu, nu, ratio, ratio, ratio)
def test_stiffness_inverts_the_textbook_or_is_refused(x, y, zy, zx, xy, g, h, k):
    normal = np.array([[1 / x, -xy / x, -zx], [-xy / x, 1 / y, -zy], [-zx, -zy, 1]])
    minors = [np.linalg.det(normal[k:, k:]) for k in range(3)]  # Sylvester
    if min(minors) < 1e-6:
        if min(minors) < -1e-6:
            with pytest.raises(ValueError, match="positive definite"):
                Orthotropy((x, y), (zy, zx, xy), (g, h, k))
        return
    material = Orthotropy((x, y), (zy, zx, xy), (g, h, k))
    condition = np.linalg.cond(material.stiffness)
    assert np.linalg.eigvalsh(material.stiffness)[0] > 0
    np.testing.assert_allclose(material.stiffness @ compliance(material), np.eye(6), atol=1e-13 * condition)


@given(angle, angle, angle)
def test_turning_is_that_of_the_fourth_order_tensor(a, b, c):
    R = rotation(a, b, c)
    material = Orthotropy((0.3, 0.5), (0.2, 0.3, 0.25), (0.15, 0.2, 0.12))
    turned = material.turned(R[None])[0]
    expected = np.einsum("ai,bj,ck,dl,abcd->ijkl", R, R, R, R, tensor(material.stiffness))
    np.testing.assert_allclose(tensor(turned), expected, atol=1e-14)
    kelvin = np.sqrt([1, 1, 1, 2, 2, 2])  # in this notation turns keep eigenvalues
    kelvin = np.outer(kelvin, kelvin)
    found, known = (np.linalg.eigvalsh(kelvin * C) for C in (turned, material.stiffness))
    np.testing.assert_allclose(found, known, rtol=1e-12)


def test_isotropy_does_not_depend_on_axes():
    lam, mu = 0.3 / (1.3 * 0.4), 1 / 2.6
    expected = np.diag([2 * mu] * 3 + [mu] * 3)
    expected[:3, :3] += lam
    turned = Orthotropy.isotropic(0.3).turned(rotation(0.3, 1.1, 2.0))
    np.testing.assert_allclose(turned, expected, atol=1e-15)


def test_transverse_isotropy_does_not_depend_on_turns_about_its_axis():
    material = Orthotropy.transverse(**BONE)
    np.testing.assert_allclose(material.turned(rotation(0.7, 0, 0)), material.stiffness, atol=1e-15)
    assert material.shear[2] == pytest.approx(0.121, abs=5e-4)  # as the source rounds it


@given(st.tuples(*[st.floats(-5, 5)] * 3).filter(lambda v: np.linalg.norm(v) > 1e-3))
def test_third_axis_points_along_the_direction(direction):
    axes = axes_along([direction, [0, 0, 1.0]])
    np.testing.assert_allclose(
        axes @ np.swapaxes(axes, 1, 2), np.broadcast_to(np.eye(3), (2, 3, 3)), atol=1e-14
    )
    np.testing.assert_allclose(axes[0, 2], direction / np.linalg.norm(direction), atol=1e-14)
    np.testing.assert_allclose(np.linalg.det(axes), 1)


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        (BONE | {"poisson_axial": 1.0}, r"not positive definite.*1 - nu_xy > 2 nu_zx\^2"),
        (BONE | {"poisson_transverse": 1.0}, "not positive definite"),
        (BONE | {"young": -0.3}, "young is .*above 0"),
        (BONE | {"shear_axial": 0.0}, "shear is .*above 0"),
        (BONE | {"shear_axial": np.nan}, "finite"),
    ],
)
def test_constants_that_release_energy_are_refused(constants, said):
    with pytest.raises(ValueError, match=said):
        Orthotropy.transverse(**constants)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"share": [0.1, 0.2, 0.3]}, r"shape \(3,\), expected a number or one per cell \(2,\)"),
        ({"share": [0.1, 1.2]}, "1.2 in cell 1, expected 0 to 1"),
        ({"axes": np.eye(3)[:2]}, r"\(2, 3\), expected \(3, 3\)"),
        ({"axes": 2 * np.eye(3)}, "cell 0.*right angles"),
    ],
)
def test_share_and_axes_are_checked(wrong, said):
    with pytest.raises(ValueError, match=said):
        read_anisotropy(Anisotropy(Orthotropy.transverse(**BONE), **wrong), 2)


def test_direction_without_length_is_refused():
    with pytest.raises(ValueError, match="least length of 0"):
        axes_along([0.0, 0.0, 0.0])
