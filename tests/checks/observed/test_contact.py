"""Cement that touches endplates, and the disc beside it."""

import pytest
from committed_rows import committed_numbers

from vertebra.checks.observed import contact as contact_rows
from vertebra.checks.observed.bench import COARSE
from vertebra.meshes.procedures.placement import CONTACTS


def test_clouds_hold_the_same_cement_and_touch_the_endplates_they_are_to():
    for number, contacts in enumerate(CONTACTS):
        anatomy = contact_rows._touching(contacts, COARSE).anatomy
        placed = anatomy.cement["vertebroplasty"]
        assert placed.contacts == number
        assert placed.volume_ml == pytest.approx(4.0, rel=5e-3)


def test_cement_moves_the_disc_and_the_neighbour_by_little_and_in_the_direction_of_the_tests():
    """As committed: `vertebra validate` solves the six segments, and `.ci/run` compares its table with this one."""
    found = {name: committed_numbers(name) for name in ("C9", "C9_bulge", "C9_factor", "C9_forward", "C10")}
    assert 0 < found["C9"][""] < 7.5
    assert found["C9_bulge"][""] < 1
    assert 1.25 <= found["C9_factor"][""] <= 1.55
    assert found["C9_forward"]["10 mm"] < 0.95
    assert 0.95 < found["C10"]["regular"] < found["C10"]["soft"] < 1


def test_rows_of_the_disc_compare_the_bodies_that_they_name(monkeypatch):
    """In place of each segment, a formula of the body below the disc and of where the force acts."""

    def stiffness_of_bone(loaded):
        return loaded.properties.young[loaded.specimen.mesh.is_bone].mean()

    def segment(vertebra, loaded, side):
        assert side == "above"
        return stiffness_of_bone(loaded), vertebra.scenario.neighbours.forward_mm or 0.0

    def effects(found, capacity, load_N):
        young, forward = found
        return {
            "disc_pressure_MPa": young,
            "pressure_factor": 2 * young,
            "endplate_deflection_mm": 1 / young,
            "adjacent_yield_N": (100 - forward) / young,
        }

    monkeypatch.setattr(contact_rows, "beside", segment)
    monkeypatch.setattr(contact_rows, "effects", effects)
    found = contact_rows.neighbour_rows()

    vertebra = contact_rows._touching("none", contact_rows._QUADRATIC).of_density(60.0)
    bodies = vertebra.intact(), vertebra.fresh(), vertebra.filled("vertebroplasty")
    intact, bare, filled = (stiffness_of_bone(each) for each in bodies)
    fraction = vertebra.anatomy.cement["vertebroplasty"].fraction
    softer = bodies[2].properties.young * (1 - fraction * (1 - 954 / 1937))
    soft = softer[bodies[2].specimen.mesh.is_bone].mean()
    assert found["C9"][""] == pytest.approx(100 * (filled / bare - 1))
    assert found["C9_factor"][""] == pytest.approx(2 * intact)
    assert found["C9_bulge"][""] == pytest.approx(intact / filled)
    assert found["C9_forward"]["10 mm"] == pytest.approx(0.9)
    assert found["C10"] == {
        "soft": pytest.approx(bare / soft),
        "regular": pytest.approx(bare / filled),
    }
