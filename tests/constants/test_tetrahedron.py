import numpy as np

from vertebra.constants.tetrahedron import EIGHTHS


def test_the_eight_parts_of_a_tetrahedron_have_an_eighth_of_its_volume_each():
    corners = np.array([[0, 0, 0], [2.0, 0.3, 0], [0.1, 3.0, 0], [0.4, 0.2, 1.5]])
    ends = [(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)]  # of the mid nodes 4 to 9
    points = np.concatenate([corners, [corners[list(pair)].mean(axis=0) for pair in ends]])
    edges = points[EIGHTHS[:, 1:]] - points[EIGHTHS[:, :1]]
    np.testing.assert_allclose(np.linalg.det(edges), np.linalg.det(corners[1:] - corners[0]) / 8)
