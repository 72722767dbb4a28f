"""Spherical inclusion in a large body under remote uniaxial stress.

J. D. Eshelby, Proc. R. Soc. A 241 (1957) 376. The strain inside is uniform. With alpha = (1 + nu) / (3 (1 - nu)) and
beta = 2 (4 - 5 nu) / (15 (1 - nu)) of the matrix, volumetric and deviatoric stress inside are those outside times
K_i / (K + alpha (K_i - K)) and G_i / (G + beta (G_i - G)).
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.loads import boundary_faces, traction
from vertebra.meshes.shapes import box

E, nu = 300.0, 0.3
FAR = 8.0  # outer radius over that of the inclusion; what the boundary disturbs falls like its cube


def bulk_and_shear(young, poisson):
    return young / (3 * (1 - 2 * poisson)), young / (2 * (1 + poisson))


def inside(young, poisson):
    """Stress xx and zz, strain zz in the inclusion for unit remote stress along z."""
    K, G = bulk_and_shear(E, nu)
    K_i, G_i = bulk_and_shear(young, poisson)
    alpha, beta = (1 + nu) / (3 * (1 - nu)), 2 * (4 - 5 * nu) / (15 * (1 - nu))
    mean = K_i / (K + alpha * (K_i - K)) / 3
    deviator = G_i / (G + beta * (G_i - G)) * np.array([-1, 2]) / 3
    xx, zz = mean + deviator
    return xx, zz, (zz - 2 * poisson * xx) / young


@pytest.fixture(scope="module")
def octant():
    """One eighth of a ball; the first 2 of 6 shells of bricks are the inclusion of radius 1."""
    n, core = 6, 2
    points, cells = box((1.0, 1.0, 1.0), (n,) * 3, 2)
    level = points.max(axis=1)
    length = np.sqrt((points**2).sum(axis=1))
    direction = points / np.where(length > 0, length, 1.0)[:, None]
    share = np.minimum(level * n / core, 1.0)[:, None]  # 1 from the surface of the inclusion on
    within = share * direction * share + (1 - share) * points * (n / core) / np.sqrt(3)
    shell = np.maximum(level * n - core, 0) / (n - core)
    radius = FAR**shell
    placed = np.where(share < 1, within, direction * radius[:, None])
    in_core = level[cells[:, :4]].max(axis=1) <= core / n + 1e-9
    supports = np.where(np.isclose(placed, 0), 0.0, np.nan)
    faces = boundary_faces(cells)
    outer = np.isclose(level[faces[:, :3]], 1).all(axis=1)
    return placed, cells, in_core, supports, faces[outer]


@pytest.mark.parametrize(
    ("young", "poisson", "printed"),
    [(2300.0, 0.3, (-0.1137, 1.7228, 7.787e-4)), (1.0, 0.167, (None, 0.006456, 6.659e-3))],
    ids=["cement", "soft callus"],
)
def test_stress_inside(octant, young, poisson, printed):
    points, cells, in_core, supports, outer = octant
    expected = inside(young, poisson)
    for formula, number in zip(expected, printed, strict=True):
        assert number is None or formula == pytest.approx(number, rel=1e-3)
    a, b, c = np.moveaxis(points[outer[:, :3]], 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.sqrt((normal**2).sum(axis=1, keepdims=True))
    loads = traction(points, outer, normal * [0.0, 0.0, 1.0])
    problem = Elasticity(points, cells, supports)
    solution = problem.solve(
        np.where(in_core, young, E), np.where(in_core, poisson, nu), loads, tolerance=1e-9
    )
    weight = problem.volume[in_core] / problem.volume[in_core].sum()
    stress = np.einsum("mq,mqi->i", weight, solution.stress()[in_core])
    strain = np.einsum("mq,mqi->i", weight, solution.strain()[in_core])
    scale = expected[1]
    assert stress[[0, 1]] == pytest.approx([expected[0]] * 2, abs=0.01 * scale)
    assert stress[2] == pytest.approx(expected[1], rel=0.01)
    assert strain[2] == pytest.approx(expected[2], rel=0.01)
