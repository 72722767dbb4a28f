"""Cement that touches endplates, and the disc beside it."""

import numpy as np
import pytest

from vertebra.checks.observed import contact as contact_rows
from vertebra.checks.observed.bench import BETWEEN_DISCS, COARSE, bench
from vertebra.materials.table import row
from vertebra.meshes.procedures.placement import CONTACTS


def test_clouds_hold_the_same_cement_and_touch_the_endplates_they_are_to():
    for number, contacts in enumerate(CONTACTS):
        anatomy = contact_rows._touching(contacts, COARSE).anatomy
        placed = anatomy.cement["vertebroplasty"]
        assert placed.contacts == number
        assert placed.volume_ml == pytest.approx(4.0, rel=5e-3)


@pytest.mark.slow
def test_even_disc_on_stiff_faces_has_the_pressure_of_the_load():
    """A layer that cannot widen: pressure over axial stress is (1 + 2 nu / (1 - nu)) / 3."""
    between = bench("main", BETWEEN_DISCS, mesh=contact_rows._QUADRATIC).of_density(100.0).intact()
    mesh = between.specimen.mesh
    top = mesh.points[mesh.cells[mesh.in_region("superior_cap")]][..., 2].max()
    bone = mesh.points[mesh.node_sets["superior_endplate"], 2].max()
    assert top - bone == pytest.approx(between.scenario.loading.disc_mm)

    face = np.ptp(mesh.points[mesh.node_sets["superior_face"]], axis=0)
    nu = row("ends", "discs").parameters["poisson"]
    held = (1 + 2 * nu / (1 - nu)) / 3 / (np.pi / 4 * face[0] * face[1])
    pressure = contact_rows._disc_pressure(between)
    assert 0.8 * held < pressure < 2 * held
