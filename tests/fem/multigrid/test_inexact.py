"""Loose solutions without products with the matrix, and the product that the cycle knows."""

import numba
import numpy as np
import pytest

import vertebra.fem.multigrid.vcycle
import vertebra.fem.threads
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.multigrid import inexact
from vertebra.fem.multigrid.inexact import inexact_gradients
from vertebra.fem.multigrid.krylov import NotConverged
from vertebra.fem.multigrid.vcycle import Multigrid
from vertebra.fem.systems.system import System
from vertebra.meshes.shapes import box


@pytest.fixture(scope="module", params=[1, 2])
def system(request):
    points, cells = box((4.0, 3.0, 4.0), (4, 3, 4), request.param)
    supports = np.where(points[:, [2]] == 0, 0.0, np.full(points.shape, np.nan))
    supports[points[:, 0] == 0, 0] = 0.0  # nodes held in part
    return System(points, cells, supports)


@pytest.fixture(params=[1, 3])
def threads(request, monkeypatch):
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(vertebra.fem.multigrid.vcycle, "BOTTOM_ROWS", 4)
    kept = numba.get_num_threads()
    numba.set_num_threads(min(request.param, numba.config.NUMBA_NUM_THREADS))
    yield request.param
    numba.set_num_threads(kept)


def refreshed(system) -> tuple[Multigrid, np.ndarray]:
    """Hierarchy of a body and the values of a softer one, which its smoother has."""
    multigrid = Multigrid(system.pattern, system.points)
    young = np.where(system.points[system.cells].mean(axis=1)[:, 2] > 2, 300.0, 30.0)
    multigrid.refresh(system.stiffness(Moduli.read(300.0, 0.3, len(system.cells), None)))
    values = system.stiffness(Moduli.read(young, 0.3, len(system.cells), None))
    multigrid.refresh_smoother(values)
    return multigrid, values


def random_rows(system, count):
    rng = np.random.default_rng(7)
    return rng.normal(size=(count, len(system.pattern.node), 3)) * system.pattern.free


def test_cycle_knows_the_product_of_what_it_returns(system, threads):
    multigrid, values = refreshed(system)
    residual = random_rows(system, 2)
    z, product = multigrid.apply_with_product(residual)
    np.testing.assert_array_equal(z, multigrid.apply(residual))
    expected = system.product(values)(z)
    np.testing.assert_allclose(product, expected, atol=1e-5 * np.abs(expected).max())


def test_a_body_of_one_level_is_solved_at_once(system, monkeypatch):
    monkeypatch.setattr(vertebra.fem.multigrid.vcycle, "BOTTOM_ROWS", 10_000)
    multigrid, values = refreshed(system)
    residual = random_rows(system, 1)
    z, product = multigrid.apply_with_product(residual)
    np.testing.assert_allclose(system.product(values)(z), product, atol=1e-8)


@pytest.mark.parametrize("tolerance", [0.1, 1e-3])
def test_every_residual_falls_below_the_tolerance(system, threads, tolerance):
    multigrid, values = refreshed(system)
    b = random_rows(system, 3) * np.array([1.0, 1e3, 0.0])[:, None, None]
    x, iterations = inexact_gradients(multigrid, b, np.linalg.norm(b, axis=(1, 2)), tolerance=tolerance)
    left = np.linalg.norm(b - system.product(values)(x), axis=(1, 2))
    assert iterations >= 1
    assert np.all(left <= 1.01 * tolerance * np.linalg.norm(b, axis=(1, 2)))
    assert not x[2].any()


def test_nothing_is_iterated_for_a_guess_that_is_good_enough(system):
    multigrid, _ = refreshed(system)
    x, iterations = inexact_gradients(multigrid, random_rows(system, 1), np.array([1e9]), tolerance=0.1)
    assert iterations == 0
    assert not x.any()


def test_a_search_cut_short_says_so_with_its_history(system, monkeypatch):
    monkeypatch.setattr(inexact, "MAX_ITERATIONS", 2)
    multigrid, _ = refreshed(system)
    b = random_rows(system, 1)
    with pytest.raises(NotConverged, match="stopped after 2 iterations at a relative residual") as caught:
        inexact_gradients(multigrid, b, np.linalg.norm(b, axis=(1, 2)), tolerance=1e-9)
    assert caught.value.residuals[0] == pytest.approx(1.0)
    assert len(caught.value.residuals) == 3
