"""Cement that touches endplates, and the disc beside it."""

import pytest

from vertebra.checks.observed import contact as contact_rows
from vertebra.checks.observed.bench import COARSE
from vertebra.meshes.procedures.placement import CONTACTS


def test_clouds_hold_the_same_cement_and_touch_the_endplates_they_are_to():
    for number, contacts in enumerate(CONTACTS):
        anatomy = contact_rows._touching(contacts, COARSE).anatomy
        placed = anatomy.cement["vertebroplasty"]
        assert placed.contacts == number
        assert placed.volume_ml == pytest.approx(4.0, rel=5e-3)


@pytest.mark.slow
def test_cement_moves_the_disc_and_the_neighbour_by_little_and_in_the_direction_of_the_tests():
    found = contact_rows.neighbour_rows()
    assert 0 < found["C9"][""] < 7.5
    assert found["C9_bulge"][""] < 1
    assert 1.25 <= found["C9_factor"][""] <= 1.55
    assert found["C9_forward"]["10 mm"] < 0.95
    assert 0.95 < found["C10"]["regular"] < found["C10"]["soft"] < 1
