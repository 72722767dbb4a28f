import numpy as np
import pytest

from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.series.affine import find_span
from vertebra.fem.series.field_matrices import FieldMatrices
from vertebra.fem.systems.constraints import read_moduli
from vertebra.fem.systems.equilibrium import load_of
from vertebra.fem.systems.system import System
from vertebra.meshes.shapes import box


@pytest.mark.parametrize("order", [1, 2])
def test_combined_blocks_and_products_are_those_of_assembled_matrices(order):
    points, cells = box((1.0, 1.0, 2.0), (2, 2, 4), order)
    rng = np.random.default_rng(0)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0
    supports[points[:, 2] == 2, 2] = 0.1  # held in part
    system = System(points, cells, supports)
    modes = system.load_modes(None)
    touched = points[cells[:, :4]].mean(axis=1)[:, 2] > 1.1  # reaches the held end
    items = [
        read_moduli(np.where(touched, E, 3.0), np.where(touched, nu, 0.3), len(cells))
        for E, nu in zip(10 ** rng.uniform(-2, 2, 9), rng.uniform(0, 0.4, 9), strict=True)
    ]
    found = find_span(items, 1e-10, 3)
    assert found is not None
    matrices = FieldMatrices(system, modes, found.span)
    assert 0 < len(matrices.rows) < len(system.pattern.node)
    x = rng.uniform(-1, 1, (2, len(system.pattern.node), 3)) * system.pattern.free
    base, images = system.product(matrices.values(np.zeros(len(found.span))))(x), matrices.images(x)
    for (lam, mu), theta in zip(items, found.coordinates, strict=True):
        values = system.stiffness(Moduli(lam, mu))
        np.testing.assert_allclose(matrices.values(theta), values, atol=1e-9 * np.abs(values).max())
        expected = system.product(values)(x)
        own = base.copy()
        own[:, matrices.rows] += np.tensordot(theta, images, 1)
        np.testing.assert_allclose(own, expected, atol=1e-9 * np.abs(expected).max())
        load = load_of(system, modes, Moduli(lam, mu))
        coupling = matrices.base_load.coupling.copy()
        coupling[:, matrices.rows] += np.tensordot(theta, matrices.couplings, 1)
        np.testing.assert_allclose(coupling, load.coupling, atol=1e-9 * np.abs(load.coupling).max())
        energy = matrices.base_load.energy + np.tensordot(theta, matrices.energies, 1)
        np.testing.assert_allclose(energy, load.energy, rtol=1e-9)
