from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from surfaces import UPRIGHT

from vertebra.meshes.surface.alignment import align_body, side_bulges
from vertebra.meshes.surface.closed_surface import SurfaceError
from vertebra.meshes.surface.reading import axes_matrix, read_surface
from vertebra.meshes.surface.synthetic import synthetic_body

pytestmark = pytest.mark.slow

CODES = ["".join(code) for order in permutations(("RL", "AP", "SI")) for code in product(*order)]


def rotation(axis, degrees):
    """Rodrigues' formula."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def moved(surface, matrix):
    """The surface turned, and its triangles too where the matrix mirrors."""
    step = 1 if np.linalg.det(matrix) > 0 else -1
    triangles = np.ascontiguousarray(surface.triangles[:, ::step])
    return replace(surface, points=surface.points @ matrix.T + [100, -50, 30], triangles=triangles)


def test_body_stands_on_its_centroid():
    assert UPRIGHT.surface.centroid == pytest.approx([0, 0, 0], abs=1e-9)
    inferior, superior = UPRIGHT.planes
    assert inferior[1:] == pytest.approx(-superior[1:], abs=1e-3)  # the mean normal is z


@pytest.mark.parametrize("degrees", [0, 5, 15, 25, 29])
@pytest.mark.parametrize("azimuth", [10, 130, 250])
def test_tilt_is_found_and_taken_out(degrees, azimuth):
    axis = [np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0]
    body = align_body(moved(UPRIGHT.surface, rotation(axis, degrees)))
    assert body.tilt_deg == pytest.approx(degrees, abs=0.3)
    # back to where it was, but for a turn about z
    assert (body.rotation @ rotation(axis, degrees))[2] == pytest.approx([0, 0, 1], abs=5e-3)
    assert body.wedge_deg == pytest.approx(UPRIGHT.wedge_deg, abs=0.3)


def test_more_than_thirty_degrees_are_refused():
    with pytest.raises(SurfaceError, match=r"tilted by 3[34567]\.\d degrees.* at most 30"):
        align_body(moved(UPRIGHT.surface, rotation([1, 0.3, 0], 35)))


def test_alignment_is_the_rigid_motion_it_reports():
    surface = synthetic_body(48, 8)
    body = align_body(surface)
    assert body.rotation @ body.rotation.T == pytest.approx(np.eye(3), abs=1e-12)
    assert (surface.points - body.origin) @ body.rotation.T == pytest.approx(body.surface.points)
    assert any("turned upright by 8" in note for note in body.notes)


@pytest.mark.parametrize("code", CODES)
def test_wrong_axes_are_refused_unless_up_or_left_is_all_that_is_wrong(code):
    stated = moved(UPRIGHT.surface, axes_matrix(code))
    if code[1] == "A" and code[2] in "SI":  # a body alone cannot tell up from down, nor left from right
        assert not align_body(stated).is_whole
    else:
        with pytest.raises(SurfaceError, match="stated axes do not fit"):
            align_body(stated)


def test_posterior_wall_is_the_hollow_one():
    tree = UPRIGHT.surface.tree
    bulges = side_bulges(tree, np.zeros(3), np.eye(3), np.array([43.0, 34.0, 27.0]))
    right, anterior, left, posterior, superior, inferior = bulges
    assert posterior < 0 < min(right, left, anterior)
    assert right == pytest.approx(left, abs=0.05)
    assert max(superior, inferior) < 0  # hollow endplates


def test_a_round_body_says_that_front_and_back_were_not_checked():
    surface = UPRIGHT.surface
    radius = np.hypot(surface.points[:, 0], surface.points[:, 1])
    angle = np.arctan2(surface.points[:, 1], surface.points[:, 0])
    outline = np.array([radius[np.abs(angle - a) < 1e-6].max() for a in angle])
    factor = np.where(outline > 0, 20 / np.maximum(outline, 1e-9), 1)
    plain = replace(surface, points=surface.points * np.column_stack([factor, factor, np.ones_like(factor)]))
    assert any("could not be checked" in note for note in align_body(plain).notes)


@pytest.mark.parametrize(
    ("file", "axes", "whole"),
    [
        ("remus-lumbar/L1_body.obj", "ALS", False),
        ("remus-lumbar/L3_body.obj", "ALS", False),
        ("remus-lumbar/L1_Schrumpfverpacken.obj", "ALS", True),
        ("clouthier-L3/L3_mean.ply", "ALS", True),
        ("myosim-lowpoly/lumbar1.stl", "ASR", True),
    ],
)
def test_real_vertebrae_stand_upright_and_refuse_turned_axes(shared_data, file, axes, whole):
    path = shared_data / file
    body = align_body(read_surface(path, axes=axes))
    assert body.is_whole == whole
    assert body.tilt_deg < 16
    assert body.wedge_deg < 10
    turned = (
        axes.translate(str.maketrans("AL", "PR"))
        if "L" in axes
        else axes.translate(str.maketrans("AR", "PL"))
    )
    unit = "mm" if "clouthier" in file else "m"
    with pytest.raises(SurfaceError, match="stated axes do not fit"):
        align_body(read_surface(path, unit=unit, axes=turned))  # by 180 degrees about z
    with pytest.raises(SurfaceError, match="stated axes do not fit"):
        align_body(read_surface(path, unit=unit, axes="RAS"))
