"""Spherical inclusion in a large body under remote uniaxial stress; theory in `checks/inclusions.py`."""

import pytest

from vertebra.checks.theory.inclusions import fill_bounds, fill_modulus, inside, mean_inside


@pytest.mark.parametrize(
    ("young", "poisson", "printed"),
    [(2300.0, 0.3, (-0.1137, 1.7228, 7.787e-4)), (1.0, 0.167, (None, 0.006456, 6.659e-3))],
    ids=["cement", "soft callus"],
)
def test_stress_inside(young, poisson, printed):
    expected = inside(young, poisson)
    for formula, number in zip(expected, printed, strict=True):
        assert number is None or formula == pytest.approx(number, rel=1e-3)
    stress, strain = mean_inside(young, poisson)
    scale = expected[1]
    assert stress[[0, 1]] == pytest.approx([expected[0]] * 2, abs=0.01 * scale)
    assert stress[2] == pytest.approx(expected[1], rel=0.01)
    assert strain[2] == pytest.approx(expected[2], rel=0.01)


@pytest.mark.parametrize(("fill", "printed"), [(0.1, (351, 419)), (0.3, (482, 691))])
def test_random_fill_lies_between_its_bounds(fill, printed):
    low, high = fill_bounds(fill)
    assert (low, high) == pytest.approx(printed, abs=1)
    assert low < fill_modulus(fill) < high
