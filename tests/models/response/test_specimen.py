"""A mesh between its platens, and how much its bone shortens."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.meshes.heights import body_heights
from vertebra.models.response.specimen import bone_gauge

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")


@pytest.fixture(scope="module")
def between_discs():
    return bench("intact", "loading.ends=discs", mesh=COARSE).intact()


def test_gauge_reads_the_loss_of_mean_height(between_discs):
    mesh = between_discs.specimen.mesh
    gauge = bone_gauge(mesh)
    strain = -0.02
    squeezed = np.zeros_like(mesh.points)
    squeezed[:, 2] = strain * mesh.points[:, 2]
    assert np.vdot(gauge, squeezed) == pytest.approx(-strain * body_heights(mesh).mean_mm)
    moved = np.ones_like(mesh.points) * [3.0, -2.0, 5.0]
    assert np.vdot(gauge, moved) == pytest.approx(0, abs=1e-12)
    held = np.zeros(len(gauge), bool)
    held[mesh.node_sets["superior_endplate"]] = held[mesh.node_sets["inferior_endplate"]] = True
    assert not gauge[~held].any()


def test_only_soft_ends_are_read_between_the_endplates(between_discs):
    assert between_discs.specimen.gauge is not None
    assert bench("intact", mesh=COARSE).intact().specimen.gauge is None


def test_discs_leave_the_bone_its_stiffness_and_take_most_of_the_way(between_discs):
    """Stiffness falls to that of the discs; the rule of Crawford stays within what the even pressure changes."""
    soft, hard = between_discs.row, bench("intact", mesh=COARSE).intact().row
    assert soft["stiffness_N_per_mm"] < 0.2 * hard["stiffness_N_per_mm"]
    assert soft["crawford_N"] > 0.7 * hard["crawford_N"]
    assert soft["crawford_N"] > 5 * 0.0068 * soft["stiffness_N_per_mm"] * soft["height_mm"]
