"""Elastic-plastic tests: reading, assembly of tangents, and the search for equilibrium."""

import numpy as np
import pytest
from naive_stiffness import strain_matrix

from vertebra.fem import Elasticity, NotConverged
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.cells.stress import strain_of, stress_of
from vertebra.fem.plasticity import newton as plastic_newton
from vertebra.fem.plasticity.assembly import force_of_stress, tangent_stiffness
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.fem.plasticity.return_mapping import Strength, return_map_tangent
from vertebra.fem.plasticity.state import Material, evaluate, linearised_force, yielding
from vertebra.fem.systems.constraints import read_moduli
from vertebra.fem.systems.system import System
from vertebra.meshes.shapes import box

E, NU, STRENGTH = 300.0, 0.3, 2.0
SIZE = (4.0, 3.0, 5.0)
YIELD = STRENGTH / E * SIZE[2]


def glued(order=1, divisions=(3, 3, 4)):
    """Box between two rigid faces, both glued; the upper one moves down by 1 mm or turns by 1 rad."""
    points, cells = box(SIZE, divisions, order)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0.0
    top = points[:, 2] == SIZE[2]
    supports[0, top] = [0, 0, -1.0]
    supports[1, top] = 0.0
    supports[1, top, 2] = 1.5 - points[top, 1]
    return points, cells, supports


@pytest.fixture(scope="module")
def problem():
    return Elasticity(*glued())


@pytest.mark.parametrize("order", [1, 2])
def test_tangent_stiffness_is_its_naive_twin(order):
    points, cells, supports = glued(order, (1, 1, 2))
    system = System(points, cells, supports)
    rng = np.random.default_rng(3)
    root = rng.normal(size=(*system.geometry.volume.shape, 6, 6))
    tangent = root @ np.swapaxes(root, -1, -2)
    lam, mu = read_moduli(E, NU, len(cells))
    values = tangent_stiffness(system, system.stiffness(Moduli(lam, mu)), tangent, lam, mu)
    K = np.zeros((3 * len(points), 3 * len(points)))
    geometry = system.geometry
    for cell, nodes in enumerate(cells):
        unknowns = (3 * nodes[:, None] + np.arange(3)).ravel()
        for q in range(geometry.volume.shape[1]):
            B = strain_matrix(geometry.element.gradient[q] @ geometry.inverse[cell, q].T)
            K[np.ix_(unknowns, unknowns)] += geometry.volume[cell, q] * B.T @ tangent[cell, q] @ B
    x = rng.normal(size=(1, len(system.pattern.node), 3))
    expected = system.rows((K @ system.nodal(x).ravel()).reshape(1, -1, 3))
    np.testing.assert_allclose(
        system.product(values)(x), expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max()
    )


@pytest.mark.parametrize("order", [1, 2])
def test_tangents_of_cells_that_flow_are_those_of_all_cells(order):
    points, cells, supports = glued(order, (2, 2, 3))
    system = System(points, cells, supports)
    lam, mu = read_moduli(E, NU, len(cells))
    level = points[cells].mean(axis=1)[:, [2]] * np.ones(system.geometry.volume.shape)
    material = Material(lam, mu, Strength(1.0 + level, 0.5 + level, 0.6 + 0.5 * level))
    rng = np.random.default_rng(8)
    plastic = 1e-4 * rng.normal(size=(*level.shape, 6))
    state = evaluate(system, material, 0.004 * rng.normal(size=(1, *points.shape)), plastic)
    flowing = yielding(material, state, plastic)
    assert 0 < len(flowing.cells) < len(cells)
    _, _, tangent = return_map_tangent(state.strain, plastic, lam, mu, material.strength)
    elastic = system.stiffness(Moduli(lam, mu))
    out = np.full_like(elastic, np.nan)
    some = tangent_stiffness(system, elastic, flowing.tangent, lam, mu, 0.2, flowing.cells, out)
    assert some is out
    np.testing.assert_allclose(some, tangent_stiffness(system, elastic, tangent, lam, mu, 0.2), atol=1e-9)
    u = rng.normal(size=(2, *points.shape))
    force = linearised_force(system, material, flowing, 0.2, u)
    np.testing.assert_allclose(
        system.rows(force),
        system.product(some)(system.rows(u))
        + system.rows(linearised_force(system, material, flowing, 0.2, u - system.nodal(system.rows(u)))),
        atol=1e-7,
    )


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_elastic_tangent_gives_the_elastic_stiffness(share):
    points, cells = box(SIZE, (1, 1, 2), 1)
    supports = np.where(points == 0, 0.0, np.nan)  # nodes held in part
    system = System(points, cells, supports)
    lam, mu = read_moduli(np.linspace(100, 300, len(cells)), NU, len(cells))
    elastic = np.zeros((len(cells), 1, 6, 6))
    for i in range(6):
        unit = np.eye(6)[i]
        elastic[..., i] = stress_of(np.broadcast_to(unit, (len(cells), 1, 6)), lam, mu)
    values = tangent_stiffness(system, system.stiffness(Moduli(lam, mu)), elastic, lam, mu, share)
    np.testing.assert_allclose(values, system.stiffness(Moduli(lam, mu)), atol=1e-9)


