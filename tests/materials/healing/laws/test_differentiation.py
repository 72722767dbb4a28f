"""The common answer of the differentiation rules, and the passage across a limit."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.healing.laws.differentiation import Differentiation, above, below

LIMIT, WIDTH = 0.05, 0.1


def test_a_limit_is_exact_and_its_passage_smooth():
    edges = LIMIT * np.array([0, 1 - WIDTH, 1, 1 + WIDTH, 5])
    np.testing.assert_allclose(below(edges, LIMIT, WIDTH), [1, 1, 0.5, 0, 0], atol=1e-15)
    x = LIMIT * np.linspace(1 - 1.5 * WIDTH, 1 + 1.5 * WIDTH, 3001)
    fall = np.gradient(below(x, LIMIT, WIDTH), x)
    steepest = 0.75 / (LIMIT * WIDTH)  # of (2 + t) (1 - t)^2 / 4 at t = 0
    assert np.all(fall <= 1e-9 * steepest)
    assert -fall.min() == pytest.approx(steepest, rel=1e-4)
    assert np.abs(np.diff(fall)).max() < 0.01 * steepest  # no kink in the slope


def test_above_and_below_share_everything():
    x = np.linspace(0, 0.2, 100)
    np.testing.assert_allclose(above(x, LIMIT, WIDTH) + below(x, LIMIT, WIDTH), 1)


def test_unhindered_allows_everything_and_loses_nothing():
    shares = {name: set(values) for name, values in Differentiation.unhindered(3).items()}
    lost = {"rupture", "resorption"}
    assert shares == {name: {0.0 if name in lost else 1.0} for name in shares}


def test_a_line_between_two_answers_stays_within_shares():
    start = Differentiation.unhindered(2)
    end = replace(start, intramembranous=np.array([0.4, 1.0]), rupture=np.array([0.6, 0.0]))
    half = start.towards(end, 0.5)
    np.testing.assert_allclose(half.intramembranous, [0.7, 1])
    np.testing.assert_allclose(half.rupture, [0.3, 0])
    np.testing.assert_allclose(start.towards(end, 2.0).rupture, [1, 0])
    np.testing.assert_allclose(start.towards(end, 2.0).intramembranous, [0, 1])


def test_something_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="rupture has shape"):
        replace(Differentiation.unhindered(2), rupture=np.array([0.0, 1.2]))
    with pytest.raises(ValueError, match="resorption has shape"):
        replace(Differentiation.unhindered(2), resorption=np.zeros(3))
