import numpy as np
import pytest

from vertebra.fem.assembly import internal_force
from vertebra.fem.constraints import read_mesh
from vertebra.fem.geometry import compute_geometry
from vertebra.fem.reduced import ReducedStiffness
from vertebra.meshes.shapes import hollow_cylinder


@pytest.mark.parametrize("memory", [1e9, 0.0])
@pytest.mark.parametrize("order", [1, 2])
def test_projected_stiffness_of_growing_fields(order, memory, monkeypatch):
    monkeypatch.setattr("vertebra.fem.reduced.CHUNK_CELLS", 7)
    points, cells = read_mesh(*hollow_cylinder(divisions=(1, 2, 1), order=order))
    geometry = compute_geometry(points, cells)
    rng = np.random.default_rng(0)
    fields = rng.uniform(-1, 1, (5, *points.shape))
    reduced = ReducedStiffness(cells, geometry, memory)
    for size in (2, 2, 5):
        lam, mu = rng.uniform(1, 9, (2, len(cells)))
        select = np.arange(len(cells), dtype=np.int32)
        force = internal_force(select, cells, geometry, lam, mu, fields[:size])
        expected = fields[:size].reshape(size, -1) @ force.reshape(size, -1).T
        np.testing.assert_allclose(reduced.matrix(fields[:size], lam, mu), expected, rtol=1e-10, atol=1e-8)
