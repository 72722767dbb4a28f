"""Limit moment of a rectangular section whose strengths in compression and tension differ.

Plane sections turn about a given line at distance c from the compressed face and d from the pulled one (c + d = h).
Without Poisson's effect the stress is uniaxial and sigma(y) = min(E kappa y, strength) on either side, so that with
width b the moment about the line and the axial force end at

    M = b (sigma_c c^2 + sigma_t d^2) / 2,     N = b (sigma_c c - sigma_t d)   (compression positive)

and before that, once both faces have yielded, M is less by b (sigma_c^3 + sigma_t^3) / (6 E^2 kappa^2) and N by
b (sigma_c^2 - sigma_t^2) / (2 E kappa) (Timoshenko,
Strength of Materials, part II; with sigma_c = sigma_t and c = d the shape factor is 1.5).
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.meshes.shapes import box

WIDTH, DEPTH, LENGTH = 2.0, 8.0, 4.0
E = 300.0


@pytest.mark.parametrize(
    ("compression", "tension", "line"), [(2.0, 2.0, 4.0), (2.0, 1.0, 4.0), (3.0, 1.0, 2.0)]
)
def test_limit_moment(compression, tension, line):
    points, cells = box((WIDTH, DEPTH, LENGTH), (1, 24, 1), 2)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0.0
    top = points[:, 2] == LENGTH
    supports[0, top, 2] = -1.0
    supports[1, top, 2] = points[top, 1] - line  # 1 rad: the side y < line goes down
    largest = 8 * max(compression, tension) / E * LENGTH / min(line, DEPTH - line)
    c, d = line, DEPTH - line
    elastic = 0.9 * min(compression / c, tension / d) / E * LENGTH  # angle of 0.9 times the first yield
    middle = 0.5 * largest
    curve = Plasticity(Elasticity(points, cells, supports)).test(
        E,
        0.0,
        compression,
        tension,
        Way(largest=largest, ratio=(0, 1), stations=(elastic, middle)),
        tolerance=1e-4,
    )

    def moment(angle):
        lost = (compression**3 + tension**3) / (3 * (E * angle / LENGTH) ** 2)
        return WIDTH / 2 * (compression * c**2 + tension * d**2 - lost)

    def axial(angle):
        lost = (compression**2 - tension**2) / (2 * E * angle / LENGTH)
        return WIDTH * (compression * c - tension * d - lost)

    assert curve.force_at(elastic) == pytest.approx(
        E * elastic / LENGTH * WIDTH * (c**3 + d**3) / 3, rel=1e-4
    )
    assert curve.force_at(middle) == pytest.approx(moment(middle), rel=0.005)
    assert curve.ultimate == pytest.approx(moment(largest), rel=0.005)
    assert curve.reaction[-1, 0] == pytest.approx(axial(largest), abs=0.005 * WIDTH * DEPTH * compression)


def test_ball_joint_lets_the_platen_turn_towards_the_weaker_half():
    """Halves of strength 1 and 3 under a platen that turns about its middle: plastic hinge at a distance a from it.

    All the weak half is pressed (moment b 2^2 / 2), the strong one up to a, and pulled with 1 beyond:
    3 a^2 / 2 - (4 - a^2) / 2 = 2, so a = sqrt 2 and N = b (2 + 3 a - (2 - a)) = 4 sqrt 2 b. Without rotation N = 8 b.
    """
    points, cells = box((WIDTH, 4.0, LENGTH), (1, 24, 1), 2)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0.0
    top = points[:, 2] == LENGTH
    supports[0, top, 2] = -1.0
    supports[1, top, 2] = points[top, 1] - 2.0
    strength = np.where(points[cells[:, :4]].mean(axis=1)[:, 1] < 2.0, 1.0, 3.0)
    test = Plasticity(Elasticity(points, cells, supports))
    largest = 10 * 3.0 / E * LENGTH
    free = test.test(E, 0.0, strength, 1.0, Way(largest=largest, free=(1,)), tolerance=1e-3)
    assert free.ultimate == pytest.approx(4 * np.sqrt(2) * WIDTH, rel=0.01)
    assert np.abs(free.reaction[:, 1]).max() < 1e-3 * 4 * free.ultimate
    assert free.motion[-1, 1] > 0, "the weak side, y < 2, goes down"
    fixed = test.test(E, 0.0, strength, 1.0, Way(largest=largest), tolerance=1e-3)
    assert fixed.ultimate == pytest.approx(8 * WIDTH, rel=1e-3)
    assert fixed.motion[-1] == pytest.approx([largest, 0.0])
