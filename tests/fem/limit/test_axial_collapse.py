"""The weakest surface across a body: blocks of known collapse load, and the elastic-plastic test below the bound."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.limit.axial_collapse import axial_collapse
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.meshes.shapes import box

SIZE = (4.0, 3.0, 6.0)
AREA = SIZE[0] * SIZE[1]


def block(divisions=(4, 3, 6), order=1):
    points, cells = box(SIZE, divisions, order)
    ends = [np.flatnonzero(points[:, 2] == z) for z in (0.0, SIZE[2])]
    return points, cells, points[cells[:, :4]].mean(axis=1), ends


def collapse(points, cells, compression, tension, ends):
    spread = [np.broadcast_to(values, len(cells)).astype(float) for values in (compression, tension)]
    return axial_collapse(points, cells, *spread, *ends)


@pytest.mark.parametrize("order", [1, 2])
def test_an_even_block_bears_its_compressive_strength(order):
    points, cells, _, ends = block((2, 2, 3), order)
    found = collapse(points, cells, 2.0, 1.5, ends)
    assert found.force == pytest.approx(2.0 * AREA, rel=1e-9)


def test_the_weakest_layer_decides():
    points, cells, middle, ends = block()
    found = collapse(points, cells, np.where(np.abs(middle[:, 2] - 2.5) < 0.5, 1.0, 3.0), 1.0, ends)
    assert found.force == pytest.approx(AREA, rel=1e-2)
    assert found.force >= AREA * (1 - 1e-9)
    still, moving = (points[:, 2] <= 2.0), (points[:, 2] >= 3.0)
    assert np.abs(found.velocity[still]).max() < 0.05
    assert np.abs(found.velocity[moving] - 1).max() < 0.05


def test_a_body_gives_way_at_different_heights_where_that_is_cheaper():
    """Two halves, each with a weak layer at another height, joined by a wall of little strength."""
    points, cells, middle, ends = block((8, 3, 12))
    left = middle[:, 0] < 2.0
    weak = np.where(left, np.abs(middle[:, 2] - 1.25) < 0.25, np.abs(middle[:, 2] - 4.75) < 0.25)
    wall = np.abs(middle[:, 0] - 2.0) < 0.5
    strength = np.where(wall, 0.02, np.where(weak, 1.0, 3.0))
    found = collapse(points, cells, strength, strength, ends)
    flat = AREA * (0.75 * (1.0 + 3.0) / 2 + 0.25 * 0.02)
    slope = np.hypot(1.0, 3.5)  # across the wall, 1 mm thick, from one weak layer to the other
    stepped = AREA * 0.75 * 1.0 + 0.02 * SIZE[1] * slope
    assert stepped * (1 - 1e-6) < found.force < 1.02 * stepped < 0.6 * flat


def test_the_force_is_the_power_of_the_velocity_and_no_velocity_near_it_is_cheaper():
    points, cells, _, ends = block((3, 2, 4))
    rng = np.random.default_rng(7)
    compression = rng.uniform(1, 3, len(cells))
    tension = compression * rng.uniform(0.5, 1, len(cells))
    found = collapse(points, cells, compression, tension, ends)

    def naive(u):
        """Box dissipation of v = -u e_z from the principal values of its strain rates."""
        total = 0.0
        for cell, nodes in enumerate(cells):
            edges = points[nodes[1:]] - points[nodes[0]]
            gradient = np.linalg.solve(edges, u[nodes[1:]] - u[nodes[0]])
            rate = np.zeros((3, 3))
            rate[2] -= gradient / 2
            rate[:, 2] -= gradient / 2
            e = np.linalg.eigvalsh(rate)
            dissipated = np.where(e > 0, tension[cell] * e, -compression[cell] * e).sum()
            total += dissipated * np.linalg.det(edges) / 6
        return total

    assert found.force == pytest.approx(naive(found.velocity), rel=1e-12)
    free = np.ones(len(points), bool)
    free[np.concatenate(ends)] = False
    for size in (0.3, 0.03):
        for _ in range(10):
            change = size * free * rng.normal(size=len(points))
            assert naive(found.velocity + change) > found.force * (1 - 5e-3)


def test_the_bound_lies_above_the_elastic_plastic_test_and_near_it():
    points, cells, middle, ends = block((4, 3, 6))
    hard = np.linalg.norm(middle - np.array([2.0, 1.5, 3.0]), axis=1) < 1.3
    strength = np.where(hard, 20.0, 2.0)
    supports = np.full((1, *points.shape), np.nan)
    supports[0, ends[0]] = 0.0
    supports[0, ends[1]] = [0, 0, -1.0]
    test = Plasticity(Elasticity(points, cells, supports)).test(
        150 * strength, 0.3, strength, 0.9 * strength, Way(largest=0.6)
    )
    found = collapse(points, cells, strength, 0.9 * strength, ends)
    assert test.ultimate < found.force < 1.1 * test.ultimate


def test_a_strength_of_nothing_and_an_end_outside_are_refused():
    points, cells, _, ends = block((1, 1, 2))
    with pytest.raises(ValueError, match="cell 0 has the strengths 0 and 1 MPa"):
        collapse(points, cells, 0.0, 1.0, ends)
    with pytest.raises(ValueError, match="0 upper nodes"):
        collapse(points, cells, 1.0, 1.0, [ends[0], np.array([], int)])
