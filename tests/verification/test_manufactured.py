"""Manufactured solution: the order at which the displacement converges; theory in `checks/manufactured.py`."""

import numpy as np
import pytest

from vertebra.checks.theory.manufactured import conical_rule, error_of


def test_rule_integrates_polynomials():
    barycentric, weight = conical_rule(4)
    _, r, s, t = barycentric.T
    assert weight.sum() == pytest.approx(1 / 6)
    assert weight @ (r**2 * s**3 * t**2) == pytest.approx(2 * 6 * 2 / 3628800)  # i! j! k! / (i + j + k + 3)!


@pytest.mark.parametrize(("order", "divisions"), [(1, (6, 9, 12)), (2, (2, 4, 6, 8))])
def test_observed_order(order, divisions):
    errors = [error_of(n, order) for n in divisions]
    fitted = -np.polyfit(np.log(divisions), np.log(errors), 1)[0]
    assert fitted == pytest.approx(order + 1, abs=0.15)
    assert (np.diff(errors) < 0).all()
