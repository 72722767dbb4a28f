"""Equilibrium of a whole vertebra: what the two platens carry, and what the energy says about it.

Statics: the reactions of a body under no other load sum to zero, force and moment. Clapeyron's theorem: twice the
strain energy is the work of the platen force in the platen's displacement, u . K u = F d; its error is of second
order in the error of the displacement, that of the summed reaction of first order.
"""

import numpy as np
import pytest

from vertebra.fem.systems.platens import resultant


@pytest.fixture(params=["linear_vertebra", "quadratic_vertebra"])
def vertebra(request):
    return request.getfixturevalue(request.param)


def imbalance(vertebra, solution):
    """Largest sum of reactions over the force of that mode's platen, and of moments over its moment."""
    mesh = vertebra.mesh
    everywhere = np.arange(mesh.n_points)
    pivot = mesh.points[vertebra.upper].mean(axis=0)
    lower_pivot = mesh.points[vertebra.lower].mean(axis=0)
    force, moment = resultant(mesh.points, solution.reaction, everywhere, pivot)
    carried, bending = resultant(mesh.points, solution.reaction, vertebra.upper, lower_pivot)
    size = np.linalg.norm(carried, axis=1)
    size_of_moment = np.linalg.norm(bending, axis=1) + np.linalg.norm(pivot - lower_pivot) * size
    return (
        (np.linalg.norm(force, axis=1) / size).max(),
        (np.linalg.norm(moment, axis=1) / size_of_moment).max(),
    )


def test_reactions_balance_at_the_default_tolerance(vertebra):
    solution = vertebra.problem.solve(vertebra.young, vertebra.poisson, method="iterative")
    assert solution.iterations > 0
    force, moment = imbalance(vertebra, solution)
    assert force < 1e-6
    assert moment < 1e-6


def test_reactions_balance_to_rounding_with_a_factorisation(linear_vertebra):
    solution = linear_vertebra.problem.solve(linear_vertebra.young, linear_vertebra.poisson, method="direct")
    force, moment = imbalance(linear_vertebra, solution)
    assert force < 1e-10
    assert moment < 1e-10


def test_free_nodes_carry_no_reaction(vertebra):
    solution = vertebra.problem.solve(vertebra.young, vertebra.poisson)
    free = np.isnan(vertebra.supports[0])
    assert (solution.reaction[:, free] == 0).all()
    held = ~free
    np.testing.assert_array_equal(solution.displacement[:, held], vertebra.supports[:, held])


def test_energy_is_the_work_of_the_platen(linear_vertebra):
    vertebra = linear_vertebra
    solution = vertebra.problem.solve(vertebra.young, vertebra.poisson, method="direct")
    work = np.einsum("kni,lni->kl", np.nan_to_num(vertebra.supports, nan=0.0), solution.reaction)
    np.testing.assert_allclose(solution.energy, work, rtol=1e-9, atol=1e-10 * work[0, 0])
    stress, strain = solution.stress(), solution.strain()
    stored = np.einsum("mq,kmqi,lmqi->kl", vertebra.problem.volume, stress, strain)
    np.testing.assert_allclose(solution.energy, stored, rtol=1e-9, atol=1e-10 * work[0, 0])


def test_energy_is_right_to_second_order(linear_vertebra):
    """Solved to 1e-3 only, the energy is as good as the reaction solved to 1e-6."""
    vertebra = linear_vertebra
    exact = vertebra.problem.solve(vertebra.young, vertebra.poisson, method="direct").energy[0, 0]
    rough = vertebra.problem.solve(vertebra.young, vertebra.poisson, tolerance=1e-3, method="iterative")
    assert rough.residual > 1e-6
    assert rough.energy[0, 0] == pytest.approx(exact, rel=1e-5)
    assert rough.energy[0, 0] >= exact * (1 - 1e-12), "the minimum of the energy is the solution"
