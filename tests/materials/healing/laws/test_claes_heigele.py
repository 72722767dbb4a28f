"""Differentiation by strain and hydrostatic pressure: the published map."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.claes_heigele import claes_heigele, tissue_pressure
from vertebra.materials.table import value
from vertebra.materials.tissue import TissueState


def stretched(e):
    strain = np.zeros((len(np.atleast_1d(e)), 6))
    strain[:, 2] = e
    return strain


BONE, CARTILAGE = (1, 1, 1, 1, 1, 0, 0), (0, 1, 1, 1, 1, 0, 0)
FIBROUS, TORN = (0, 0.5, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 1, 0)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(
    ("strain", "pressure", "expected"),
    [
        (0.02, 0.0, BONE),
        (0.04, 0.1, BONE),
        (0.04, -0.1, BONE),
        (0.02, -0.3, CARTILAGE),
        (0.10, -0.3, CARTILAGE),
        (0.10, -0.1, FIBROUS),
        (0.10, 0.1, FIBROUS),
        (0.02, 0.3, FIBROUS),
        (0.20, -0.3, TORN),
        (0.20, 0.0, TORN),
    ],
)
def test_published_map_in_tension_and_compression(strain, pressure, expected, sign):
    found = claes_heigele(stretched(sign * strain), [pressure])
    np.testing.assert_array_equal([values[0] for _, values in found.items()], expected)


def test_half_is_left_at_each_published_limit():
    assert claes_heigele(stretched(0.05), [0.0]).intramembranous[0] == pytest.approx(0.5)
    assert claes_heigele(stretched(0.01), [-0.15]).intramembranous[0] == pytest.approx(0.5)
    assert claes_heigele(stretched(0.15), [-0.5]).ossification[0] == pytest.approx(0.5)
    assert claes_heigele(stretched(0.15), [-0.5]).rupture[0] == pytest.approx(0.5)


def test_bone_forms_without_a_break_where_the_two_ways_meet():
    pressure = np.linspace(-0.5, 0.0, 500)
    found = claes_heigele(stretched(np.full(500, 0.02)), pressure)
    np.testing.assert_allclose(found.ossification, 1)


@pytest.mark.parametrize("pressure", [-0.4, 0.0, 0.4])
def test_more_strain_never_allows_more(pressure):
    e = np.linspace(0, 0.3, 1000)
    found = dict(claes_heigele(stretched(e), np.full(1000, pressure)).items())
    assert np.all(np.diff(found.pop("rupture")) >= 0)
    for values in found.values():
        assert np.all(np.diff(values) <= 0)


def test_pressure_is_that_of_the_soft_tissue_only():
    fresh = TissueState.fresh(np.array([1.0, 0.3]))
    strain = stretched([-0.01, -0.01])
    young = value("tissue", "young.granulation")
    nu = value("mechanoregulation", "claes_heigele.poisson")
    np.testing.assert_allclose(tissue_pressure(strain, fresh), -0.01 * young / (3 * (1 - 2 * nu)))
