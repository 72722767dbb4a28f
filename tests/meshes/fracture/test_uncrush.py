import numpy as np
import pytest

from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.fracture.measuring import Sounded, measure_loss
from vertebra.meshes.fracture.uncrush import uncrush_body
from vertebra.meshes.parametric.body import parametric_body


@pytest.fixture(scope="module", params=[1, 2])
def body(request):
    return parametric_body("L1", 4.0, request.param, breaks=(0.2, 0.8))


@pytest.mark.parametrize("kind", ["wedge", "biconcave", "crush"])
@pytest.mark.parametrize("loss", [0.1, 0.25])
def test_uncrushing_undoes_the_crush(body, kind, loss):
    crushed = crush_body(body, kind, loss).mesh
    back = uncrush_body(crushed, kind, loss)
    np.testing.assert_allclose(back.points, body.points, atol=0.03)
    np.testing.assert_array_equal(back.cells, body.cells)


@pytest.mark.parametrize("kind", ["wedge", "biconcave", "crush"])
@pytest.mark.parametrize("loss", [0.1, 0.25])
@pytest.mark.parametrize("edge_mm", [4.0, 2.0])
def test_a_known_loss_is_found_again(kind, loss, edge_mm):
    """Long facets cut the dish of a biconcave fracture off: 0.25 is found as 0.234 at 4 mm, as 0.243 at 2 mm."""
    tolerance = 0.02 if (kind, edge_mm) == ("biconcave", 4.0) else 0.01
    body = parametric_body("L1", edge_mm, 1, breaks=(0.2, 0.8))
    found = measure_loss(Sounded.of(crush_body(body, kind, loss).mesh), [Sounded.of(body)])
    assert found.kind == kind
    assert found.height_loss == pytest.approx(loss, abs=tolerance)
    assert kind in str(found)


def test_a_larger_person_is_not_a_fracture(body):
    import dataclasses

    crushed = crush_body(body, "wedge", 0.2).mesh
    larger = dataclasses.replace(crushed, points=1.1 * crushed.points)
    assert measure_loss(Sounded.of(larger), [Sounded.of(body)]).height_loss == pytest.approx(0.2, abs=0.01)
    with pytest.raises(ValueError, match=r"expected a loss of 0\.05 to 0\.5"):
        measure_loss(Sounded.of(dataclasses.replace(body, points=1.1 * body.points)), [Sounded.of(body)])
