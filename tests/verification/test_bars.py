"""Bars in series and in parallel.

Force per shortening K of uniaxial bars of modulus E, area A and height h (Poisson's ratio 0, so that nothing is
held back sideways): in series 1/K = sum h / (E A), in parallel K = sum E A / h.

The slab is the callus problem in one dimension: a tenth of the height has the modulus E_c, the rest E = 300 MPa;
K / K0 = 1 / (0.9 + 0.1 E / E_c). Beside it stands, or not, an unbroken shell that carries 40 % of K0.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.platens import platen_supports
from vertebra.meshes.shapes import box

SIZE = (4.0, 3.0, 10.0)
AREA, HEIGHT = SIZE[0] * SIZE[1], SIZE[2]
E = 300.0


def stiffness(points, cells, young, **options):
    """Axial force per shortening of a column between glued platens [N/mm]."""
    lower, upper = np.flatnonzero(points[:, 2] == 0), np.flatnonzero(points[:, 2] == HEIGHT)
    supports = platen_supports(points, lower, upper)[0]
    solution = Elasticity(points, cells, supports, **options).solve(young, 0.0, tolerance=1e-12)
    force = -solution.reaction[upper, 2].sum()
    assert solution.energy == pytest.approx(force, rel=1e-10)  # unit shortening
    return force


def middle(points, cells):
    return points[cells[:, :4]].mean(axis=1)


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


def slab(shell_share, slab_young, order):
    """Core with a soft slab, and beside it, free of it, a shell of the same material as the sound bone."""
    points, cells = box(SIZE, (1, 2, 10), order)
    parts = [(shell_share, False), (1 - shell_share, True)] if shell_share else [(1.0, True)]
    everything = [], [], []
    for number, (share, broken) in enumerate(parts):
        in_slab = np.floor(middle(points, cells)[:, 2]) == 5
        everything[0].append(points * [share, 1, 1] + [2 * SIZE[0] * number, 0, 0])
        everything[1].append(cells + number * len(points))
        everything[2].append(np.where(in_slab & broken, slab_young, E))
    return [np.concatenate(part) for part in everything]


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
    series = 1 / (0.9 + 0.1 * E / slab_young)
    for share, printed in ((0.0, alone), (0.4, with_shell)):
        ratio = stiffness(*slab(share, slab_young, order)) / intact
        assert ratio == pytest.approx(share + (1 - share) * series, rel=1e-8)
        assert ratio == pytest.approx(printed, abs=5e-4)
