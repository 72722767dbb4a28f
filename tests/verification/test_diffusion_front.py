"""Diffusion from a saturated face into an empty bar, and the front of Fisher's equation.

n = erfc(x / sqrt(4 D t)) solves dn/dt = D d2n/dx2 on a half line with n(0) = 1 (J. Crank, The Mathematics of
Diffusion, 2nd ed., 1975, eq. 2.45): half of it is reached 0.954 sqrt(D t) away from the face, with D = 0.5 mm2/d
2.52 mm on day 14 and 5.05 mm on day 56.

The front of dn/dt = D lap n + r n (1 - n) moves at 2 sqrt(r D) (R. A. Fisher, Ann. Eugenics 7 (1937) 355-369) and lags
behind by (3/2) sqrt(D / r) ln t (M. Bramson, Comm. Pure Appl. Math. 31 (1978) 531-581).
"""

import numpy as np
import pytest
from scipy.special import erfc, erfinv

from vertebra.checks.theory.fronts import D, bar, front, half_saturated


def error_in_mean_square(divisions, tolerance, day=14.0):
    points, problem, start = bar(30.0, divisions)
    n = problem.evolve(start, problem.medium(D), day, tolerance=tolerance).values[-1]
    return np.sqrt(np.mean((n - erfc(points[:, 0] / np.sqrt(4 * D * day))) ** 2))


@pytest.mark.parametrize("day", [14.0, 56.0])
def test_half_of_saturation_moves_with_the_root_of_time(day):
    # 2 erfinv(1/2) = 0.954
    assert half_saturated(day) == pytest.approx(2 * erfinv(0.5) * np.sqrt(D * day), rel=0.005)


def test_error_falls_with_the_square_of_the_element():
    h = np.array([1.5, 0.75, 0.375])
    errors = [error_in_mean_square(round(30 / size), 1e-4) for size in h]
    order = np.polyfit(np.log(h), np.log(errors), 1)[0]
    assert order == pytest.approx(2, abs=0.15)


def test_error_falls_with_the_square_of_the_step():
    points, problem, start = bar(10.0, 40)
    medium = problem.medium(D, growth=0.2)
    start = np.where(start > 0, 1.0, 0.5 * np.exp(-points[:, 0]))  # smooth: the step is what is measured
    runs = [
        problem.evolve(start, medium, 10.0, tolerance=tolerance) for tolerance in (3e-2, 3e-3, 3e-4, 1e-7)
    ]
    steps = [len(run.days) - 1 for run in runs[:3]]
    errors = [np.abs(run.values[-1] - runs[3].values[-1]).max() for run in runs[:3]]
    order = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order == pytest.approx(2, abs=0.3)


def test_fisher_front_moves_at_its_speed():
    r, first, last = 1.0, 25.0, 40.0
    points, problem, start = bar(75.0, 300)
    run = problem.evolve(start, problem.medium(D, growth=r), last, tolerance=3e-3)
    places = np.array([front(points, n) for n in run.values])
    moved = np.diff(np.interp([first, last], run.days, places))[0]
    expected = 2 * np.sqrt(r * D) * (last - first) - 1.5 * np.sqrt(D / r) * np.log(last / first)
    assert moved == pytest.approx(expected, rel=0.01)
