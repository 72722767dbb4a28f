"""Limit loads that are known: bars, notches, inclined bands, cores pushed out, and how the bracket narrows.

Symbols: C compressive strength [MPa], T = 0.9 C tensile, k = C / 2 in shear (cut box) or (C + T) / 2 along the axis
(box), A section [mm2], F load [N]. Velocities along the axis with a step across a surface of normal n dissipate
k + (C - k) n_z an area, n_z >= 0 (`fem.limit.axial_strength`).
"""

import numpy as np
import pytest

from vertebra.fem.limit.axial_strength import AxialStrength
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.limit.limit_load import limit_load
from vertebra.fem.limit.tetrahedra import split
from vertebra.meshes.shapes import box

LAWS = {"cut_box": 0.5, "box": 0.95}
"""Shear strength along the axis over C."""
ROUNDING = 1e-9


def strength(compression, k):
    compression = np.asarray(compression, float)
    return AxialStrength.of(compression, 0.9 * compression, k * compression)


def between(points, cells, lower, upper):
    return LimitBody.of(points, cells, np.flatnonzero(lower), np.flatnonzero(upper))


def encloses(found, exact):
    return found.low * (1 - ROUNDING) <= exact <= found.high * (1 + ROUNDING)


@pytest.mark.parametrize("k", LAWS.values(), ids=LAWS)
def test_bars_side_by_side_add_their_loads(k):
    """F = sum of C_i A_i: a bundle of columns without a weak section."""
    points, cells = box((4.0, 2.0, 3.0), (8, 4, 6))
    left = points[cells].mean(axis=1)[:, 0] < 1.5
    body = between(points, cells, points[:, 2] == 0, points[:, 2] == 3)
    found = limit_load(body, strength(np.where(left, 5.0, 1.0), k))
    exact = 2.0 * (1.5 * 5.0 + 2.5 * 1.0)
    assert encloses(found, exact)
    assert found.width < 0.005


@pytest.mark.parametrize("k", LAWS.values(), ids=LAWS)
def test_a_notched_bar_bears_what_its_ligament_does(k):
    """F = C A of the ligament: stress below and above may spread, velocities may not."""
    points, cells = box((4.0, 1.0, 8.0), (16, 4, 32))
    middle = points[cells].mean(axis=1)
    notch = (np.abs(middle[:, 2] - 4) < 0.5) & (np.abs(middle[:, 0] - 2) > 1)
    body = between(points, cells[~notch], points[:, 2] == 0, points[:, 2] == 8)
    found = limit_load(body, strength(np.full(len(body.cells), 2.0), k))
    assert encloses(found, 2.0 * 2.0)
    assert found.width < 0.02


@pytest.mark.parametrize("k", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize("slope", [0.5, 1.0])
def test_an_inclined_weak_band_costs_shear_and_compression(k, slope):
    """F = C A (k sqrt(1 + q^2) + 1 - k), k here over C, in a band of the height t along z = slope x.

    The surface runs from one corner of the band to the other, q = slope - t / length.
    """
    size = np.array([3.0, 1.5, 9.0])
    points, cells = box(size, (12, 3, 36))
    z = points[:, 2].copy()
    hat = np.minimum(1, np.minimum(z, size[2] - z) / 3.5)  # ends stay flat, the middle is sheared
    points[:, 2] = z + slope * (points[:, 0] - size[0] / 2) * hat
    band = np.abs(z[cells].mean(axis=1) - 4.5) < 0.25
    body = between(points, cells, z == 0, z == size[2])
    found = limit_load(body, strength(np.where(band, 1.0, 6.0), k))
    q = slope - 0.5 / size[0]
    assert encloses(found, size[0] * size[1] * (k * np.hypot(1, q) + 1 - k))
    assert found.width < 0.07


@pytest.mark.parametrize("k", LAWS.values(), ids=LAWS)
def test_a_core_pushed_out_of_its_ring_bears_shear_alone(k):
    """F = k times the two side faces: pressed in the middle, held below beside it, too low to yield across.

    Below the bracket is exact, above it falls with the edge.
    """
    excess = []
    for edge in (0.2, 0.1):
        divisions = [round(length / edge) for length in (4.0, 0.4, 0.8)]
        points, cells = box((4.0, 0.4, 0.8), divisions)
        beside = np.abs(points[:, 0] - 2)
        lower = (points[:, 2] == 0) & (beside >= 1 - ROUNDING)
        upper = (points[:, 2] == 0.8) & (beside <= 1 + ROUNDING)
        body = between(points, cells, lower, upper)
        found = limit_load(body, strength(np.full(len(cells), 3.0), k))
        exact = k * 3.0 * 2 * 0.8 * 0.4
        assert encloses(found, exact)
        assert found.low > 0.998 * exact
        excess.append(found.high / exact - 1)
    assert excess[1] < 0.7 * excess[0] < 0.12


def hard_balls(divisions, k):
    """Two strong balls in a weak block, one on each end: no flat section misses both, a slanting surface does."""
    size = 6.0
    points, cells = box((size,) * 3, (divisions,) * 3)
    middle = points[cells].mean(axis=1)
    inside = np.zeros(len(cells), bool)
    for centre in ([1.7, 3.0, 1.5], [4.3, 3.0, 4.5]):
        inside |= np.linalg.norm(middle - centre, axis=1) < 1.8
    body = between(points, cells, points[:, 2] == 0, points[:, 2] == size)
    return body, strength(np.where(inside, 20.0, 1.0), k)


@pytest.mark.slow
def test_the_bracket_beside_hard_balls_narrows_with_the_mesh():
    """Width by splits of the same body: order 1/2 at least, as of linear functions for fields with steps [1]_.

    .. [1] S. Bartels, SIAM J. Numer. Anal. 50 (2012) 1162-1180, doi 10.1137/11083277X.
    """
    body, first = hard_balls(4, 0.5)
    points, cells, values = body.points, body.cells, first.radius
    widths = []
    for _ in range(3):
        ends = points[:, 2] == 0, points[:, 2] == 6.0
        found = limit_load(between(points, cells, *ends), strength(2 * values, 0.5), splits=0)
        widths.append(found.width)
        points, cells, _ = split(points, cells)
        values = np.repeat(values, 8)
    order = -np.polyfit(np.arange(3), np.log2(widths), 1)[0]
    assert order > 0.5
