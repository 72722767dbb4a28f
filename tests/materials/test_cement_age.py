"""Cement that sets, and that bone replaces."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.cement import PureCement, composite, products
from vertebra.materials.cement_age import is_set, paste, replaced_by_bone, resorbed
from vertebra.materials.mixture import MixedProperties

HOST = MixedProperties(*(np.array([value, 2 * value]) for value in (200.0, 0.3, 2.0, 1.8)))
PHOSPHATE = PureCement.of("calcium_phosphate")
YEAR = 365.25


def test_every_product_has_set_on_the_day_of_its_injection():
    assert all(is_set(PureCement.of(product), 0) for product in products())


@pytest.mark.parametrize(("hours", "first_day"), [(0.0, 0), (24.0, 0), (24.5, 1), (48.0, 1), (200.0, 8)])
def test_cement_carries_load_from_the_first_day_that_ends_after_it_has_set(hours, first_day):
    slow = replace(PHOSPHATE, setting_hours=hours)
    assert [is_set(slow, age) for age in range(10)] == [age >= first_day for age in range(10)]


def test_every_year_takes_the_same_share():
    np.testing.assert_allclose(resorbed(0.2, YEAR * np.arange(4)), 1 - 0.8 ** np.arange(4))
    assert resorbed(0.2, -10.0) == 0
    assert resorbed(0.0, 1e4) == 0


def test_cement_that_is_not_resorbed_stays_as_it_was():
    fresh = composite("pmma")
    assert replaced_by_bone(fresh, PureCement.of("pmma"), 5 * YEAR, HOST) is fresh


def test_modulus_and_strength_fall_from_those_of_cement_to_those_of_bone():
    fresh = composite(PHOSPHATE)
    ages = np.array([0.0, 90.0, 182.0, 365.0, 730.0, 1095.0, 3650.0, 36500.0])
    aged = [replaced_by_bone(fresh, PHOSPHATE, age, HOST) for age in ages]
    for name, host in (("young", HOST.young), ("strength_compression", HOST.strength_compression)):
        course = np.array([getattr(each, name) for each in aged])
        np.testing.assert_allclose(course[0], getattr(fresh, name))
        assert np.all(np.diff(course[:6], axis=0) < 0)
        np.testing.assert_allclose(course[-1], host, rtol=1e-3)
    one_year = 0.8**2 * 2000 * 1300 / 2300 + (1 - 0.8 ** ((YEAR - 90) / YEAR)) * HOST.young
    np.testing.assert_allclose(replaced_by_bone(fresh, PHOSPHATE, YEAR, HOST).young, one_year)


def test_paste_carries_next_to_nothing():
    assert float(paste().young) < 1e-3 * PHOSPHATE.young
    assert float(paste().strength_compression) < 0.02 * PHOSPHATE.compression
