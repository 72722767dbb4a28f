"""Strain measures that tissue responds to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from vertebra.materials.healing.laws.strain import (
    dilatational_strain,
    distortional_strain,
    largest_strain,
    octahedral_shear_strain,
    principal_strain,
    volumetric_strain,
)

COMPONENTS = st.lists(st.floats(-0.2, 0.2), min_size=6, max_size=6)
ANGLES = st.lists(st.floats(-np.pi, np.pi), min_size=3, max_size=3)


def tensor(strain):
    xx, yy, zz, yz, xz, xy = strain
    return np.array([[xx, xy / 2, xz / 2], [xy / 2, yy, yz / 2], [xz / 2, yz / 2, zz]])


def voigt(a):
    return np.array([a[0, 0], a[1, 1], a[2, 2], 2 * a[1, 2], 2 * a[0, 2], 2 * a[0, 1]])


def naive(strain):
    """All measures from the eigenvalues of the tensor."""
    e3, e2, e1 = np.linalg.eigvalsh(tensor(strain))
    root = np.sqrt((e1 - e2) ** 2 + (e2 - e3) ** 2 + (e3 - e1) ** 2)
    return {
        "principal": np.array([e1, e2, e3]),
        "octahedral": 2 / 3 * root,
        "distortional": root / np.sqrt(2),
        "volumetric": e1 + e2 + e3,
        "dilatational": (e1 + e2 + e3) / 3,
        "largest": max(abs(e1), abs(e3)),
    }


def measures(strain):
    strain = np.asarray(strain)[None]
    return {
        "principal": principal_strain(strain)[0],
        "octahedral": octahedral_shear_strain(strain)[0],
        "distortional": distortional_strain(strain)[0],
        "volumetric": volumetric_strain(strain)[0],
        "dilatational": dilatational_strain(strain)[0],
        "largest": largest_strain(strain)[0],
    }


@settings(deadline=None, max_examples=40)
@given(COMPONENTS)
def test_measures_agree_with_eigenvalues(strain):
    expected = naive(strain)
    for name, found in measures(strain).items():
        np.testing.assert_allclose(found, expected[name], atol=1e-7, err_msg=name)


@settings(deadline=None, max_examples=40)
@given(COMPONENTS, ANGLES)
def test_turning_the_axes_changes_nothing(strain, angles):
    turn = Rotation.from_rotvec(angles).as_matrix()
    turned = measures(voigt(turn @ tensor(strain) @ turn.T))
    for name, found in measures(strain).items():
        np.testing.assert_allclose(turned[name], found, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("position", [3, 4, 5])
def test_pure_shear(position):
    shear = 0.03
    strain = np.zeros(6)
    strain[position] = shear
    found = measures(strain)
    np.testing.assert_allclose(found["principal"], [shear / 2, 0, -shear / 2], atol=1e-17)
    assert found["octahedral"] == pytest.approx(np.sqrt(2 / 3) * shear)
    assert found["volumetric"] == 0


def test_uniaxial_compression_with_lateral_expansion():
    e, nu = 0.01, 0.3
    found = measures([nu * e, nu * e, -e, 0, 0, 0])
    assert found["octahedral"] == pytest.approx(2 / 3 * np.sqrt(2) * (1 + nu) * e)
    assert found["distortional"] == pytest.approx((1 + nu) * e)
    assert found["dilatational"] == pytest.approx(-(1 - 2 * nu) * e / 3)
    assert found["largest"] == pytest.approx(e)


@pytest.mark.parametrize("mean", [-0.01, 0.0, 0.02])
def test_change_of_volume_alone_has_no_shear(mean):
    found = measures([mean, mean, mean, 0, 0, 0])
    assert found["octahedral"] == found["distortional"] == 0
    np.testing.assert_allclose(found["principal"], mean)
