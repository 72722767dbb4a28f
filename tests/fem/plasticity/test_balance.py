"""Readings of the force of a test, and what they say of its error."""

import numpy as np
import pytest

from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.plasticity import newton as plastic_newton
from vertebra.fem.plasticity.balance import Balance
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.fem.plasticity.return_mapping import Strength
from vertebra.fem.plasticity.state import Material, evaluate
from vertebra.fem.solve import Elasticity
from vertebra.fem.systems.constraints import read_moduli
from vertebra.meshes.shapes import box

E, NU = 300.0, 0.3
SIZE = (4.0, 3.0, 5.0)


def glued(divisions=(3, 3, 4)):
    """Box between two glued faces; the upper one moves down by 1 mm or turns by 1 rad."""
    points, cells = box(SIZE, divisions, 1)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0.0
    top = points[:, 2] == SIZE[2]
    supports[0, top] = [0, 0, -1.0]
    supports[1, top] = 0.0
    supports[1, top, 2] = 1.5 - points[top, 1]
    return points, cells, supports


@pytest.fixture(scope="module")
def elastic():
    """System, displacements (2, n, 3) of both modes, and a function from displacements to elastic states."""
    problem = Elasticity(*glued())
    system = problem._system
    lam, mu = read_moduli(E, NU, len(system.cells))
    never = np.full(system.geometry.volume.shape, np.inf)
    material = Material(lam, mu, Strength(never, never))
    plastic = np.zeros((*never.shape, 6))
    return (
        system,
        problem.solve(E, NU, tolerance=1e-10).displacement,
        lambda u: evaluate(system, material, u, plastic),
    )


def test_forces_of_an_elastic_body_in_balance_agree(elastic):
    system, motions, state_at = elastic
    balance = Balance(
        system, system.constraints.prescribed[0], motions[0], np.empty((0, *motions[0].shape)), motions[:0]
    )
    state = state_at(0.3 * motions[:1])
    assert balance.imbalance(state) < 1e-8
    assert balance.force_error(state, motions[:1]) < 1e-8
    assert balance.force_error(state_at(0 * motions[:1]), motions[:1]) == np.inf


def test_error_of_the_force_is_the_work_of_what_is_out_of_balance(elastic):
    system, motions, state_at = elastic
    balance = Balance(
        system, system.constraints.prescribed[0], motions[0], np.empty((0, *motions[0].shape)), motions[:0]
    )
    noise = system.nodal(np.random.default_rng(2).normal(size=(1, len(system.pattern.node), 3)))
    state = state_at(motions[:1] + 1e-3 * noise)
    rows = system.rows(state.force)
    force = np.vdot(system.constraints.prescribed[0], state.force[0])
    for velocity in (motions[:1], motions[:1] + noise):
        expected = max(abs(np.vdot(rows, system.rows(v)) / force) for v in (motions[:1], velocity))
        assert balance.force_error(state, velocity) == pytest.approx(expected, rel=1e-9)
    lam, mu = read_moduli(E, NU, len(system.cells))
    assert np.vdot(rows, noise[:, system.pattern.node]) == pytest.approx(
        1e-3 * np.vdot(noise, system.internal(Moduli(lam, mu), noise)), rel=1e-6
    )


def test_a_free_motion_that_is_held_counts_over_its_lever(elastic):
    system, motions, state_at = elastic
    prescribed = system.constraints.prescribed
    balance = Balance(system, prescribed[0], motions[0], prescribed[1:], motions[1:])
    state = state_at(motions[:1] + 0.1 * motions[1:])
    force = np.vdot(prescribed[0], state.force[0])
    moment = np.vdot(prescribed[1], state.force[0])
    lever = 1.5
    expected = abs(moment) / lever / force
    assert expected > 0.01
    assert balance.force_error(state, motions[:1]) == pytest.approx(expected, rel=1e-6)
    held = np.linalg.norm(np.where(system.constraints.held, state.force[0], 0.0), axis=1).sum()
    assert balance.imbalance(state) == pytest.approx(2 * abs(moment) / lever / held, rel=1e-6)


def test_a_loose_imbalance_leaves_the_force_within_its_bound(monkeypatch):
    points, cells, supports = glued((4, 4, 6))
    strength = np.where(points[cells].mean(axis=1)[:, 0] < 1.5, 1.0, 2.0)
    test = Plasticity(Elasticity(points, cells, supports))
    monkeypatch.setattr("vertebra.fem.plasticity.pressing.DIRECT_UNKNOWNS", 0)

    def press(tolerance):
        return test.test(
            E,
            NU,
            strength,
            0.9 * strength,
            Way(largest=0.2),
            strength_shear=strength / 2,
            tolerance=tolerance,
        )

    tight, loose = press(1e-5), press(0.5)
    assert loose.work.newton_steps < 0.7 * tight.work.newton_steps
    assert loose.ultimate == pytest.approx(tight.ultimate, rel=2 * plastic_newton.FORCE_ERROR)
