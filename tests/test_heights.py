import pytest

from vertebra.meshes.body import parametric_body, preset
from vertebra.meshes.caps import add_caps
from vertebra.meshes.heights import body_heights


@pytest.mark.parametrize("order", [1, 2])
def test_heights_are_those_of_the_parametric_body(order):
    body = preset("L2")
    mesh = parametric_body("L2", 3.0, order)
    heights = body_heights(mesh)
    assert heights.anterior_mm == pytest.approx(body.height_anterior_mm)
    assert heights.posterior_mm == pytest.approx(body.height_posterior_mm)
    dish = body.concavity_superior_mm + body.concavity_inferior_mm
    mean = (body.height_anterior_mm + body.height_posterior_mm) / 2
    assert heights.middle_mm == pytest.approx(mean - dish, abs=0.1)
    # over a disc the dish (1 - (r / R)^2)^2 inside R averages to R^2 / 3
    assert heights.mean_mm == pytest.approx(mean - dish * 0.7**2 / 3, abs=0.1)
    assert body_heights(add_caps(mesh)) == heights
