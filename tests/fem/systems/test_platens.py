import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import MODES, platen_supports, resultant, superpose
from vertebra.meshes.shapes import box


@pytest.fixture
def column():
    points, cells = box((2.0, 2.0, 3.0), (2, 2, 3), 2)
    return points, cells, np.flatnonzero(points[:, 2] == 0), np.flatnonzero(points[:, 2] == 3)


def test_flexion_lowers_the_anterior_side(column):
    points, _, lower, upper = column
    supports = platen_supports(points, lower, upper, modes=("axial", "flexion", "lateral"))
    anterior, right = upper[points[upper, 1] == 2], upper[points[upper, 0] == 2]
    np.testing.assert_allclose(supports[0, upper], np.tile([0, 0, -1], (len(upper), 1)))
    np.testing.assert_allclose(supports[1, anterior, 2], -1.0)  # 1 rad at 1 mm from the pivot
    np.testing.assert_allclose(supports[2, right, 2], -1.0)
    assert (supports[:, lower] == 0).all()


def test_energy_is_the_generalised_force(column):
    points, cells, lower, upper = column
    pivot = points[upper].mean(axis=0) + np.array([0.3, 0.2, 0.0])
    supports = platen_supports(points, lower, upper, modes=("axial", "flexion", "lateral"), pivot=pivot)
    young = np.random.default_rng(0).uniform(50, 500, len(cells))
    solution = Elasticity(points, cells, supports, method="direct").solve(young, 0.3)
    force, moment = resultant(points, solution.reaction, upper, pivot)
    generalised = np.stack([-force[:, 2], -moment[:, 0], moment[:, 1]])
    np.testing.assert_allclose(solution.energy, generalised, atol=1e-9 * abs(generalised).max())


def test_superposition_leaves_no_moment(column):
    points, cells, lower, upper = column
    supports = platen_supports(points, lower, upper, modes=("axial", "flexion", "lateral"))
    young = np.random.default_rng(1).uniform(50, 500, len(cells))
    solution = Elasticity(points, cells, supports, method="direct").solve(young, 0.3)
    amplitude = superpose(solution.energy)
    reaction = np.tensordot(amplitude, solution.reaction, 1)
    force, moment = resultant(points, reaction, upper, points[upper].mean(axis=0))
    assert amplitude[0] == 1
    np.testing.assert_allclose(moment[:2], 0, atol=1e-10 * abs(force[2]))


def test_force_keeps_its_line_where_the_platen_may_turn_and_slide(column):
    """3 N down at 0.4 mm in front and 0.7 mm right of the pivot, no shear force."""
    points, cells, lower, upper = column
    pivot = np.array([0.8, 1.3, 2.0])
    supports = platen_supports(points, lower, upper, modes=MODES, pivot=pivot)
    young = np.random.default_rng(2).uniform(50, 500, len(cells))
    solution = Elasticity(points, cells, supports, method="direct").solve(young, 0.3)
    load = np.array([3.0, 3.0 * 0.4, 3.0 * 0.7, 0.0, 0.0])
    motion = np.linalg.solve(solution.energy, load)  # energy is the generalised force of unit motions
    reaction = np.tensordot(motion, solution.reaction, 1)
    force, moment = resultant(points, reaction, upper, pivot + np.array([0.7, 0.4, 0.0]))
    np.testing.assert_allclose(force, [0, 0, -3.0], atol=1e-8)
    np.testing.assert_allclose(moment[:2], 0, atol=1e-8)


def test_shared_node_is_refused(column):
    points, _, lower, upper = column
    with pytest.raises(ValueError, match="on both platens"):
        platen_supports(points, lower, np.append(upper, lower[0]))
