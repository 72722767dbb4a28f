"""Caps and disc layers around the bone."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.density import QctDensity
from vertebra.materials.ends import with_ends
from vertebra.materials.mixture import HostBone, mix

BONE = mix(HostBone(QctDensity([0.10, 0.15]), np.zeros(2), np.zeros(2)))
IS_BONE = np.array([False, True, False, True])


@pytest.mark.parametrize(("ends", "young", "poisson"), [("pmma_caps", 2500, 0.3), ("discs", 8, 0.45)])
def test_bone_keeps_its_values_between_its_ends(ends, young, poisson):
    whole = with_ends(BONE, IS_BONE, ends)
    np.testing.assert_array_equal(whole.young, [young, BONE.young[0], young, BONE.young[1]])
    np.testing.assert_array_equal(whole.poisson, [poisson, 0.3, poisson, 0.3])
    np.testing.assert_array_equal(whole.strength_tension[IS_BONE], BONE.strength_tension)
    assert np.all(np.isinf(whole.strength_compression[~IS_BONE]))


def test_unknown_ends_are_refused():
    with pytest.raises(ValueError, match="expected one of pmma_caps, discs"):
        with_ends(BONE, IS_BONE, "caps")


def test_ends_have_no_direction():
    turned = replace(BONE, anisotropy="transverse", aligned=np.full(len(BONE.young), 0.5))
    np.testing.assert_array_equal(with_ends(turned, IS_BONE).aligned, 0.5 * IS_BONE)
    assert with_ends(BONE, IS_BONE).aligned is None
