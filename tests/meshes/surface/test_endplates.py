import numpy as np
import pytest
from surfaces import UPRIGHT

from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.endplates import endplate_triangles
from vertebra.meshes.surface.reading import read_surface


def test_endplates_are_found_up_to_the_rims():
    plates = endplate_triangles(UPRIGHT)
    normals = UPRIGHT.surface.area_normals
    for side, sign in enumerate((-1.0, 1.0)):
        steep = sign * normals[:, 2] / np.linalg.norm(normals, axis=1)
        assert steep[plates == side].min() > 0.5
        assert (plates[steep > 0.85] == side).all()


@pytest.mark.parametrize(
    ("file", "axes", "mm2"),
    [("clouthier-L3/L3_mean.ply", "ALS", 1550), ("myosim-lowpoly/lumbar1.stl", "ASR", 1060)],
)
def test_endplates_of_real_whole_vertebrae_stay_on_the_body(shared_data, file, axes, mm2):
    body = align_body(read_surface(shared_data / file, axes=axes))
    plates = endplate_triangles(body)
    for side in (0, 1):
        centre = body.surface.corners[plates == side].mean(axis=1)
        assert np.linalg.norm(body.surface.area_normals[plates == side], axis=1).sum() == pytest.approx(
            mm2, rel=0.1
        )
        assert centre[:, 1].min() > -body.semi_axes[1] - 5  # nothing of the arch
        assert np.ptp(centre[:, 2]) < 8
