"""Fields of constant stress in transversely isotropic bodies: patch test, column at any angle to the axis, held column.

With e = E_t / E_a, g = G_a / E_a and nu of stress along the axis, Young's modulus at an angle a to the axis is

    E_a / E(a) = cos^4 a + sin^4 a / e + (1 / g - 2 nu) sin^2 a cos^2 a,

and held sides make a column along the axis E_a (1 - nu_t) / (1 - nu_t - 2 nu^2 e) stiff (S. G. Lekhnitskii, Theory of
Elasticity of an Anisotropic Body, 1963, chapters 1 and 2).
"""

import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along
from vertebra.fem.cells.loads import boundary_faces, traction
from vertebra.meshes.shapes import box

from .case import Theory
from .uniform_stress import GRADIENT, distorted_box

E, YOUNG, NU, NU_TRANSVERSE, SHEAR = 800.0, 0.333, 0.31, 0.38, 0.157
MATERIAL = Orthotropy.transverse(
    young=YOUNG, poisson_transverse=NU_TRANSVERSE, poisson_axial=NU, shear_axial=SHEAR
)
SIZE = np.array([2.0, 3.0, 5.0])
PULL = 2.0


def modulus_at(angle: float) -> float:
    """Young's modulus at an angle [rad] to the axis [MPa]."""
    c, s = np.cos(angle) ** 2, np.sin(angle) ** 2
    return E / (c**2 + s**2 / YOUNG + (1 / SHEAR - 2 * NU) * s * c)


def held_modulus() -> float:
    """Axial stress over strain of a column along the axis whose sides are held [MPa]."""
    return E * (1 - NU_TRANSVERSE) / (1 - NU_TRANSVERSE - 2 * NU**2 * YOUNG)


def tilted(angle: float) -> Anisotropy:
    """Axis in the plane of x and z, at an angle [rad] to z."""
    return Anisotropy(MATERIAL, axes=axes_along([np.sin(angle), 0.0, np.cos(angle)]))


def patch(order: int, anisotropy: Anisotropy, method: str = "auto") -> tuple[np.ndarray, Solution]:
    """Solve a linear displacement given on the boundary of a distorted box; exact field (n, 3) and what is found."""
    points, cells = distorted_box(order)
    linear = points @ GRADIENT.T + [0.1, -0.2, 0.3]
    boundary = np.asarray((np.isclose(points, 0) | np.isclose(points, [2.0, 1.5, 1.0])).any(axis=1))
    problem = Elasticity(points, cells, np.where(boundary[:, None], linear, np.nan), method=method)
    return linear, problem.solve(E, 0.3, anisotropy=anisotropy, tolerance=1e-13)


def pull(order: int, anisotropy: Anisotropy) -> tuple[np.ndarray, Solution]:
    """Pull a column at both ends along z, free to shear; points (n, 3) and solution."""
    points, cells = box(SIZE, (2, 3, 3), order)
    supports = np.full(points.shape, np.nan)
    at = {
        corner: int(np.flatnonzero((points == SIZE * corner).all(axis=1))[0])
        for corner in np.ndindex(2, 2, 2)
    }
    supports[at[0, 0, 0]] = 0.0  # six unknowns hold six rigid motions and carry nothing
    supports[at[1, 0, 0], 1:] = 0.0
    supports[at[0, 1, 0], 2] = 0.0
    faces = boundary_faces(cells)
    loads = np.zeros(points.shape)
    for end, sign in ((0.0, -1.0), (SIZE[2], 1.0)):
        face = faces[(points[faces[:, :3], 2] == end).all(axis=1)]
        loads += traction(points, face, (0.0, 0.0, sign * PULL))
    return points, Elasticity(points, cells, supports).solve(E, 0.3, loads, 1e-13, anisotropy=anisotropy)


def hold(order: int, anisotropy: Anisotropy) -> Solution:
    """Lengthen a column by 1 % along z with its sides held."""
    points, cells = box(SIZE, (2, 2, 2), order)
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[(points[:, i] == 0) | (points[:, i] == SIZE[i]), i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = 0.01 * SIZE[2]
    return Elasticity(points, cells, supports).solve(E, 0.3, anisotropy=anisotropy, tolerance=1e-13)


def _patch_error(order: int) -> float:
    exact, solution = patch(order, Anisotropy(MATERIAL, axes=axes_along([1.0, 2.0, -0.5])))
    return np.abs(solution.displacement - exact).max() / np.abs(exact).max()


def _modulus(angle: float) -> float:
    _, solution = pull(1, tilted(angle))
    return PULL / solution.strain()[..., 2].mean()


CASES = (
    *(
        Theory(
            f"patch turned tet{nodes}",
            "patch test, transversely isotropic about a turned axis: relative error of the displacement",
            "Irons and Razzaque 1972",
            lambda order=order: _patch_error(order),
            tolerance=1e-12,
        )
        for order, nodes in ((1, 4), (2, 10))
    ),
    *(
        Theory(
            f"column at {degrees} degrees",
            f"Young's modulus at {degrees} degrees to the axis of transverse isotropy [MPa]",
            "Lekhnitskii 1963",
            lambda degrees=degrees: _modulus(np.radians(degrees)),
            modulus_at(np.radians(degrees)),
            1e-9,
        )
        for degrees in (0, 30, 90)
    ),
    Theory(
        "column held along the axis",
        "stress over strain with held sides, E_a (1-nu_t) / (1-nu_t-2 nu^2 E_t/E_a) [MPa]",
        "Lekhnitskii 1963",
        lambda: hold(2, tilted(0.0)).stress()[..., 2].mean() / 0.01,
        held_modulus(),
        1e-9,
    ),
)
