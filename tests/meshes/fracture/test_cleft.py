"""A cleft in the crushed zone."""

from functools import cache

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.cleft import place_cleft
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes


@cache
def crushed(kind, loss=0.17):
    return crush_body(parametric_body("L1", 4.0, 1, breaks=BandRule().borders(0.17)), kind, loss)


@pytest.mark.parametrize("kind", ["wedge", "crush", "biconcave"])
def test_volume_is_that_of_the_ellipsoid(kind):
    body = crushed(kind)
    cleft = place_cleft(body.mesh, body.zone, 4.0)
    volumes = cell_volumes(body.mesh.points, body.mesh.cells)
    assert cleft.semi_axes[2] == 2
    assert cleft.volume_mm3 == pytest.approx(4 / 3 * np.pi * cleft.semi_axes.prod(), rel=0.02)
    assert cleft.fraction @ volumes == pytest.approx(cleft.volume_mm3)
    assert cleft.fraction.min() == 0
    assert 0.9 < cleft.fraction.max() <= 1


@pytest.mark.parametrize("kind", ["wedge", "crush"])
def test_lies_in_crushed_trabecular_bone_around_its_middle(kind):
    body = crushed(kind)
    mesh = body.mesh
    cleft = place_cleft(mesh, body.zone, 4.0)
    inside = cleft.fraction > 0
    assert np.all(mesh.in_region("trabecular")[inside])
    weight = cleft.fraction * cell_volumes(mesh.points, mesh.cells)
    outside = np.maximum(cleft.fraction - body.zone, 0) / np.maximum(cleft.fraction, 1e-9)
    assert outside @ weight < 0.02 * weight.sum()  # the tip of a lens in the tip of a wedge
    corners = mesh.cells[:, :4]
    assert weight @ mesh.zeta[corners].mean(axis=1) / weight.sum() == pytest.approx(
        0.5, abs=0.02
    )  # half a millimetre: the zone is a little dished, the lens is not
    # in front and behind alike, although a wedge tilts the middle of its zone
    y = mesh.points[corners].mean(axis=1)[:, 1]
    for half in (y > cleft.centre[1], y <= cleft.centre[1]):
        assert weight[half] @ mesh.zeta[corners[half]].mean(axis=1) / weight[half].sum() == pytest.approx(
            0.5, abs=0.02
        )


def test_thicker_clefts_are_better_resolved():
    body = crushed("crush")
    resolved = [place_cleft(body.mesh, body.zone, thickness).resolved for thickness in (2.0, 4.0, 8.0)]
    assert resolved == sorted(resolved)
    assert resolved[0] < 0.05 < 0.6 < resolved[2]


def test_caps_change_nothing():
    body = crushed("crush")
    capped = add_caps(body.mesh, 10.0)
    zone = np.zeros(capped.n_cells)
    zone[capped.is_bone] = body.zone
    with_caps = place_cleft(capped, zone, 4.0).fraction
    assert np.array_equal(with_caps[capped.is_bone], place_cleft(body.mesh, body.zone, 4.0).fraction)
    assert np.all(with_caps[~capped.is_bone] == 0)


def test_refuses_what_does_not_fit():
    body = crushed("crush")
    with pytest.raises(ValueError, match=r"leaves the crushed trabecular bone: .* of it lie outside"):
        place_cleft(body.mesh, body.zone, 12.0)
    with pytest.raises(ValueError, match="leaves the crushed trabecular bone"):
        place_cleft(body.mesh, body.zone, 3.0, width=0.95, depth=0.95)
    with pytest.raises(ValueError, match=r"the cells give it .* the elements are too coarse"):
        place_cleft(body.mesh, body.zone, 0.05)
    with pytest.raises(ValueError, match="thickness_mm = 0: expected more than 0"):
        place_cleft(body.mesh, body.zone, 0.0)
    with pytest.raises(ValueError, match=r"width = 1\.2: expected a share"):
        place_cleft(body.mesh, body.zone, 3.0, width=1.2)
    with pytest.raises(ValueError, match="no trabecular cell belongs to the fracture zone"):
        place_cleft(body.mesh, np.zeros(body.mesh.n_cells), 3.0)
