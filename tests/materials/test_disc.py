import pytest

from vertebra.fem.cells.anisotropy import Orthotropy
from vertebra.materials.disc import (
    anulus_constants,
    anulus_young,
    disc_height,
    nucleus_constants,
    nucleus_share,
)
from vertebra.materials.table import row


def test_the_nucleus_is_nearly_incompressible():
    young, poisson = nucleus_constants()
    assert young / (3 * (1 - 2 * poisson)) > 100 * young  # bulk over Young's modulus


def test_the_anulus_is_stiffer_around_than_across_and_its_constants_make_a_material():
    constants = anulus_constants()
    assert constants["young"] * anulus_young() == pytest.approx(row("disc", "anulus").parameters["across"])
    assert constants["young"] < 1
    Orthotropy.transverse(**constants)  # refuses a stiffness that is not positive definite


def test_height_and_share_stand_in_the_table():
    assert disc_height() == row("disc", "height").value
    assert nucleus_share() == row("disc", "nucleus_share").value
