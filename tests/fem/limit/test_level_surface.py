"""Level surfaces of linear fields: their area, and the coarea formula."""

import naive_limit as naive
import numpy as np
import pytest

from vertebra.fem.limit.level_surface import LEVELS, _areas, _costs, cheapest_level
from vertebra.fem.limit.tetrahedra import gradients
from vertebra.meshes.shapes import box


@pytest.fixture(scope="module")
def field():
    points, cells = box((2.0, 3.0, 4.0), (2, 2, 3))
    u = np.clip(points[:, 2] / 4 + 0.2 * np.random.default_rng(1).normal(size=len(points)), 0, 1)
    gradient, volume = gradients(points, cells)
    steep = np.linalg.norm(np.einsum("ca,cai->ci", u[cells], gradient), axis=1)
    return points, cells, u, steep, volume


@pytest.mark.parametrize("level", [0.1, 0.5, 0.83])
def test_area_is_its_naive_twin(field, level):
    points, cells, u, steep, volume = field
    area = np.empty(len(cells))
    _areas(np.sort(u[cells], axis=1), steep * volume, level, area)
    expected = [naive.section(points[nodes], u[nodes], level) for nodes in cells]
    np.testing.assert_allclose(area, expected, atol=1e-12)


def test_costs_over_all_levels_add_up_to_the_power(field):
    _, cells, u, _, volume = field
    levels, cost = (np.arange(20000) + 0.5) / 20000, np.zeros(20000)
    power = volume * np.random.default_rng(2).uniform(size=len(cells))
    _costs(np.sort(u[cells], axis=1), power, levels, cost)
    flat = np.ptp(u[cells], axis=1) == 0
    assert cost.mean() == pytest.approx(power[~flat].sum(), rel=1e-6)


def test_the_cheapest_level_costs_no_more_than_the_power(field):
    _, cells, u, steep, volume = field
    found = cheapest_level(u[cells], steep * volume, steep, volume)
    assert found.cost < (steep * volume).sum()
    assert found.area.sum() == pytest.approx(found.cost)  # h = |grad u|
    assert 0 < found.level < 1
    assert LEVELS >= 100


def test_a_step_between_layers_is_found():
    """A field that changes evenly through a thick, dear layer and a thin, cheap one."""
    points, cells = box((1.0, 1.0, 4.0), (1, 1, 4))
    u = np.array([0.0, 0.3, 0.5, 0.9, 1.0])[np.round(points[:, 2]).astype(int)]
    gradient, volume = gradients(points, cells)
    steep = np.linalg.norm(np.einsum("ca,cai->ci", u[cells], gradient), axis=1)
    cheap = np.abs(points[cells].mean(axis=1)[:, 2] - 1.5) < 0.5
    found = cheapest_level(u[cells], np.where(cheap, 1.0, 3.0) * steep * volume, steep, volume)
    assert found.cost == pytest.approx(1.0)
    assert 0.3 < found.level < 0.5
