"""Bars in series and in parallel, and the callus problem in one dimension; theory in `checks/bars.py`."""

import numpy as np
import pytest

from vertebra.checks.theory.bars import AREA, HEIGHT, SIZE, E, middle, shorten, slab, slab_ratio
from vertebra.meshes.shapes import box


def stiffness(points, cells, young, **options):
    """Axial force per shortening of a column between glued platens [N/mm]."""
    force, solution = shorten(points, cells, young, **options)
    assert solution.energy == pytest.approx(force, rel=1e-10)  # unit shortening
    return force


@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("order", [1, 2])
def test_bars_in_series(order, method):
    points, cells = box(SIZE, (2, 2, 5), order)
    young = np.array([12000.0, 200.0, 1.0, 700.0, 35.0])
    field = young[(middle(points, cells)[:, 2] // 2).astype(int)]
    expected = 1 / (2.0 / (young * AREA)).sum()
    assert stiffness(points, cells, field, method=method) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_bars_in_series_do_not_depend_on_the_count_of_elements(count):
    points, cells = box(SIZE, (count, 1, 2 * count), 1)
    field = np.where(middle(points, cells)[:, 2] < HEIGHT / 2, E, 10 * E)
    expected = 1 / (HEIGHT / 2 / (E * AREA) + HEIGHT / 2 / (10 * E * AREA))
    assert stiffness(points, cells, field) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("order", [1, 2])
def test_bars_in_parallel(order, method):
    points, cells = box(SIZE, (4, 2, 3), order)
    young = np.array([12000.0, 200.0, 1.0, 700.0])
    field = young[middle(points, cells)[:, 0].astype(int)]
    expected = (young * AREA / 4 / HEIGHT).sum()
    assert stiffness(points, cells, field, method=method) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("slab_young", "alone", "with_shell"),
    [
        (0.2, 0.007, 0.404),
        (2.0, 0.063, 0.438),
        (10.0, 0.256, 0.554),
        (50.0, 0.667, 0.800),
        (100.0, 0.833, 0.900),
    ],
)
def test_soft_slab_in_a_column(slab_young, alone, with_shell, order):
    intact = E * AREA / HEIGHT
    for share, printed in ((0.0, alone), (0.4, with_shell)):
        ratio = stiffness(*slab(share, slab_young, order)) / intact
        assert ratio == pytest.approx(slab_ratio(share, slab_young), rel=1e-8)
        assert ratio == pytest.approx(printed, abs=5e-4)
