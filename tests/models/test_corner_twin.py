"""The same vertebra on 4-node cells."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.models.corner_twin import corner_twin

QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")


@pytest.fixture(scope="module", params=["main", "crush"])
def pair(request):
    vertebra = bench(request.param, "fracture.cleft_mm=2", "fracture.collapse=true", mesh=QUADRATIC)
    return vertebra, corner_twin(vertebra)


def test_cells_of_the_twin_are_those_of_the_vertebra(pair):
    vertebra, twin = pair
    for name in ("intact", "fractured"):
        ours, theirs = getattr(vertebra.anatomy, name), getattr(twin.anatomy, name)
        assert theirs.mesh.order == 1
        corners = ours.mesh.points[ours.mesh.cells[:, :4]]
        np.testing.assert_allclose(theirs.mesh.points[theirs.mesh.cells], corners, atol=1e-9)
        assert np.abs(theirs.zone - ours.zone).max() < 0.02  # straight edges cut the band a little elsewhere
        crushed = [each.volume @ each.zone / each.volume.sum() for each in (ours, theirs)]
        assert crushed[1] == pytest.approx(crushed[0], rel=2e-3)
        np.testing.assert_allclose(theirs.cleft, ours.cleft, atol=1e-9)
        assert theirs.heights.mean_mm == pytest.approx(ours.heights.mean_mm, rel=1e-3)


def test_the_twin_is_crushed_by_the_same_loss(pair):
    vertebra, twin = pair
    deeper = [each.anatomy.collapsing.at(0.3).heights.anterior_mm for each in pair]
    assert deeper[1] == pytest.approx(deeper[0], rel=1e-3)
    assert twin.anatomy.collapsing.height_loss == vertebra.anatomy.collapsing.height_loss


def test_a_vertebra_without_a_fracture_has_no_twin():
    with pytest.raises(ValueError, match="finds no fracture"):
        corner_twin(bench("intact"))
