import numpy as np
import pytest

from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.series.affine import find_span
from vertebra.fem.series.combined import CombinedStiffness
from vertebra.fem.series.residuals import Sketch
from vertebra.fem.solution import Basis
from vertebra.fem.systems.constraints import read_moduli
from vertebra.fem.systems.equilibrium import load_of
from vertebra.fem.systems.system import System
from vertebra.meshes.shapes import box


@pytest.mark.parametrize("order", [1, 2])
def test_combinations_agree_with_assembled_stiffness(order):
    points, cells = box((1.0, 1.0, 2.0), (2, 2, 4), order)
    rng = np.random.default_rng(0)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0
    supports[:, points[:, 2] == 2, 2] = rng.uniform(-1, 1, (2, 1))  # held in part
    system = System(points, cells, supports)
    modes = system.load_modes(rng.uniform(-1, 1, (2, *points.shape)))
    touched = points[cells[:, :4]].mean(axis=1)[:, 2] > 0.9  # reaches the held end
    young = np.where(touched, 10 ** rng.uniform(-2, 2, (9, 1)), 3.0)
    items = [
        read_moduli(E, np.where(touched, nu, 0.3), len(cells))
        for E, nu in zip(young, rng.uniform(0, 0.4, 9), strict=True)
    ]
    found = find_span(items, 1e-10, 3)
    assert found is not None
    stiffness = CombinedStiffness(system, modes, found.span)
    basis = Basis(np.empty((0, len(system.pattern.node), 3)))
    for count, at in ((3, 0), (2, 5)):
        basis.append(rng.uniform(-1, 1, (count, len(system.pattern.node), 3)) * system.pattern.free)
        images = system.product(system.stiffness(Moduli(*items[at])))(basis.fields[-count:])
        stiffness.append(basis, images, found.coordinates[at])
    coefficients = rng.uniform(-1, 1, (2, 5))
    for (lam, mu), theta in zip(items, found.coordinates, strict=True):
        image = system.product(system.stiffness(Moduli(lam, mu)))(basis.fields)
        scale = np.abs(image).max()
        expected = np.tensordot(coefficients, image, 1)
        np.testing.assert_allclose(stiffness.image(theta, coefficients), expected, atol=1e-9 * scale)
        expected, own = load_of(system, modes, Moduli(lam, mu)), stiffness.load(theta)
        for name in ("b", "coupling", "energy"):
            np.testing.assert_allclose(getattr(own, name), getattr(expected, name), atol=1e-9 * scale)
        matrix, load = stiffness.reduced(theta)
        V = basis.fields.reshape(5, -1)
        np.testing.assert_allclose(matrix, V @ image.reshape(5, -1).T, atol=1e-9 * np.abs(matrix).max())
        np.testing.assert_allclose(load, V @ expected.b.reshape(2, -1).T, atol=1e-9 * np.abs(load).max())
        size = np.sqrt((expected.b**2).sum(axis=(1, 2)))
        np.testing.assert_allclose(stiffness.load_size(theta), size, rtol=1e-8)
        residual = expected.b - np.tensordot(coefficients, image, 1)
        weights = stiffness.residual(theta, coefficients)
        assert weights.shape[1] == stiffness.n_directions
        np.testing.assert_allclose(stiffness.form(weights), residual, atol=1e-9 * scale)
        sketch = Sketch.of(system.pattern.free, stiffness.n_directions)
        sums = stiffness.sketch(system.pattern.free) @ weights.T
        np.testing.assert_allclose(sums, sketch(residual), atol=1e-9 * np.abs(residual).max() * len(V.T))
