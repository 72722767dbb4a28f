"""Differentiation by octahedral shear strain: the published map."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.prendergast import prendergast, stimulus


def sheared(s):
    """Strain with the given stimulus: pure shear g has octahedral shear sqrt(2/3) g."""
    strain = np.zeros((len(s), 6))
    strain[:, 5] = 0.0375 * np.asarray(s) / np.sqrt(2 / 3)
    return strain


REGIMES = {  # a stimulus well inside, and the shares in the order of Differentiation
    "resorption": (0.005, (1, 1, 1, 1, 1, 0, 1)),
    "mature bone": (0.1, (1, 1, 1, 1, 1, 0, 0)),
    "immature bone": (0.6, (1, 1, 1, 1, 0, 0, 0)),
    "cartilage": (2.0, (0, 1, 0, 0, 0, 0, 0)),
    "fibrous tissue": (5.0, (0, 0, 0, 0, 0, 1, 0)),
}


@pytest.mark.parametrize(("s", "expected"), REGIMES.values(), ids=REGIMES.keys())
def test_published_map(s, expected):
    found = [values[0] for _, values in prendergast(sheared([s])).items()]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("limit", "process"),
    [
        (0.01, "resorption"),
        (0.267, "maturation"),
        (1, "ossification"),
        (1, "intramembranous"),
        (3, "rupture"),
    ],
)
def test_half_is_left_at_each_published_limit(limit, process):
    assert getattr(prendergast(sheared([limit])), process)[0] == pytest.approx(0.5, abs=1e-12)


def test_more_strain_never_allows_more():
    found = dict(prendergast(sheared(np.geomspace(1e-3, 30, 2000))).items())
    rupture = found.pop("rupture")
    assert np.all(np.diff(rupture) >= 0)
    for values in found.values():
        assert np.all(np.diff(values) <= 0)


def test_stimulus_does_not_see_a_change_of_volume():
    strain = sheared([0.4])
    np.testing.assert_allclose(stimulus(strain - 0.2 * (np.arange(6) < 3)), 0.4)
