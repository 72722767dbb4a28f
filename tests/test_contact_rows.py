"""Cement that touches endplates, and the disc beside it."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.checks import contact_rows
from vertebra.checks.bench import COARSE, Bench
from vertebra.meshes.quality import cell_volumes

NU = 0.3


@pytest.fixture(scope="module")
def bench():
    return Bench.of("main", contact_rows._CEMENT, mesh=COARSE)


def test_clouds_hold_the_same_cement_and_reach_the_endplates_they_touch(bench):
    mesh = bench.anatomy.fractured
    volume = cell_volumes(mesh.points, mesh.cells)

    depth = []
    for fraction in contact_rows._clouds(bench).values():
        assert fraction @ volume == pytest.approx(4000, rel=0.01)
        filled = mesh.zeta[mesh.cells[fraction > 0]]
        depth.append((filled.max(), filled.min()))
    (top, bottom), (moved_top, moved_bottom), (drawn_top, drawn_bottom) = depth
    assert moved_top > top
    assert moved_bottom >= bottom
    assert drawn_top > top
    assert drawn_bottom < bottom


def test_even_disc_on_stiff_faces_has_the_pressure_of_the_load(bench):
    """A layer that cannot widen: pressure over axial stress is (1 + 2 nu / (1 - nu)) / 3; linear cells, so nu 0.3."""
    given = bench.condition(100.0, ends="discs").intact()
    given = replace(given, poisson=np.minimum(given.poisson, NU))
    face = np.ptp(bench.intact.mesh.points[bench.intact.mesh.node_sets["superior_face"]], axis=0)
    held = (1 + 2 * NU / (1 - NU)) / 3 / (np.pi / 4 * face[0] * face[1])
    assert 0.8 * held < contact_rows._disc_pressure(bench, given) < 2 * held
