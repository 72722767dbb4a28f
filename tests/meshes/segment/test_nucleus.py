import numpy as np
import pytest

from vertebra.meshes.caps import end_faces, rim_edges
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.segment.nucleus import nucleus_triangles


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6])
def test_the_nucleus_takes_its_share_in_the_middle(share):
    body = parametric_body("L1", 3.0, 1)
    faces = end_faces(body, "superior")
    inside = nucleus_triangles(body.points, faces, rim_edges(body, "superior"), share)
    corners = body.points[faces[:, :3], :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    assert abs(area[inside].sum() / area.sum() - share) <= area.max() / area.sum()
    middle = corners.mean(axis=1)
    centre = area @ middle / area.sum()
    away = np.hypot(*(middle - centre).T)
    assert away[inside].mean() < 0.75 * away[~inside].mean()
    assert not np.isin(np.flatnonzero(inside), np.flatnonzero(away > np.sqrt(share) * 1.3 * away.max())).any()
