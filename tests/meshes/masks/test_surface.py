import numpy as np
import pytest

from vertebra.meshes.masks.surface import mask_surface
from vertebra.meshes.surface.topology import edge_use

TURN, _ = np.linalg.qr(np.array([[0.9, 0.2, -0.1], [-0.2, 0.95, 0.15], [0.1, -0.1, 1.0]]))


def affine_of(edges, turn=None):
    affine = np.eye(4)
    affine[:3, :3] = (TURN if turn is None else turn) * edges
    affine[:3, 3] = [5.0, -80.0, 900.0]
    return affine


def ellipsoid(affine, axes=(20.0, 15.0, 12.0)):
    """Voxels whose centres lie in an ellipsoid around the middle of a grid that holds it."""
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    shape = np.ceil(52 / edges).astype(int)
    index = np.stack(np.indices(shape), axis=-1) - (shape - 1) / 2
    return ((index @ affine[:3, :3].T / axes) ** 2).sum(axis=-1) < 1


@pytest.mark.parametrize("edges", [(1.0, 1.0, 1.0), (0.5, 0.5, 2.5), (1.5, 1.2, 0.8)])
def test_the_surface_holds_what_the_voxels_fill_and_is_closed(edges):
    affine = affine_of(edges)
    inside = ellipsoid(affine)
    wrapped = mask_surface(inside, affine)
    assert wrapped.mask_mm3 == pytest.approx(inside.sum() * np.prod(edges))
    assert wrapped.surface.volume == pytest.approx(wrapped.mask_mm3, rel=5e-3)
    assert (edge_use(wrapped.surface.triangles)[2] == 2).all()


def test_the_surface_lies_on_the_shape_that_was_marked():
    affine = affine_of((1.0, 1.0, 1.0))
    inside = ellipsoid(affine)
    middle = affine[:3, :3] @ ((np.array(inside.shape) - 1) / 2) + affine[:3, 3]
    radius = np.linalg.norm((mask_surface(inside, affine).surface.points - middle) / (20, 15, 12), axis=1)
    assert np.abs(radius - 1).max() < 0.06
    assert np.sqrt(np.mean((radius - 1) ** 2)) < 0.02


def test_a_mirrored_grid_gives_an_outward_surface():
    affine = affine_of((1.0, 1.0, 1.0), np.diag([-1.0, 1, 1]))
    assert mask_surface(ellipsoid(affine), affine).surface.volume > 0
