"""A sphere of another material, or of none, in a large body, and random fills between bounds.

J. D. Eshelby, Proc. R. Soc. A 241 (1957) 376. The strain inside is uniform. With alpha = (1 + nu) / (3 (1 - nu)) and
beta = 2 (4 - 5 nu) / (15 (1 - nu)) of the matrix, volumetric and deviatoric stress inside are those outside times
K_i / (K + alpha (K_i - K)) and G_i / (G + beta (G_i - G)).

J. N. Goodier, Trans. ASME 55 (1933) A-39; Timoshenko and Goodier, Theory of Elasticity, article 137. In the equatorial
plane, at a distance r from the middle of a cavity of radius a,

    sigma_zz = 1 + (4 - 5 nu) / (2 (7 - 5 nu)) (a / r)^3 + 9 / (2 (7 - 5 nu)) (a / r)^5,

which is (27 - 15 nu) / (2 (7 - 5 nu)) = 2.045 at the wall for nu = 0.3.

Z. Hashin and S. Shtrikman, J. Mech. Phys. Solids 11 (1963) 127: bounds of an isotropic mixture of two phases.
"""

from functools import cache

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import boundary_faces, traction
from vertebra.materials.cement import mixed_young
from vertebra.meshes.shapes import box

from .case import Theory
from .nodal_stress import nodal_stress
from .octants import hollow_octant, solid_octant

E, nu = 300.0, 0.3
FAR = 8.0  # outer radius over that of the inclusion; what the boundary disturbs falls like its cube
PMMA = 2300.0


def inside(young: float, poisson: float) -> tuple[float, float, float]:
    """Stress xx and zz [MPa] and strain zz in the inclusion for unit remote stress along z."""
    bulk, shear = E / (3 * (1 - 2 * nu)), E / (2 * (1 + nu))
    bulk_i, shear_i = young / (3 * (1 - 2 * poisson)), young / (2 * (1 + poisson))
    alpha, beta = (1 + nu) / (3 * (1 - nu)), 2 * (4 - 5 * nu) / (15 * (1 - nu))
    mean = bulk_i / (bulk + alpha * (bulk_i - bulk)) / 3
    deviator = shear_i / (shear + beta * (shear_i - shear)) * np.array([-1, 2]) / 3
    xx, zz = mean + deviator
    return xx, zz, (zz - 2 * poisson * xx) / young


