import numpy as np
import pytest
from surfaces import UPRIGHT

from vertebra.meshes.caps import add_caps, end_faces
from vertebra.meshes.quality import cell_volumes, mesh_quality
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.layers import named_mesh, share_below

SHELL, ENDPLATE = 0.35, 0.5


@pytest.fixture(scope="module")
def tetrahedra():
    """Tetrahedra that know nothing of layers: those of a fitted body."""
    fitted, _ = fit_body(UPRIGHT, edge_mm=3.5, order=1, shell_mm=0.5, endplate_mm=0.5)
    return fitted.points, fitted.cells


@pytest.fixture(scope="module", params=[1, 2])
def mesh(request, tetrahedra):
    layers = {"edge_mm": 3.5, "shell_mm": SHELL, "endplate_mm": ENDPLATE, "order": request.param}
    return named_mesh(UPRIGHT, *tetrahedra, **layers)


def naive_share(values, threshold):
    """Share of evenly spread barycentric points."""
    n = 40
    grid = np.stack(np.meshgrid(*[(np.arange(n) + 0.5) / n] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[grid.sum(axis=1) < 1]
    bary = np.column_stack([1 - grid.sum(axis=1), grid])
    return (bary @ values < threshold).mean()


@pytest.mark.parametrize("seed", range(5))
def test_share_below_agrees_with_counting(seed):
    values = np.random.default_rng(seed).uniform(0, 2, 4)
    assert share_below(values, 1.0) == pytest.approx(naive_share(values, 1.0), abs=0.02)


@pytest.mark.parametrize(
    ("values", "share"),
    [
        ((0.0, 0, 0, 0), 1.0),
        ((2.0, 2, 2, 2), 0.0),
        (
            (0.0, 0, 0, 2),
            1 - 0.5**3,
        ),  # a face on the surface: what is left is a tetrahedron of half the height
        ((0.0, 2, 2, 2), 0.5**3),
        ((0.0, 0, 2, 2), 0.5),  # by symmetry
    ],
)
def test_share_below_in_closed_form(values, share):
    assert share_below(np.array(values), 1.0) == pytest.approx(share, abs=1e-3)


def test_layers_hold_area_times_thickness(mesh):
    volume = cell_volumes(mesh.points, mesh.cells)
    area = {}
    for side in ("inferior", "superior"):
        a, b, c = mesh.points[end_faces(mesh, side)[:, :3]].transpose(1, 0, 2)
        area[side] = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    ends = ENDPLATE * sum(area.values())
    assert (mesh.endplate_fraction * volume).sum() == pytest.approx(ends, rel=0.05)
    whole = np.linalg.norm(UPRIGHT.surface.area_normals, axis=1).sum()
    assert (mesh.shell_fraction * volume).sum() == pytest.approx(
        SHELL * (whole - sum(area.values())), rel=0.1
    )
    assert (mesh.shell_fraction + mesh.endplate_fraction <= 1 + 1e-12).all()


def test_heights_and_layers_rise_from_endplate_to_endplate(mesh):
    assert (mesh.zeta[mesh.node_sets["inferior_endplate"]] == 0).all()
    assert (mesh.zeta[mesh.node_sets["superior_endplate"]] == 1).all()
    height = mesh.points[mesh.cells[:, :4], 2].mean(axis=1)
    assert np.corrcoef(height[mesh.layer >= 0], mesh.layer[mesh.layer >= 0])[0, 1] > 0.97
    assert set(range(mesh.layer.max() + 1)) <= set(mesh.layer.tolist())


def test_caps_can_be_built_on_it(mesh):
    assert mesh_quality(add_caps(mesh)).n_inverted == 0
