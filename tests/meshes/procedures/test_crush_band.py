import numpy as np
import pytest

from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.crush_band import CrushBand


@pytest.fixture(scope="module")
def crushed():
    flat = {"concavity_superior_mm": 0, "concavity_inferior_mm": 0}
    return crush_body(
        parametric_body("L1", 3.0, 1, **flat, height_posterior_mm=25, height_anterior_mm=25), "crush", 0.17
    )


def test_borders_of_a_level_band_are_its_own(crushed):
    band = CrushBand.of_zone(crushed.mesh, crushed.zone)
    x, y = np.random.default_rng(0).uniform(-8, 8, (2, 40))
    height = crushed.before.mean_mm
    assert band.low(x, y) == pytest.approx(-0.3 * height, abs=0.3)
    assert band.high(x, y) == pytest.approx((0.3 - 0.17) * height, abs=0.3)


def test_columns_without_crushed_bone_have_a_band_of_no_thickness(crushed):
    mesh = crushed.mesh
    front = mesh.points[mesh.cells[:, :4], 1].mean(axis=1) > 0
    band = CrushBand.of_zone(mesh, np.where(front, crushed.zone, 0.0))
    assert band.high(0.0, -10.0) == pytest.approx(band.low(0.0, -10.0), abs=0.05)
    assert band.high(0.0, 10.0) - band.low(0.0, 10.0) > 8


def test_nothing_crushed_is_refused(crushed):
    with pytest.raises(ValueError, match="no cell lies in the crush band"):
        CrushBand.of_zone(crushed.mesh, np.zeros(crushed.mesh.n_cells))
