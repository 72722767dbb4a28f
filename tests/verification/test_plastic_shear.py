"""Blocks of the cut box: the shear strength in simple shear, the compressive strength between platens.

Symbols: C compressive, T = 0.9 C tensile, tau shear strength [MPa], A section [mm2].
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.limit.axial_strength import AxialStrength
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.limit.limit_load import limit_load
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.meshes.shapes import box

C, SIZE = 2.0, (2.0, 1.5, 1.0)
AREA = SIZE[0] * SIZE[1]


def press(points, cells, supports, compression, shear, largest):
    test = Plasticity(Elasticity(points, cells, supports))
    return test.test(
        300.0, 0.3, compression, 0.9 * compression, Way(largest=largest), strength_shear=shear, tolerance=1e-3
    )


@pytest.mark.parametrize(("shear", "expected"), [(0.5 * C, 0.5 * C), (0.7 * C, 0.7 * C)])
def test_simple_shear_ends_at_the_shear_strength(shear, expected):
    """All outer nodes move by u_x = z: the stress is even, and the work per motion is tau A."""
    points, cells = box(SIZE, (2, 2, 2))
    outer = ((points == 0) | (points == SIZE)).any(axis=1)
    supports = np.full(points.shape, np.nan)
    supports[outer] = 0.0
    supports[outer, 0] = points[outer, 2]
    curve = press(points, cells, supports, np.full(len(cells), C), shear, 0.05)
    assert curve.ultimate == pytest.approx(expected * AREA, rel=1e-3)


def test_a_column_keeps_its_compressive_strength():
    points, cells = box(SIZE, (2, 2, 2))
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = -1.0
    curve = press(points, cells, supports, np.full(len(cells), C), 0.5 * C, 0.03)
    assert curve.ultimate == pytest.approx(C * AREA, rel=1e-3)


def test_the_test_of_a_body_with_an_inclusion_ends_in_the_bracket():
    """Two codes, same strengths: 10-node cells against flux and level surfaces."""
    points, cells = box((4.0, 3.0, 4.0), (4, 3, 4), 2)
    middle = points[cells[:, :4]].mean(axis=1)
    hard = np.linalg.norm(middle - [2.0, 1.5, 2.0], axis=1) < 0.9
    compression = np.where(hard, 20.0, C)
    ends = points[:, 2] == 0, points[:, 2] == 4.0
    supports = np.full(points.shape, np.nan)
    supports[ends[0]] = 0.0
    supports[ends[1]] = [0, 0, -1.0]
    curve = press(points, cells, supports, compression, 0.5 * compression, 0.2)
    body = LimitBody.of(points, cells, *(np.flatnonzero(end) for end in ends))
    bound = limit_load(body, AxialStrength.of(compression, 0.9 * compression, 0.5 * compression))
    assert 0.98 * bound.low < curve.ultimate < 1.02 * bound.high
