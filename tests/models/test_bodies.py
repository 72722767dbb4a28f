"""The mesh of a mask holds its volume, whatever the voxels, the edges and the mesher."""

import re

import numpy as np
import pytest

from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image
from vertebra.images.phantom import body_depth
from vertebra.meshes.quality import cell_volumes
from vertebra.models.bodies import bone_of
from vertebra.scenarios.imported.image import ImageFile

KEPT = 0.005


def written(folder, edges, squeeze):
    """Mask of the body of the phantom, its height multiplied; volume of its voxels [mm3]."""
    edges = np.array(edges)
    shape = np.ceil(np.array([50.0, 40.0, 34.0 * squeeze]) / edges).astype(int) + 4
    affine = np.diag([*edges, 1.0])
    affine[:3, 3] = -edges * (shape - 1) / 2
    points = np.stack(np.indices(shape), axis=-1) * edges + affine[:3, 3]
    inside = body_depth(points / [1.0, 1.0, squeeze]) > 0
    write_nifti(Image(inside.astype(np.uint8), affine), folder / "mask.nii")
    return float(inside.sum() * edges.prod())


def held(folder, order, **asked):
    """Volume of the mesh, and what is said of it [mm3]."""
    mesh, notes = bone_of(ImageFile(mask=str(folder / "mask.nii"), label=1, **asked), order).mesh((0.2, 0.8))
    return float(cell_volumes(mesh.points, mesh.cells).sum()), notes


@pytest.mark.parametrize(
    ("squeeze", "edges", "edge_mm", "order"),
    [
        (1.0, (1.5, 1.5, 1.5), 4.0, 2),
        (0.55, (0.7, 0.7, 3.0), 4.0, 2),
        (0.55, (1.5, 1.5, 1.5), 2.0, 1),
        pytest.param(1.0, (0.8, 0.8, 0.8), 2.0, 2, marks=pytest.mark.slow),
        pytest.param(0.55, (0.8, 0.8, 0.8), 4.0, 2, marks=pytest.mark.slow),
        pytest.param(1.0, (0.7, 0.7, 3.0), 2.0, 2, marks=pytest.mark.slow),
    ],
)
def test_a_fitted_mesh_holds_the_volume_of_the_mask(tmp_path, edges, squeeze, edge_mm, order):
    volume = written(tmp_path, edges, squeeze)
    found, notes = held(tmp_path, order, edge_mm=edge_mm)
    assert found == pytest.approx(volume, rel=KEPT)
    said = re.search(r"holds ([\d.]+) mL, ([\d.]+) % of the mask", notes[-1])
    assert float(said[1]) == pytest.approx(found / 1000, abs=1e-3)
    assert float(said[2]) == pytest.approx(100 * found / volume, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("edge_mm", [3.0, 4.0])
def test_an_unstructured_mesh_holds_the_volume_of_the_mask(tmp_path, edge_mm):
    volume = written(tmp_path, (1.0, 1.0, 1.5), 1.0)
    found, notes = held(tmp_path, 1, edge_mm=edge_mm, method="tetwild")
    assert found == pytest.approx(volume, rel=1e-9)
    assert "enlarged by 0." in notes[-2]


def test_voxels_hold_the_volume_of_the_mask(tmp_path):
    volume = written(tmp_path, (1.5, 1.5, 2.0), 1.0)
    assert held(tmp_path, 1, method="voxels")[0] == pytest.approx(volume, rel=1e-9)
