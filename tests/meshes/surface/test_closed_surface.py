import pickle

import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.closed_surface import Surface


@pytest.fixture
def brick():
    return Surface(CUBE * [2.0, 3.0, 4.0] + [10.0, 0.0, 0.0], TRIANGLES)


def test_volume_centroid_and_normals_of_a_brick(brick):
    assert brick.volume == pytest.approx(24)
    assert brick.centroid == pytest.approx([11, 1.5, 2])
    assert np.linalg.norm(brick.area_normals, axis=1).sum() == pytest.approx(2 * (6 + 8 + 12))
    assert brick.area_normals.sum(axis=0) == pytest.approx(0, abs=1e-12)


def test_the_tree_is_built_once(brick):
    assert brick.tree is brick.tree


def test_a_surface_goes_to_another_process_and_answers_there(brick):
    here = brick.tree.nearest(np.array([[11.0, 1.5, 9.0]]))
    there = pickle.loads(pickle.dumps(brick)).tree.nearest(np.array([[11.0, 1.5, 9.0]]))
    assert here[0] == there[0] == pytest.approx(5.0)
