"""What is read from an elastic-plastic test."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.platens import platen_supports
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.shapes import box
from vertebra.runs.specimen import Specimen
from vertebra.runs.virtual_test import CLINICAL_STRAIN, run_virtual_test

AREA, HEIGHT, E, STRENGTH = 12.0, 5.0, 300.0, 2.0


def column(modes=("axial",)):
    """Specimen and properties of a box between glued platens; without Poisson's effect its stress is uniaxial."""
    points, cells = box((4.0, 3.0, HEIGHT), (2, 2, 2), 1)
    lower, upper = (np.flatnonzero(points[:, 2] == z) for z in (0, HEIGHT))
    problem = Elasticity(points, cells, platen_supports(points, lower, upper, modes=modes))
    everywhere = np.ones(len(cells))
    properties = MixedProperties(E * everywhere, 0 * everywhere, STRENGTH * everywhere, STRENGTH * everywhere)
    return Specimen(None, problem, HEIGHT), properties  # the mesh is not asked for


@pytest.mark.parametrize("modes", [("axial",), ("axial", "flexion", "lateral")])
def test_column_gives_its_strength_and_stiffness(modes):
    test = run_virtual_test(*column(modes))
    assert test.ultimate_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert test.stiffness == pytest.approx(E * AREA / HEIGHT, rel=1e-3)
    assert test.force_at_1p9_percent_N == pytest.approx(STRENGTH * AREA, rel=1e-3)
    assert STRENGTH / E < test.ultimate_strain <= 0.05
    assert test.row().keys() == {"ultimate_N", "ultimate_strain", "force_at_1p9_percent_N"}
    assert test.n_solves >= 1


def test_short_test_says_that_it_is_too_short():
    test = run_virtual_test(*column(), largest_strain=0.5 * CLINICAL_STRAIN)
    with pytest.raises(ValueError, match="lies outside the test"):
        _ = test.force_at_1p9_percent_N
