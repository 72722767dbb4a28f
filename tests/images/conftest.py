import numpy as np
import pytest

from vertebra.images.image import Image


@pytest.fixture
def oblique():
    """An image with axes back, down and right, turned by some degrees, with edges of three lengths."""
    turn = np.array([[0.98, 0.1, 0.17], [-0.1, 0.99, -0.05], [-0.17, 0.03, 0.98]])
    turn, _ = np.linalg.qr(turn)
    axes = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ axes @ np.diag([0.9, 1.3, 2.0]) * np.sign(turn[0, 0])
    affine[:3, 3] = [-20.0, 33.0, 110.0]
    values = np.random.default_rng(3).integers(-1000, 2000, (7, 9, 11)).astype(np.int16)
    return Image(values, affine, "oblique")
