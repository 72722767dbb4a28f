"""Proof by halving: consistent tangent, Newton's order, and an ultimate load that owes nothing to the increments.

A glued box under its platen, beyond yield. J. C. Simo and R. L. Taylor, Comput. Methods Appl. Mech. Eng. 48 (1985) 101:
with the consistent tangent Newton's method converges quadratically. For associated perfect plasticity the limit load
does not depend on the path (limit theorems; Hill, The Mathematical Theory of Plasticity).
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.cells.stress import strain_of
from vertebra.fem.plasticity import newton as plastic_newton
from vertebra.fem.plasticity.assembly import force_of_stress, tangent_stiffness
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.fem.plasticity.return_mapping import Strength, return_map, return_map_tangent
from vertebra.fem.systems.constraints import read_moduli
from vertebra.fem.systems.system import System
from vertebra.meshes.shapes import box

E, NU, COMPRESSION, TENSION = 300.0, 0.3, 2.0, 1.8
SIZE = (4.0, 3.0, 5.0)
YIELD = COMPRESSION / E * SIZE[2]


def glued(order):
    """Box between two rigid faces, both glued; the upper one moves down by 1 mm."""
    points, cells = box(SIZE, (2, 2, 3), order)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0.0
    supports[points[:, 2] == SIZE[2]] = [0, 0, -1.0]
    return points, cells, supports


@pytest.fixture(scope="module")
def test_of_box():
    return Plasticity(Elasticity(*glued(1)))


def press(test, way, **options):
    return test.test(E, NU, COMPRESSION, TENSION, way, **options)


@pytest.mark.parametrize("order", [1, 2])
def test_halving_the_step_quarters_the_error_of_the_assembled_tangent(order):
    """F(u + h d) = F(u) + h K d + O(h^2), with K the stiffness of a Newton step, in a body that flows in part."""
    system = System(*glued(order))
    lam, mu = read_moduli(E, NU, len(system.cells))
    shape = system.geometry.volume.shape
    strength = Strength(np.full(shape, COMPRESSION), np.full(shape, TENSION))
    plastic = np.zeros((*shape, 6))
    rng = np.random.default_rng(7)
    u = YIELD * np.array([0, 0, -1.0]) * system.points[:, 2:] / SIZE[2]
    u = u + 0.04 * YIELD * rng.normal(size=u.shape)
    rows = rng.normal(size=(1, len(system.pattern.node), 3))
    direction = system.nodal(rows)

    def strain(h):
        return strain_of(system.cells, system.geometry, u[None] + h * direction)[0]

    def force(h):
        return system.rows(force_of_stress(system, return_map(strain(h), plastic, lam, mu, strength)[0]))

    _, flowed, tangent = return_map_tangent(strain(0.0), plastic, lam, mu, strength)
    share = (np.abs(flowed).max(axis=-1) > 0).mean()
    assert 0.2 < share < 1
    linear = system.product(tangent_stiffness(system, system.stiffness(Moduli(lam, mu)), tangent, lam, mu))(
        rows
    )
    steps = 1e-6 * YIELD / 2.0 ** np.arange(4)  # small enough that no point changes its faces
    errors = np.array([np.abs(force(h) - force(0.0) - h * linear).sum() for h in steps])
    assert np.all(errors[1:] < 0.3 * errors[:-1])


def test_newton_converges_quadratically_with_the_tangent_alone(test_of_box, monkeypatch):
    monkeypatch.setattr(plastic_newton, "ELASTIC_SHARE", 0.0)
    curve = press(test_of_box, Way(largest=1.5 * YIELD), tolerance=1e-9)
    last = [history[-2:] for history in curve.imbalance if len(history) > 2]
    assert last
    for before, after in last:
        assert after <= 10 * before**2 + 1e-13


def test_newton_converges_linearly_with_a_share_of_the_elastic_stiffness(test_of_box, monkeypatch):
    """The rate is in proportion to the share that keeps the matrix regular."""

    def rate(share):
        monkeypatch.setattr(plastic_newton, "ELASTIC_SHARE", share)
        curve = press(test_of_box, Way(largest=1.2 * YIELD), tolerance=1e-11)
        before, after = max(curve.imbalance, key=len)[-3:-1]
        return after / before

    coarse, fine = rate(4e-3), rate(4e-4)
    assert coarse < 0.5
    assert fine < 0.25 * coarse


def test_halving_increments_and_tolerance_leaves_the_ultimate_load(test_of_box):
    loads = []
    for halving in range(3):
        share = 0.5**halving
        curve = press(test_of_box, Way(largest=4 * YIELD, longest=share * YIELD), tolerance=1e-3 * share)
        loads.append(curve.ultimate)
        assert len(curve.force) > 4 / share
    assert loads == pytest.approx([loads[-1]] * 3, rel=2e-4)
