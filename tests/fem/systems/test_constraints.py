import numpy as np
import pytest

from vertebra.fem.systems.constraints import read_loads, read_mesh, read_moduli, read_supports
from vertebra.meshes.shapes import box

POINTS, CELLS = box()


@pytest.mark.parametrize(
    ("points", "cells", "message"),
    [
        (POINTS[:, :2], CELLS, r"expected \(n, 3\)"),
        (POINTS, CELLS[:, :3], r"expected \(m, 4\)"),
        (POINTS, CELLS.astype(float), "expected integers"),
        (POINTS[:-1], CELLS, "there are 7 points"),
        (np.vstack([POINTS, [9, 9, 9]]), CELLS, "node 8 belongs to no cell"),
        (np.where(POINTS == 1, np.nan, POINTS), CELLS, "point 1 is"),
    ],
)
def test_bad_mesh_is_refused(points, cells, message):
    with pytest.raises(ValueError, match=message):
        read_mesh(points, cells)


def test_modes_must_share_their_pattern():
    supports = np.full((2, 8, 3), np.nan)
    supports[:, 0] = 0
    supports[1, 1] = 0
    with pytest.raises(ValueError, match="load mode 1 holds other unknowns"):
        read_supports(supports, 8)


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match=r"supports have shape \(7, 3\)"):
        read_supports(np.zeros((7, 3)), 8)
    with pytest.raises(ValueError, match=r"loads have shape \(3, 8, 3\)"):
        read_loads(np.zeros((3, 8, 3)), 8, 2)
    with pytest.raises(ValueError, match="load on node 2 is not finite"):
        read_loads(np.where(np.arange(8)[:, None] == 2, np.inf, np.zeros((8, 3))), 8, 1)


@pytest.mark.parametrize(
    ("young", "poisson", "message"),
    [
        ([1.0, np.nan], 0.3, "young is nan MPa in cell 1"),
        ([0.0, 1.0], 0.3, "young is 0.0 MPa in cell 0"),
        (-5.0, 0.3, "expected E > 0"),
        (1.0, [0.3, 0.5], "poisson is 0.5 in cell 1"),
        (1.0, np.nan, "poisson is nan"),
        (np.ones(3), 0.3, r"young has shape \(3,\)"),
    ],
)
def test_bad_moduli_are_refused(young, poisson, message):
    with pytest.raises(ValueError, match=message):
        read_moduli(young, poisson, 2)


def test_lame_constants():
    lam, mu = read_moduli(1000.0, [0.25, 0.0], 2)
    np.testing.assert_allclose(lam, [400.0, 0.0])
    np.testing.assert_allclose(mu, [400.0, 500.0])
