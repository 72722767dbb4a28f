"""Sections as plastic hinges under axial force and bending."""

import numpy as np
import pytest
from scipy.optimize import linprog

from vertebra.meshes.shapes import box
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.strength.section_limit import LimitSection, SectionPoints, limit_load

WIDTH, DEPTH = 12.0, 20.0


def rectangle(compression=1.0, tension=1.0, n=80, shift=0.0):
    """Section of equal small areas, from back to front and from left to right."""
    y = (np.arange(n) + 0.5) / n * DEPTH - DEPTH / 2 + shift
    x = (np.arange(n // 2) + 0.5) / (n // 2) * WIDTH - WIDTH / 2
    lever = np.stack(np.meshgrid(y, x, indexing="ij"), axis=-1).reshape(-1, 2)
    share = np.full(len(lever), 1 / len(lever))
    return LimitSection(1000.0, lever, share, share * tension / compression)


def random_section(seed):
    rng = np.random.default_rng(seed)
    lever = rng.uniform(-15, 15, (150, 2)) * [1.0, 1.4] + rng.uniform(-4, 4, 2)
    compression = rng.uniform(0, 2, 150) ** 3
    return LimitSection(
        800.0,
        lever,
        compression / compression.sum(),
        0.9 * compression * rng.uniform(0.5, 1, 150) / compression.sum(),
    )


def static_factor(section, load):
    """Largest multiple of the load that stresses within the strengths balance: the static theorem, as a program."""
    n = len(section.lever)
    rows = np.vstack([np.ones(n), section.lever.T])
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_eq=np.hstack([rows, -np.asarray(load)[:, None] / section.carried_N]),
        b_eq=np.zeros(3),
        bounds=[*zip(-section.tension, section.compression, strict=True), (0, None)],
    )
    return found.x[-1]


LOADS = np.array(
    [
        (1, 0, 0),
        (1, 6, 0),
        (1, -15, 3),
        (1, 2, -20),
        (1, 60, 60),
        (0, 1, 0),
        (0, -1, 0),
        (0, 0, 1),
        (0, 2, -1),
        (-1, 3, 1),
    ],
    float,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_best_plane_and_best_stress_give_the_same_load(seed):
    section = random_section(seed)
    for factor, load in zip(section.load_factor(LOADS), LOADS, strict=True):
        best = static_factor(section, load)
        assert best * (1 - 1e-9) <= factor <= best * 1.005  # lines of turning are tried every 5 degrees


def test_rectangle_follows_its_interaction_curve():
    """n + m^2 = 1 for equal strengths, n = N / (b h s), m = M / (b h^2 s / 4)."""
    section = rectangle(n=120)
    eccentricity = np.array([0.0, 1.0, 3.0, 5.0, 10.0, 40.0, 200.0])
    loads = np.stack([np.ones(7), eccentricity, np.zeros(7)], axis=1)
    axial = section.load_factor(loads) / section.carried_N
    moment = axial * eccentricity / (DEPTH / 4)
    assert axial[0] == pytest.approx(1)
    assert axial**2 + moment == pytest.approx(1, abs=9e-3)


def test_bending_alone_reaches_the_plastic_section_modulus():
    """M = s b h^2 / 4, and with strengths c, t: M = b h^2 / 2 * c t / (c + t)."""
    for tension in (1.0, 0.5):
        section = rectangle(tension=tension, n=120)
        stress = section.carried_N / (WIDTH * DEPTH)
        expected = [
            stress * size**2 / 2 * tension / (1 + tension) * other
            for size, other in ((DEPTH, WIDTH), (WIDTH, DEPTH))
        ]
        found = section.load_factor(np.array([(0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1.0)]))
        assert found == pytest.approx(np.repeat(expected, 2), rel=9e-3)


def test_force_through_the_centre_of_strength_is_the_axial_load():
    section = random_section(3)
    through = np.array([[1.0, *section.centre]])
    assert section.load_factor(through) == pytest.approx(section.carried_N)
    off = through + np.array([[0, 5.0, 0], [0, -5.0, 0], [0, 0, 5.0], [0, 0, -5.0]])
    assert (section.load_factor(off) < section.carried_N).all()


def test_factor_falls_as_the_load_grows_and_does_not_see_where_the_pivot_is():
    section, shift = random_section(4), np.array([3.0, -7.0])
    reference = section.load_factor(LOADS)
    assert section.load_factor(2.5 * LOADS) == pytest.approx(reference / 2.5)
    moved = LimitSection(section.carried_N, section.lever + shift, section.compression, section.tension)
    same = LOADS + LOADS[:, :1] * [0, *shift]
    assert moved.load_factor(same) == pytest.approx(reference, rel=1e-6)


def test_mirrored_section_bears_the_mirrored_load():
    section = random_section(5)
    mirrored = LimitSection(section.carried_N, section.lever * [1, -1], section.compression, section.tension)
    assert mirrored.load_factor(LOADS * [1, 1, -1]) == pytest.approx(section.load_factor(LOADS))


def test_the_weakest_section_decides_for_each_load():
    """The first bears less force, the second less moment."""
    flat, tall = rectangle(), rectangle()
    narrow = LimitSection(1.2 * tall.carried_N, tall.lever * [0.5, 1], tall.compression, tall.tension)
    found = limit_load([flat, narrow], np.array([(1.0, 0, 0), (0, 1.0, 0)]))
    assert list(found.layer) == [0, 1]
    assert found.factor[1] == pytest.approx(narrow.load_factor(np.array([(0, 1.0, 0)]))[0])
    apart = limit_load([flat, narrow], np.array([[(0.5, 0, 0)], [(1.0, 0, 0)]]))
    assert apart.factor == pytest.approx([1200.0])
    assert list(apart.layer) == [1]


def test_points_of_a_bar_have_its_area_and_the_moment_of_its_stress():
    height, layers = 9.0, 3
    points, cells = box((WIDTH, DEPTH, height), (3, 4, layers), 2)
    nothing = np.zeros(len(cells))
    level = points[cells[:, :4], 2].mean(axis=1)
    mesh = TetMesh(
        points,
        cells,
        nothing,
        points[:, 2] / height,
        np.floor(layers * level / height).astype(np.int16),
        nothing,
        nothing,
    )
    corner = points[cells[:, :4]]
    volume = np.repeat(np.abs(np.linalg.det(corner[:, 1:] - corner[:, :1]))[:, None] / 24, 4, axis=1)
    pivot = np.array([5.0, 3.0, height])
    found = SectionPoints.of(mesh, volume, pivot)
    for layer in range(layers):
        assert found.area[mesh.layer == layer].sum() == pytest.approx(WIDTH * DEPTH / layers)
    pressure = np.full(volume.shape, 2.0)
    slope = 2.0 + 0.1 * (found.lever[..., 0] + pivot[1])  # grows from back to front
    loads = found.loads(slope, pressure / (2.0 * WIDTH * DEPTH), layers)
    force = WIDTH * DEPTH * (2.0 + 0.1 * DEPTH / 2)
    moment = WIDTH * (2.0 * DEPTH**2 / 2 + 0.1 * DEPTH**3 / 3) - force * pivot[1]
    expected = [force, moment, force * (WIDTH / 2 - pivot[0])]
    assert loads == pytest.approx(np.tile(expected, (layers, 1)), rel=1e-9)