def test_force_of_elastic_stress_is_the_internal_force():
    points, cells, supports = glued(2, (1, 1, 2))
    system = System(points, cells, supports)
    lam, mu = read_moduli(E, NU, len(cells))
    u = np.random.default_rng(4).normal(size=(1, *points.shape))
    stress = stress_of(strain_of(cells, system.geometry, u)[0], lam, mu)
    np.testing.assert_allclose(
        force_of_stress(system, stress), system.internal(Moduli(lam, mu), u), atol=1e-8
    )


def test_material_that_never_yields_is_elastic(problem):
    curve = Plasticity(problem).test(E, NU, np.inf, np.inf, Way(largest=2.0, ratio=(1, 0.1)), tolerance=1e-6)
    energy = problem.solve(E, NU).energy
    share = np.array([1, 0.1])
    np.testing.assert_allclose(curve.force, curve.amplitude * (share @ energy @ share), rtol=1e-5)
    np.testing.assert_allclose(curve.reaction, np.outer(curve.amplitude, energy @ share), rtol=1e-5)
    assert curve.yielded.max() == 0
    assert np.abs(curve.plastic).max() == 0


def test_forces_are_in_balance_and_inside_the_strength(problem):
    curve = Plasticity(problem).test(E, NU, STRENGTH, 0.9 * STRENGTH, Way(largest=4 * YIELD))
    assert all(history[-1] <= 5e-3 for history in curve.imbalance)
    assert np.all(np.diff(curve.force) > -5e-3 * curve.ultimate)
    assert np.abs(curve.stress[..., 2]).max() <= STRENGTH * (1 + 1e-12)
    work = np.trapezoid(curve.force, curve.amplitude)
    flow = np.einsum("cqi,cqi,cq->", curve.stress, curve.plastic, problem.volume)
    assert 0 < flow < work  # the end stress is at least the mean one on what flowed


def test_iterative_and_direct_ways_meet(problem, monkeypatch):
    arguments = {"way": Way(largest=3 * YIELD, ratio=(1, 0.2)), "tolerance": 1e-6}
    direct = Plasticity(problem).test(E, NU, STRENGTH, 0.9 * STRENGTH, **arguments)
    monkeypatch.setattr("vertebra.fem.plasticity.pressing.DIRECT_UNKNOWNS", 0)
    iterative = Plasticity(problem).test(E, NU, STRENGTH, 0.9 * STRENGTH, **arguments)
    assert iterative.ultimate == pytest.approx(direct.ultimate, rel=1e-4)
    assert iterative.work.iterations > direct.work.iterations


def test_search_that_is_cut_short_says_so_with_its_history(problem, monkeypatch):
    monkeypatch.setattr(plastic_newton, "NEWTON_STEPS", 0)
    with pytest.raises(NotConverged, match=r"not reached: equilibrium not found in 0 Newton steps") as caught:
        Plasticity(problem).test(E, NU, STRENGTH, STRENGTH, Way(largest=4 * YIELD), tolerance=1e-9)
    assert len(caught.value.residuals) >= 1


def test_force_between_equilibria_is_linear(problem):
    curve = Plasticity(problem).test(E, NU, STRENGTH, STRENGTH, Way(largest=2 * YIELD, stations=(YIELD,)))
    assert YIELD in curve.amplitude
    middle = 0.5 * (curve.amplitude[1] + curve.amplitude[2])
    assert curve.force_at(middle) == pytest.approx(curve.force[1:3].mean())
    with pytest.raises(ValueError, match="lies outside the test"):
        curve.force_at(3 * YIELD)


def test_gauge_is_read_at_every_equilibrium_and_may_end_the_test(problem):
    _, _, supports = glued()
    gauge = np.where(np.isfinite(supports[0]), supports[0], 0.0)  # how far the upper face has gone down
    gauge /= (gauge**2).sum()
    whole = Plasticity(problem).test(E, NU, STRENGTH, STRENGTH, Way(largest=2 * YIELD, gauge=gauge))
    assert whole.gauge == pytest.approx(whole.amplitude)
    short = Plasticity(problem).test(
        E,
        NU,
        STRENGTH,
        STRENGTH,
        Way(largest=2 * YIELD, gauge=gauge, enough=0.3 * YIELD, longest=0.1 * YIELD),
    )
    assert 0.3 * YIELD <= short.gauge[-1] < 0.4 * YIELD * (1 + 1e-9)
    assert short.gauge[-2] < 0.3 * YIELD
    assert (Plasticity(problem).test(E, NU, np.inf, np.inf, Way(largest=YIELD)).gauge == 0).all()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"way": Way(largest=1.0, gauge=np.zeros(3))},
            r"gauge has shape \(3,\), expected one weight per displacement",
        ),
        ({"strength_compression": -1.0}, r"strength_compression is -1\.0 MPa in cell 0"),
        ({"strength_tension": np.zeros(3)}, r"strength_tension has shape \(3,\), expected"),
        ({"way": Way(largest=1.0, ratio=(1.0,))}, "ratio is .*, expected 2 finite numbers"),
        ({"way": Way(largest=1.0, ratio=(0.0, 0.0))}, "not all zero"),
        ({"way": Way(largest=0.0)}, "largest amplitude is 0.0, expected more than zero"),
    ],
)
def test_wrong_input_is_refused(problem, change, text):
    given = {
        "young": E,
        "poisson": NU,
        "strength_compression": STRENGTH,
        "strength_tension": STRENGTH,
        "way": Way(largest=1.0),
    }
    with pytest.raises(ValueError, match=text):
        Plasticity(problem).test(**(given | change))
