"""Yield laws by name."""

import numpy as np
import pytest

from vertebra.materials.failure.criteria import box_utilisation, cut_box_utilisation
from vertebra.materials.failure.yield_law import YIELD_LAWS, shear_strength

COMPRESSION, TENSION = np.array([2.0, 40.0, 1.0]), np.array([1.8, 20.0, 3.0])


@pytest.mark.parametrize("law", YIELD_LAWS)
def test_uniaxial_strengths_stay(law):
    shear = shear_strength(law, COMPRESSION, TENSION)
    for column, strength in ((0, TENSION), (2, -COMPRESSION)):
        stress = np.zeros((3, 3))
        stress[:, column] = strength
        np.testing.assert_allclose(cut_box_utilisation(stress, COMPRESSION, TENSION, shear), 1)


def test_shear_of_the_cut_box_is_half_the_larger_uniaxial_strength():
    np.testing.assert_allclose(shear_strength("cut_box", COMPRESSION, TENSION), [1.0, 20.0, 1.5])


def test_the_box_is_the_box_cut_at_its_corner():
    stress = np.random.default_rng(1).normal(size=(50, 3, 3))
    shear = shear_strength("box", COMPRESSION, TENSION)
    np.testing.assert_array_equal(
        cut_box_utilisation(stress, COMPRESSION, TENSION, shear),
        box_utilisation(stress, COMPRESSION, TENSION),
    )


def test_an_unknown_law_is_named():
    with pytest.raises(ValueError, match="yield law 'tresca' is not known: expected one of cut_box, box"):
        shear_strength("tresca", 1.0, 1.0)
