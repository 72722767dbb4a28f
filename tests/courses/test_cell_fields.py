"""Cell fields of a body whose band has grown into cells that it only partly fills."""

import numpy as np
import pytest

from vertebra.benchmarks.bench_bands import Shelf
from vertebra.checks.observed.bench import bench
from vertebra.courses.states import solve_states

TISSUES = ("granulation", "fibrous", "cartilage", "woven", "remodelled", "host", "cement")
CHANGES = (
    "healing.days=[0,42]",
    "arms=[{name='conservative'}]",
    "fracture.collapse=true",
    "capacity.rule=section",
    "capacity.virtual_test=off",
    "capacity.interaction=off",
)


@pytest.fixture(scope="module")
def collapsed():
    vertebra, shelf = bench("main", *CHANGES), Shelf()
    solve_states(vertebra, shelf, lambda progress: None)
    return vertebra, shelf.states["conservative", 42]


def test_tissues_are_fractions_of_the_whole_cell(collapsed):
    vertebra, state = collapsed
    bone = vertebra.anatomy.fractured.mesh.is_bone
    total = sum(state.at_cells[f"tissue_{name}"] for name in TISSUES)
    np.testing.assert_allclose(total[bone], 1, atol=1e-6)


def test_host_bone_is_what_the_band_has_not_reached(collapsed):
    vertebra, state = collapsed
    shapes, mesh = vertebra.anatomy.collapsing, vertebra.anatomy.fractured.mesh
    lost = 1 - state.healing["height_anterior_mm"] / vertebra.anatomy.intact.heights.anterior_mm
    band = shapes.at(lost)
    cut = mesh.is_bone & (band.zone > 0.01) & (band.zone < 0.99)
    assert cut.sum() > 100
    np.testing.assert_allclose(state.at_cells["tissue_host"][cut], 1 - band.zone[cut], atol=0.02)
