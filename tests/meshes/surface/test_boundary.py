from dataclasses import replace

import numpy as np
import pytest
from surfaces import CYLINDER_HALF, CYLINDER_RADIUS, UPRIGHT, cylinder

from vertebra.meshes.surface.boundary import fit_boundary
from vertebra.meshes.surface.synthetic import RIM_MM

THETA = np.linspace(0, 2 * np.pi, 97)


@pytest.fixture(scope="module")
def boundary():
    return fit_boundary(UPRIGHT)


def test_cylinder_comes_back_exactly():
    boundary = fit_boundary(cylinder())
    eta = np.array([0.0, 0.25, 0.5, 1.0])
    wall = boundary.wall(THETA[:, None], eta)
    assert np.hypot(wall[..., 0], wall[..., 1]) == pytest.approx(
        np.full(wall.shape[:2], CYLINDER_RADIUS), rel=1e-4
    )
    assert wall[..., 2] == pytest.approx(
        np.broadcast_to(CYLINDER_HALF * (2 * eta - 1), wall.shape[:2]), abs=1e-3
    )
    end = boundary.endplate(THETA, 0.5, "superior")
    assert end[:, 0] == pytest.approx(CYLINDER_RADIUS / 2 * np.cos(THETA), abs=2e-3)
    assert end[:, 1] == pytest.approx(CYLINDER_RADIUS / 2 * np.sin(THETA), abs=2e-3)
    assert end[:, 2] == pytest.approx(np.full(len(THETA), CYLINDER_HALF), abs=1e-9)


def test_wall_and_endplates_meet_at_the_rims_and_on_the_axis(boundary):
    for side, eta in (("inferior", 0.0), ("superior", 1.0)):
        assert boundary.wall(THETA, eta) == pytest.approx(boundary.endplate(THETA, 1.0, side), abs=1e-12)
        poles = boundary.endplate(THETA, 0.0, side)
        assert poles == pytest.approx(np.broadcast_to(poles[0], poles.shape), abs=1e-9)
    assert boundary.wall(0.0, 0.3) == pytest.approx(boundary.wall(2 * np.pi, 0.3), abs=1e-9)
    assert boundary.wall(-1.0, 0.3) == pytest.approx(boundary.wall(2 * np.pi - 1.0, 0.3), abs=1e-9)


def test_boundary_lies_on_the_surface_but_for_the_rims(boundary):
    tree = UPRIGHT.surface.tree
    share = np.linspace(0, 1, 41)[:, None]
    for points in (
        boundary.wall(THETA, share),
        *(boundary.endplate(THETA, share, s) for s in ("inferior", "superior")),
    ):
        distance = tree.nearest(points.reshape(-1, 3))[0]
        assert distance.max() < 0.2  # 0.15 is the tolerance at rounded rims
        assert np.median(distance) < 0.01


def test_rounded_rims_get_an_edge(boundary):
    """A quarter circle becomes two chords: less than 140 degrees remain between wall and endplate."""
    step = RIM_MM / 2
    rim = boundary.wall(THETA, 1.0)
    down = boundary.wall(THETA, 1.0 - step / 24) - rim
    inwards = boundary.endplate(THETA, 1.0 - step / 19, "superior") - rim
    cosine = (down * inwards).sum(axis=1) / np.linalg.norm(down, axis=1) / np.linalg.norm(inwards, axis=1)
    assert np.degrees(np.arccos(cosine)).max() < 140


def test_smoothing_takes_out_ripples():
    rough = UPRIGHT.surface.points + 0.3 * np.sin(UPRIGHT.surface.points[:, [1, 2, 0]] / 0.5)
    body = replace(UPRIGHT, surface=replace(UPRIGHT.surface, points=rough))
    kinks = []
    for smooth_mm in (0.0, 1.0):
        wall = fit_boundary(body, smooth_mm=smooth_mm).wall(np.linspace(0, 2 * np.pi, 721), 0.5)
        kinks.append(np.linalg.norm(np.diff(wall, 2, axis=0), axis=1).mean())
    assert kinks[1] < 0.6 * kinks[0]