def pull(points: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Nodal forces of unit stress along z on outer faces; shape (n, 3) [N]."""
    a, b, c = np.moveaxis(points[outer[:, :3]], 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.sqrt((normal**2).sum(axis=1, keepdims=True))
    return traction(points, outer, normal * [0.0, 0.0, 1.0])


@cache
def filled_octant() -> tuple[np.ndarray, ...]:
    """One eighth of a ball; the first 2 of 6 shells of bricks are the inclusion of radius 1.

    Points (n, 3), cells, cells that are inclusion, supports (n, 3), outer faces.
    """
    n, core = 6, 2

    def radius(shell):
        return np.where(shell < core, shell / core, FAR ** (np.maximum(shell - core, 0) / (n - core)))

    placed, cells, shell = solid_octant(n, core, radius)
    in_core = shell[cells[:, :4]].max(axis=1) <= core + 1e-9
    supports = np.where(np.isclose(placed, 0), 0.0, np.nan)
    faces = boundary_faces(cells)
    outer = np.isclose(shell[faces[:, :3]], n).all(axis=1)
    return placed, cells, in_core, supports, faces[outer]


@cache
def mean_inside(young: float, poisson: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean stress (6,) [MPa] and strain (6,) of the inclusion for unit remote stress along z."""
    points, cells, in_core, supports, outer = filled_octant()
    problem = Elasticity(points, cells, supports)
    solution = problem.solve(
        np.where(in_core, young, E),
        np.where(in_core, poisson, nu),
        pull(points, outer),
        tolerance=1e-9,
    )
    weight = problem.volume[in_core] / problem.volume[in_core].sum()
    stress = np.einsum("mq,mqi->i", weight, solution.stress()[in_core])
    strain = np.einsum("mq,mqi->i", weight, solution.strain()[in_core])
    return stress, strain


def equatorial(r):
    """Axial stress in the equatorial plane of a cavity of radius 1 for unit remote stress."""
    return 1 + (4 - 5 * nu) / (2 * (7 - 5 * nu)) / r**3 + 9 / (2 * (7 - 5 * nu)) / r**5


def pull_cavity() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radius of the equatorial nodes along x, their stress (k, 6) and displacement (k, 3), with E = 1000 MPa."""
    shells = np.linspace(0, 1, 9)
    radii = 1 + (FAR - 1) * (0.07 + 0.93 * shells) * shells
    points, cells, radius = hollow_octant(radii, 4, 2)
    faces = boundary_faces(cells)
    outer = faces[np.isclose(radius[faces[:, :3]], FAR).all(axis=1)]
    supports = np.where(np.isclose(points, 0), 0.0, np.nan)
    solution = Elasticity(points, cells, supports).solve(1000.0, nu, pull(points, outer))
    stress = nodal_stress(points, cells, solution.displacement, 1000.0, nu)
    line = np.isclose(points[:, 1:], 0).all(axis=1) & np.isclose(radius[:, None], radii).any(axis=1)
    return radius[line], stress[line], solution.displacement[line]


def _concentration() -> float:
    radius, stress, _ = pull_cavity()
    return stress[np.isclose(radius, 1), 2][0]


@cache
def fill_modulus(fill: float, divisions: int = 8) -> float:
    """Young's modulus of a cube whose bricks are cement by chance, between smooth platens [MPa].

    With quadratic elements: constant strain in a brick between stiff neighbours puts it above the upper bound.
    """
    points, cells = box((1.0, 1.0, 1.0), (divisions,) * 3, 2)
    brick = (points[cells[:, :4]].mean(axis=1) * divisions).astype(int) @ [divisions**2, divisions, 1]
    order = np.random.default_rng(11).permutation(divisions**3)
    is_cement = np.zeros(divisions**3, bool)
    is_cement[order[: round(fill * divisions**3)]] = True
    supports = np.full(points.shape, np.nan)
    supports[points == 0] = 0.0
    top = points[:, 2] == 1
    supports[top, 2] = -1.0
    solution = Elasticity(points, cells, supports).solve(np.where(is_cement[brick], PMMA, E), nu)
    return -solution.reaction[top, 2].sum()


def fill_bounds(fill: float) -> tuple[float, float]:
    """Hashin-Shtrikman bounds of Young's modulus for cement in bone [MPa]."""
    low, high = (mixed_young(E, PMMA, fill, f"hashin_shtrikman_{bound}")[0] for bound in ("lower", "upper"))
    return float(low), float(high)


def _fill_case(fill: float) -> Theory:
    low, high = fill_bounds(fill)
    middle = (low + high) / 2
    return Theory(
        f"random fill {fill:g}",
        "modulus of randomly filled bone, 2300 in 300 MPa, between the bounds, tet10 [MPa]",
        "Hashin and Shtrikman 1963",
        lambda: fill_modulus(fill),
        middle,
        (high - low) / 2 / middle,
    )


def _eshelby(name: str, young: float, poisson: float) -> tuple[Theory, ...]:
    _, zz, strain = inside(young, poisson)
    source = "Eshelby 1957"
    return (
        Theory(
            f"Eshelby {name} stress",
            f"axial stress in a sphere of {young:g} MPa in 300 MPa under unit stress [MPa]",
            source,
            lambda: mean_inside(young, poisson)[0][2],
            zz,
            0.01,
        ),
        Theory(
            f"Eshelby {name} strain",
            "axial strain in the same sphere",
            source,
            lambda: mean_inside(young, poisson)[1][2],
            strain,
            0.01,
        ),
    )


CASES = (
    *_eshelby("cement", PMMA, 0.3),
    *_eshelby("callus", 1.0, 0.167),
    Theory(
        "spherical cavity",
        "stress at the equator of a cavity over the remote one, tet10",
        "Goodier 1933",
        _concentration,
        equatorial(1.0),
        0.035,
    ),
    *(_fill_case(fill) for fill in (0.1, 0.15, 0.2, 0.3)),
)
