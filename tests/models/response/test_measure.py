"""What is read from one solution, on a bar of which everything is known."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.shapes import box
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.response.reading import Reading
from vertebra.models.response.specimen import Specimen
from vertebra.models.strength.bracket import LimitAnalysis
from vertebra.models.strength.capacity import bears_by_bracket, bears_by_section, with_service
from vertebra.scenarios.loading_section import Capacity

SIZE = (10.0, 8.0, 12.0)
AREA, HEIGHT = SIZE[0] * SIZE[1], SIZE[2]
LAYERS = 4
CONSTANTS = Capacity()


def bar(order=1):
    """Bar of four sections."""
    points, cells = box(SIZE, (2, 2, LAYERS), order=order)
    height = points[cells[:, :4], 2].mean(axis=1)
    ends = {
        "inferior_face": np.flatnonzero(points[:, 2] < 1e-9).astype(np.int32),
        "superior_face": np.flatnonzero(points[:, 2] > HEIGHT - 1e-9).astype(np.int32),
    }
    return TetMesh(
        points=points,
        cells=cells,
        region=np.zeros(len(cells), np.int8),
        zeta=points[:, 2] / HEIGHT,
        layer=np.floor(LAYERS * height / HEIGHT).astype(np.int16),
        shell_fraction=np.zeros(len(cells)),
        endplate_fraction=np.zeros(len(cells)),
        node_sets=ends,
    )


def measured(mesh, young, strength, modes=("axial",), poisson=0.0, capacity=CONSTANTS):
    properties = MixedProperties(
        young=np.broadcast_to(np.asarray(young, float), mesh.n_cells).copy(),
        poisson=np.full(mesh.n_cells, poisson),
        strength_compression=np.broadcast_to(np.asarray(strength, float), mesh.n_cells).copy(),
        strength_tension=np.broadcast_to(0.9 * np.asarray(strength, float), mesh.n_cells).copy(),
    )
    faces = mesh.node_sets["inferior_face"], mesh.node_sets["superior_face"]
    pivot = np.array([SIZE[0] / 2, SIZE[1] / 2, HEIGHT])
    supports = platen_supports(mesh.points, *faces, modes=modes, pivot=pivot)
    problem = Elasticity(mesh.points, mesh.cells, supports)
    solution = problem.solve(properties.young, properties.poisson, tolerance=1e-10)
    specimen = Specimen(mesh, problem, HEIGHT, 1.5 * HEIGHT, pivot)
    read = Reading(specimen, properties, solution, capacity)
    found = read.measured
    if capacity.rule == "section":
        bears = bears_by_section(read.hinge, capacity)
    else:
        bears = bears_by_bracket(LimitAnalysis(specimen, properties, capacity.yield_law).bracket, capacity)
    return replace(found, row=found.row | with_service(bears, found.service_limit_N))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("modes", [("axial",), ("axial", "flexion", "lateral")])
def test_uniform_bar_has_the_stiffness_and_the_loads_of_the_formulas(order, modes):
    young, strength = 200.0, 2.0
    found = measured(bar(order), young, strength, modes)
    stiffness = young * AREA / HEIGHT
    expected = {
        "stiffness_N_per_mm": stiffness,
        "capacity_N": CONSTANTS.factor * strength * AREA,
        "crawford_N": 0.0068 * stiffness * HEIGHT,
        "service_N": min(CONSTANTS.factor * strength * AREA, 0.0068 * stiffness * 1.5 * HEIGHT),
        "pistoia_N": 0.007 * young * AREA,
        "percentile_N": strength * AREA,
        "height_mm": HEIGHT,
    }
    for column, value in expected.items():
        assert found.row[column] == pytest.approx(value, rel=1e-6)
    assert found.balance < 1e-8


def test_fields_are_those_of_one_newton():
    young, strength = 200.0, 2.0
    found = measured(bar(), young, strength)
    assert found.stress[:, 2] == pytest.approx(-1 / AREA)
    assert found.strain[:, 2] == pytest.approx(-1 / (AREA * young))
    assert found.von_mises == pytest.approx(1 / AREA)
    assert found.utilisation == pytest.approx(1 / AREA / strength)
    assert found.displacement[:, 2].min() == pytest.approx(-HEIGHT / (AREA * young))


def test_the_weak_section_decides_and_is_named():
    mesh = bar()
    weak = 2
    strength = np.where(mesh.layer == weak, 1.0, 3.0)
    found = measured(mesh, 200.0, strength)
    # the search for the weakest surface ends a little above it
    assert found.row["capacity_N"] == pytest.approx(CONSTANTS.factor * 1.0 * AREA, rel=1e-3)
    assert found.row["weakest_section"] == pytest.approx((weak + 0.5) / LAYERS)


def test_the_section_is_named_by_the_strength_that_the_rule_gives_it():
    """A strong quarter counts whole for surfaces; the median of its section mobilises it little."""
    mesh, few, even = bar(), 0, 2
    strength = np.full(mesh.n_cells, 6.0)
    strength[mesh.layer == even] = 2.0
    middle = mesh.points[mesh.cells[:, :4]].mean(axis=1)
    quarter = (middle[:, 0] < SIZE[0] / 2) & (middle[:, 1] < SIZE[1] / 2)
    strength[mesh.layer == few] = np.where(quarter, 10.0, 1.5)[mesh.layer == few]
    for rule, weak in (("surface", even), ("section", few)):
        found = measured(mesh, 200.0, strength, capacity=Capacity(rule=rule))
        assert found.row["weakest_section"] == pytest.approx((weak + 0.5) / LAYERS)


def test_sections_in_series_add_their_compliance():
    mesh = bar()
    young = np.array([100.0, 200.0, 400.0, 800.0])
    found = measured(mesh, young[mesh.layer], 2.0)
    compliance = sum(HEIGHT / LAYERS / (AREA * E) for E in young)
    assert found.row["stiffness_N_per_mm"] == pytest.approx(1 / compliance, rel=1e-6)


def test_caps_are_solved_but_do_not_count_as_bone():
    mesh = bar()
    cap = mesh.layer == LAYERS - 1
    with_cap = TetMesh(
        **{
            **mesh.__dict__,
            "region": np.where(cap, 4, 0).astype(np.int8),
            "layer": np.where(cap, -1, mesh.layer),
        }
    )
    found = measured(with_cap, 200.0, np.where(cap, 1e-3, 2.0))
    assert found.row["capacity_N"] == pytest.approx(CONSTANTS.factor * 2.0 * AREA)
    assert (found.utilisation[cap] == 0).all()


def test_a_ball_joint_is_softer_than_a_fixed_platen_on_an_uneven_bar():
    mesh = bar()
    young = np.where(mesh.points[mesh.cells].mean(axis=1)[:, 0] < SIZE[0] / 2, 100.0, 400.0)
    fixed = measured(mesh, young, 2.0).row["stiffness_N_per_mm"]
    free = measured(mesh, young, 2.0, ("axial", "flexion", "lateral")).row["stiffness_N_per_mm"]
    assert fixed == pytest.approx(250.0 * AREA / HEIGHT, rel=1e-6)
    off, half = 0.6 * SIZE[0] / 4, SIZE[0] / 2  # elastic centre off the middle: (400 - 100) / (400 + 100)
    bending = 100 * (half**2 / 12 + (half / 2 + off) ** 2) + 400 * (half**2 / 12 + (half / 2 - off) ** 2)
    slender = fixed / (1 + off**2 * (100 + 400) / bending)  # a beam whose end may move sideways as well
    assert slender < free < 0.95 * fixed
