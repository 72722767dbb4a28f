"""Systems of one matrix: what a solution leaves, and corners as the coarse unknowns of faces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, diags, tril
from scipy.sparse.linalg import spsolve

from vertebra.fem.limit import least_power, linear_system
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.limit.least_power import Flow
from vertebra.fem.limit.linear_system import REDUCED, iterated
from vertebra.meshes.shapes import box


def flows(contrast: float = 1.0):
    """Unknowns at faces and at corners of one block, and the weight of its cells."""
    points, cells = box((10.0, 8.0, 12.0), (5, 4, 6))
    ends = [np.flatnonzero(points[:, 2] == z) for z in (0.0, 12.0)]
    body = LimitBody.of(points, cells, *ends)
    axis = np.tile([0.0, 0.0, 1.0], (len(cells), 1))
    faces = Flow(
        body.faces.of_cell, -3 * body.gradient, body.volume, axis, None, body.at_faces, body.faces.nodes
    )
    corners = Flow(body.cells, body.gradient, body.volume, axis, None, body.at_nodes)
    weight = np.where(points[cells].mean(axis=1)[:, 0] < 4.0, contrast, 1.0)
    return faces, corners, weight


def system(flow: Flow, weight: np.ndarray) -> tuple[csr_matrix, np.ndarray]:
    free = np.isnan(flow.given)
    return least_power._stiffness(flow, weight)[free][:, free].tocsr(), free


@pytest.mark.parametrize("contrast", [1.0, 1e4])
def test_the_system_of_faces_summed_to_corners_is_that_of_the_corners(contrast):
    faces, corners, weight = flows(contrast)
    matrix, free = system(faces, weight)
    coarse = least_power._from_corners(faces.faces, free)
    expected, _ = system(corners, weight)
    assert abs(coarse.T @ matrix @ coarse - expected).max() < 1e-12 * abs(expected).max()


@pytest.mark.parametrize("with_corners", [False, True])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_solution_leaves_a_share_of_the_residual_of_its_start(with_corners, seed):
    faces, _, weight = flows(1e4)
    matrix, free = system(faces, weight)
    coarse = least_power._from_corners(faces.faces, free) if with_corners else None
    rng = np.random.default_rng(seed)
    load, start = rng.normal(size=(2, matrix.shape[0]))
    found = iterated(matrix, coarse)(load, start)
    swept = (tril(matrix) @ diags(1 / np.sqrt(matrix.diagonal()))).toarray()
    before, after = (np.linalg.norm(np.linalg.solve(swept, load - matrix @ x)) for x in (start, found))
    assert after <= 1.001 * REDUCED * before


@pytest.mark.parametrize("with_corners", [False, True])
def test_the_solution_is_that_of_factors(with_corners, monkeypatch):
    faces, _, weight = flows(1e4)
    matrix, free = system(faces, weight)
    coarse = least_power._from_corners(faces.faces, free) if with_corners else None
    load, start = np.random.default_rng(3).normal(size=(2, matrix.shape[0]))
    monkeypatch.setattr(linear_system, "REDUCED", 1e-12)
    found = iterated(matrix, coarse)(load, start)
    exact = spsolve(matrix.tocsc(), load)
    assert np.abs(found - exact).max() < 1e-8 * np.abs(exact).max()
