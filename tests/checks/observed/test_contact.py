"""Cement that touches endplates, and the disc beside it."""

import numpy as np
import pytest

from vertebra.checks.observed import contact as contact_rows
from vertebra.checks.observed.bench import BETWEEN_DISCS, COARSE, bench
from vertebra.materials.table import row
from vertebra.meshes.quality import cell_volumes


@pytest.fixture(scope="module")
def main():
    return bench("main", contact_rows._CEMENT, mesh=COARSE)


def test_clouds_hold_the_same_cement_and_reach_the_endplates_they_touch(main):
    mesh = main.anatomy.fractured.mesh
    volume = cell_volumes(mesh.points, mesh.cells)

    depth = []
    for fraction in contact_rows._clouds(main).values():
        assert fraction @ volume == pytest.approx(4000, rel=0.01)
        filled = mesh.zeta[mesh.cells[fraction > 0]]
        depth.append((filled.max(), filled.min()))
    (top, bottom), (moved_top, moved_bottom), (drawn_top, drawn_bottom) = depth
    assert moved_top > top
    assert moved_bottom >= bottom
    assert drawn_top > top
    assert drawn_bottom < bottom


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
