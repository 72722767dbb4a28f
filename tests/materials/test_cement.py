"""Cement and its composite with bone."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vertebra.materials.cement import COMPOSITES, PureCement, composite, mixed_young, products

FILL = np.array([0.10, 0.15, 0.20, 0.30])


def values(of):
    return [float(of.young), float(of.poisson), float(of.strength_compression), float(of.strength_tension)]


def test_interdigitated_pmma_is_the_default():
    np.testing.assert_allclose(values(composite()), [1300, 0.3, 40, 20])


def test_cavity_holds_pure_cement():
    np.testing.assert_allclose(values(composite(law="void_filled")), [2300, 0.3, 85, 35])


def test_other_cements_are_interdigitated_in_proportion():
    expected = [2000 * 1300 / 2300, 0.3, 20 * 40 / 85, 4 * 20 / 35]
    np.testing.assert_allclose(values(composite("calcium_phosphate")), expected)
    assert set(products()) == {"pmma", "pmma_low_modulus", "calcium_phosphate", "resin_composite"}


def test_resin_composite_is_twice_as_stiff_and_two_to_three_times_as_strong_as_pmma():
    resin, pmma = PureCement.of("resin_composite"), PureCement.of("pmma")
    assert resin.young / pmma.young == pytest.approx(2)
    assert 2 <= resin.compression / pmma.compression <= 3


def test_own_cement_stands_in_for_a_product():
    own = replace(PureCement.of("pmma"), young=1150.0)
    assert values(composite(own, "void_filled")) == [1150, 0.3, 85, 35]
    assert float(composite(own).young) == pytest.approx(650)


@pytest.mark.parametrize(
    ("law", "published"),
    [
        ("reuss", [329, 345, 363, 406]),
        ("hashin_shtrikman_lower", [351, 379, 410, 482]),
        ("hashin_shtrikman_upper", [419, 482, 549, 691]),
        ("voigt", [500, 600, 700, 900]),
    ],
)
def test_bounds_of_pmma_in_bone_of_300_mpa(law, published):
    np.testing.assert_allclose(mixed_young(300, 2300, FILL, law), published, atol=0.5)


@pytest.mark.parametrize("host", [100.0, 2300.0, 9000.0])
def test_bounds_are_ordered_also_in_bone_stiffer_than_cement(host):
    fill = np.linspace(0, 1, 21)
    laws = ("reuss", "hashin_shtrikman_lower", "hashin_shtrikman_upper", "voigt")
    curves = [mixed_young(host, 2300, fill, law) for law in laws]
    for lower, upper in pairwise(curves):
        assert np.all(lower <= upper * (1 + 1e-12))
    for curve in curves:
        np.testing.assert_allclose(curve[[0, -1]], [host, 2300])


@pytest.mark.parametrize("law", COMPOSITES[2:])
def test_bounded_composites_break_at_the_strain_of_cement(law):
    found = composite(law=law, host_young=np.array([100.0, 300.0]), fill=0.5)
    np.testing.assert_allclose(found.strength_compression / found.young, 85 / 2300)
    np.testing.assert_allclose(found.young, mixed_young(np.array([100.0, 300.0]), 2300, 0.5, law))


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="'glue' is not known: expected one of pmma"):
        composite("glue")
    with pytest.raises(ValueError, match="composite law 'mixed' is not known"):
        composite(law="mixed")
    with pytest.raises(ValueError, match="is not a bound"):
        mixed_young(300, 2300, 0.1, "interdigitated")


def test_bound_without_host_is_refused():
    with pytest.raises(ValueError, match="needs host_young"):
        composite(law="reuss")


def test_fill_beyond_one_is_refused():
    with pytest.raises(ValueError, match="volume shares"):
        mixed_young(300, 2300, 1.1, "voigt")
