from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial import cKDTree

from vertebra.meshes.parametric.body import parametric_body, preset
from vertebra.meshes.parametric.structured import Divisions, structured_body
from vertebra.meshes.quality import cell_volumes


@dataclass(frozen=True)
class Barrel:
    """Straight circular cylinder, the boundary whose mesh has known volumes."""

    radius: float
    height: float

    def wall(self, theta, eta):
        return np.stack(
            [self.radius * np.cos(theta), self.radius * np.sin(theta), self.height * eta], axis=-1
        )

    def endplate(self, theta, rho, side):
        r, z = self.radius * rho, self.height if side == "superior" else 0.0
        return np.stack([r * np.cos(theta), r * np.sin(theta), z + 0 * r], axis=-1)


def barrel(order, edge_mm=2.0, **more):
    return structured_body(
        Barrel(18.0, 24.0), edge_mm=edge_mm, shell_mm=0.35, endplate_mm=0.5, order=order, **more
    )


def test_regions_of_a_cylinder_have_the_volumes_of_its_layers():
    mesh = barrel(2)
    volume = cell_volumes(mesh.points, mesh.cells)
    ends = np.pi * 18.0**2 * 0.5
    assert volume.sum() == pytest.approx(np.pi * 18.0**2 * 24.0, rel=1e-4)
    for side in ("superior", "inferior"):
        assert volume[mesh.in_region(f"{side}_endplate")].sum() == pytest.approx(ends, rel=1e-4)
    ring = np.pi * (18.0**2 - 17.65**2) * 23.0
    assert volume[mesh.in_region("shell")].sum() == pytest.approx(ring, rel=2e-3)


def test_curved_edges_bring_the_volume_to_order_four():
    exact = np.pi * 18.0**2 * 24.0
    missing = [1 - cell_volumes(m.points, m.cells).sum() / exact for m in (barrel(1), barrel(2))]
    n = 6 * 9
    assert missing[0] == pytest.approx(1 - n / (2 * np.pi) * np.sin(2 * np.pi / n), rel=1e-6)
    assert abs(missing[1]) < 0.01 * missing[0]


def distance_to(patch, points):
    """Distance of points to a surface given on a fine grid: along the normal of the nearest grid point."""
    normal = np.cross(np.gradient(patch, axis=0), np.gradient(patch, axis=1)).reshape(-1, 3)
    patch = patch.reshape(-1, 3)
    near = cKDTree(patch).query(points)[1]
    normal = normal[near] / np.linalg.norm(normal[near], axis=1, keepdims=True)
    return np.abs(np.einsum("ni,ni->n", points - patch[near], normal))


def wall_patch(body):
    theta, eta = np.meshgrid(np.linspace(-np.pi, np.pi, 721), np.linspace(0, 1, 151), indexing="ij")
    return body.wall(theta, eta)


def end_patch(body, side):
    theta, rho = np.meshgrid(np.linspace(-np.pi, np.pi, 361), np.linspace(0.002, 1, 151), indexing="ij")
    return body.endplate(theta, rho, side)


@pytest.mark.parametrize("level", ["T11", "L1", "L5"])
def test_shell_and_endplates_have_true_thickness(level):
    body, mesh = preset(level), parametric_body(level, 2.0, 2)
    shell = mesh.cells[mesh.in_region("shell")]
    inner = mesh.points[np.setdiff1d(shell[:, :4], mesh.node_sets["wall"])]
    assert distance_to(wall_patch(body), inner) == pytest.approx(np.full(len(inner), body.shell_mm), rel=0.02)
    for side in ("superior", "inferior"):
        layer = mesh.cells[mesh.in_region(f"{side}_endplate")]
        outer = [*mesh.node_sets[f"{side}_endplate"], *mesh.node_sets["wall"]]
        inner = mesh.points[np.setdiff1d(layer[:, :4], outer)]
        thickness = distance_to(end_patch(body, side), inner)
        assert thickness == pytest.approx(np.full(len(inner), body.endplate_mm), rel=0.02)


def test_outer_nodes_lie_on_the_boundary_curved_edges_included():
    body, mesh = preset("L1"), parametric_body("L1", 3.0, 2)
    assert distance_to(wall_patch(body), mesh.points[mesh.node_sets["wall"]]).max() < 1e-3
    for side in ("superior", "inferior"):
        assert (
            distance_to(end_patch(body, side), mesh.points[mesh.node_sets[f"{side}_endplate"]]).max() < 0.02
        )


def test_layers_end_at_the_breaks():
    mesh = parametric_body("L1", 3.0, 2, breaks=(0.25, 0.5, 0.9))
    low, high = mesh.zeta[mesh.cells].min(axis=1), mesh.zeta[mesh.cells].max(axis=1)
    for b in (0.25, 0.5, 0.9):
        assert not np.any((low < b - 1e-9) & (high > b + 1e-9))
    assert low.min() == 0
    assert high.max() == 1
    core = mesh.layer >= 0
    assert np.array_equal(core, ~mesh.in_region("superior_endplate", "inferior_endplate"))
    for k in range(mesh.layer.max()):
        assert high[mesh.layer == k].max() < high[mesh.layer == k + 1].max()


def test_symmetric_body_has_a_symmetric_mesh():
    mesh = parametric_body("L1", 3.5, 2)
    twin, back = cKDTree(mesh.points).query(mesh.points * [-1, 1, 1])
    assert twin.max() < 1e-9
    here = {tuple(c) for c in np.sort(mesh.cells, axis=1)}
    there = {tuple(c) for c in np.sort(back[mesh.cells], axis=1)}
    assert here == there


def test_equal_divisions_give_equal_cells_whatever_the_body():
    divisions = Divisions(4, (1, 3, 1))
    meshes = [
        structured_body(preset(level), edge_mm=3, shell_mm=0.3, endplate_mm=0.5, divisions=divisions)
        for level in ("T11", "L5")
    ]
    assert np.array_equal(meshes[0].cells, meshes[1].cells)
    with pytest.raises(ValueError, match="3 numbers of layers"):
        barrel(1, divisions=Divisions(4, (3,)))


def test_a_shell_thicker_than_the_section_is_refused():
    with pytest.raises(ValueError, match="make the shell thinner"):
        structured_body(Barrel(8.0, 24.0), edge_mm=2, shell_mm=4.5, endplate_mm=0.5)
