import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.meshes.caps import add_caps
from vertebra.meshes.parametric.body import level_names, parametric_body, preset
from vertebra.meshes.quality import cell_volumes, inverted_cells, mesh_quality


def outline_area(body, side):
    x, y = body.outline(np.linspace(0, 2 * np.pi, 2000, endpoint=False), side).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_rims_of_walls_and_endplates_meet():
    body, theta = preset("L1"), np.linspace(0, 2 * np.pi, 50)
    for eta, side in ((0.0, "inferior"), (1.0, "superior")):
        rim = body.endplate(theta, np.ones(50), side)
        assert body.wall(theta, np.full(50, eta)) == pytest.approx(rim, abs=1e-12)


@pytest.mark.parametrize("level", level_names())
def test_outline_has_the_dimensions_of_the_table(level):
    body = preset(level)
    theta = np.linspace(0, 2 * np.pi, 7201)
    for side in ("superior", "inferior"):
        x, y = body.outline(theta, side).T
        depth = getattr(body, f"depth_{side}_mm")
        assert np.ptp(x) == pytest.approx(getattr(body, f"width_{side}_mm"), rel=1e-3)
        assert np.ptp(y) == pytest.approx(depth, rel=1e-3)
        middle = body.outline(np.array(-np.pi / 2), side)[1]
        assert middle - y.min() == pytest.approx(body.posterior_concavity_mm, abs=0.01)
        # width x depth x 0.785 is the area of the endplate, certainty B
        assert outline_area(body, side) == pytest.approx(0.785 * np.ptp(x) * depth, rel=0.07)


def test_heights_concavity_and_waist_are_as_asked():
    body = preset("L1", waist_area_ratio=0.8)
    behind, front, zero = np.array(-np.pi / 2), np.array(np.pi / 2), np.array(0.0)
    heights = {"posterior": behind, "anterior": front}
    for name, theta in heights.items():
        upper, lower = (body.endplate(theta, np.array(1.0), side)[2] for side in ("superior", "inferior"))
        assert upper - lower == pytest.approx(getattr(body, f"height_{name}_mm"))
    dish = body.concavity_superior_mm + body.concavity_inferior_mm
    flat = preset("L1", concavity_superior_mm=0, concavity_inferior_mm=0)
    centre = [
        b.endplate(zero, zero, "superior")[2] - b.endplate(zero, zero, "inferior")[2] for b in (flat, body)
    ]
    assert centre[0] - centre[1] == pytest.approx(dish)
    theta = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    x, y, _ = body.wall(theta, np.full(2000, 0.5)).T
    straight = (body.wall(theta, np.zeros(2000)) + body.wall(theta, np.ones(2000))) / 2
    area = [abs(u @ np.roll(v, -1) - v @ np.roll(u, -1)) / 2 for u, v in ((x, y), straight[:, :2].T)]
    assert area[0] / area[1] == pytest.approx(0.8)


def test_main_scenario_stays_below_65000_unknowns():
    mesh = add_caps(parametric_body("L1", 3.0, 2))
    assert 3 * mesh.n_points < 65_000
    quality = mesh_quality(mesh)
    assert quality.n_inverted == 0
    assert quality.min_dihedral_core_deg > 15
    core = mesh.in_region("trabecular")
    regular = (6 * 2**0.5 * cell_volumes(mesh.points, mesh.cells)[core].mean()) ** (1 / 3)
    assert regular == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("level", level_names())
def test_every_level_has_positive_cells(level, order):
    mesh = parametric_body(level, 3.5, order)
    assert len(inverted_cells(mesh.points, mesh.cells)) == 0
    assert np.array_equal(np.unique(mesh.cells), np.arange(mesh.n_points))


@settings(max_examples=10, deadline=None)
@given(
    level=st.sampled_from(level_names()),
    order=st.sampled_from([1, 2]),
    edge_mm=st.floats(2.0, 4.0),
    width=st.floats(0.8, 1.3),
    depth=st.floats(0.8, 1.25),
    posterior=st.floats(18, 32),
    wedge=st.floats(0.75, 1.35),
    waist=st.floats(0.65, 1.0),
    dent=st.floats(0, 3),
    superior=st.floats(0, 3),
    inferior=st.floats(0, 3),
    shell=st.floats(0.1, 1.0),
    endplate=st.floats(0.2, 1.2),
)
def test_cells_stay_positive_for_all_sorts_of_bodies(
    level, order, edge_mm, width, depth, posterior, wedge, waist, dent, superior, inferior, shell, endplate
):
    table = preset(level)
    mesh = parametric_body(
        level,
        edge_mm,
        order,
        width_superior_mm=table.width_superior_mm * width,
        depth_inferior_mm=table.depth_inferior_mm * depth,
        height_posterior_mm=posterior,
        height_anterior_mm=posterior * wedge,
        waist_area_ratio=waist,
        posterior_concavity_mm=dent,
        concavity_superior_mm=superior,
        concavity_inferior_mm=inferior,
        shell_mm=shell,
        endplate_mm=endplate,
    )
    mesh = add_caps(mesh)
    assert len(inverted_cells(mesh.points, mesh.cells)) == 0


def test_fine_body_is_built():
    mesh = parametric_body("T11", 0.9, 1)
    assert len(inverted_cells(mesh.points, mesh.cells)) == 0
    assert mesh.n_cells > 100_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"level": "L7"}, "expected one of T11, T12, L1"),
        ({"edge_mm": 0.1}, "expected 0.4 to 4 mm"),
        ({"order": 3}, "expected 1 .* or 2"),
        ({"widht_superior_mm": 40}, "Did you mean 'width_superior_mm'"),
        ({"height_posterior_mm": 0.024}, "height_posterior_mm = 0.024: expected 8 to 50"),
        ({"shell_mm": 9.0}, "shell_mm = 9: expected"),
        ({"endplate_mm": 4.5}, "make them shallower or the body higher|make the .* endplate thinner"),
        ({"breaks": (0.8, 0.2)}, "ascending"),
        ({"breaks": (0.01, 0.99)}, "endplate of 0.5 mm would take"),
    ],
)
def test_refusals_say_what_to_do(arguments, message):
    with pytest.raises(ValueError, match=message):
        parametric_body(**arguments)
