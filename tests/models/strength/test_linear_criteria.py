"""Load-bearing capacity from a linear solution."""

import numpy as np
import pytest

from vertebra.commands.explain import source_rows
from vertebra.models.strength.linear_criteria import crawford_load, load_at_volume, mobilised_section_strength
from vertebra.scenarios.reading import read_scenario

RNG = np.random.default_rng(20)


def random_sections(n_cells=60, n_points=4, n_layers=5):
    """Stress and utilisation per unit force; `carries` says how much of it is compression."""
    layer = np.arange(n_cells) % n_layers
    axial = RNG.uniform(-0.2e-3, 1e-3, (n_cells, n_points))
    strength = RNG.uniform(0.5, 5.0, n_cells)
    used = np.abs(axial) / strength[:, None] * RNG.uniform(1.0, 1.5, axial.shape)
    volume = RNG.uniform(0.5, 2.0, axial.shape)
    return axial, used, strength, volume, layer


def naive_capacity(axial, used, strength, volume, layer, mu, factor):
    """The definition, point by point."""
    carried = []
    for section in range(max(layer) + 1):
        points = [
            (axial[c, q], used[c, q], strength[c], volume[c, q])
            for c in range(len(layer))
            if layer[c] == section
            for q in range(axial.shape[1])
        ]
        half, below, median = sum(v for *_, v in points) / 2, 0.0, None
        for _, used_here, _, v in sorted(points, key=lambda point: point[1]):
            below += v
            if below >= half and median is None:
                median = used_here
        held = sum(min(mu / median * s, sigma) * v for s, _, sigma, v in points if s > 0)
        carried.append(held / sum(s * v for s, _, _, v in points))
    return factor * min(carried), carried


def test_capacity_is_that_of_the_naive_loop():
    fields = random_sections()
    expected, carried = naive_capacity(*fields, mu=3.0, factor=0.94)
    found = mobilised_section_strength(*fields, mu=3.0, factor=0.94)
    assert found.capacity_N == pytest.approx(expected)
    assert found.carried_N == pytest.approx(carried)
    assert found.layer == np.argmin(carried)


def test_uniform_stress_gives_the_limit_load_of_the_section():
    area, strength = 1100.0, 2.0
    axial = np.full((6, 4), 1 / area)
    found = mobilised_section_strength(
        axial, axial / strength, np.full(6, strength), np.ones((6, 4)), np.arange(6) // 3, factor=1.0
    )
    assert found.capacity_N == pytest.approx(strength * area)


def test_two_materials_in_one_section_both_reach_their_strength():
    areas, young, strength = np.array([300.0, 700.0]), np.array([6000.0, 200.0]), np.array([40.0, 2.0])
    axial = (young / (areas @ young))[:, None]
    found = mobilised_section_strength(
        axial, axial / strength[:, None], strength, areas[:, None], np.zeros(2, int), mu=10.0, factor=1.0
    )
    assert found.capacity_N == pytest.approx(areas @ strength)


def test_material_below_its_strength_carries_only_its_stress():
    areas, young, strength = np.array([400.0, 600.0]), np.array([50.0, 300.0]), np.array([5.0, 3.0])
    mu = 3.0
    axial = (young / (areas @ young))[:, None]
    used = axial / strength[:, None]  # the larger part, of higher utilisation, holds the median
    found = mobilised_section_strength(
        axial, used, strength, areas[:, None], np.zeros(2, int), mu=mu, factor=1.0
    )
    soft = mu * strength[1] / young[1] * young[0]  # strain of the stiff part at mu, times the soft modulus
    assert soft < strength[0]
    assert found.capacity_N == pytest.approx(areas @ [soft, strength[1]])


def test_capacity_scales_with_strength_and_with_area():
    axial, used, strength, volume, layer = random_sections()
    reference = mobilised_section_strength(axial, used, strength, volume, layer).capacity_N
    stronger = mobilised_section_strength(axial, used / 2, 2 * strength, volume, layer).capacity_N
    wider = mobilised_section_strength(axial / 3, used / 3, strength, 3 * volume, layer).capacity_N
    assert stronger == pytest.approx(2 * reference)
    assert wider == pytest.approx(3 * reference)


def test_units_of_length_and_volume_do_not_matter():
    axial, used, strength, volume, layer = random_sections()
    reference = mobilised_section_strength(axial, used, strength, volume, layer).capacity_N
    in_pascal_and_metres = mobilised_section_strength(1e6 * axial, used, 1e6 * strength, 1e-9 * volume, layer)
    assert in_pascal_and_metres.capacity_N == pytest.approx(reference)


def test_cells_outside_the_sections_do_not_count():
    axial, used, strength, volume, layer = random_sections()
    outside = layer == 0
    alone = mobilised_section_strength(
        axial[~outside], used[~outside], strength[~outside], volume[~outside], layer[~outside] - 1
    )
    assert mobilised_section_strength(axial, used, strength, volume, layer - 1).capacity_N == alone.capacity_N


def test_a_section_in_tension_is_refused():
    one = np.ones((2, 1))
    with pytest.raises(ValueError, match=r"section 0 carries -2 N mm .* expected more than zero"):
        mobilised_section_strength(-one, one, np.ones(2), one, np.zeros(2, int))


def test_no_section_is_refused():
    one = np.ones((2, 1))
    with pytest.raises(ValueError, match="every cell has layer -1"):
        mobilised_section_strength(one, one, np.ones(2), one, np.full(2, -1))


def test_crawford_is_the_force_at_its_strain():
    strain, stiffness, height = 0.0068, 17_000.0, 25.0
    assert crawford_load(stiffness, height) == pytest.approx(stiffness * strain * height)


def test_share_of_the_volume_exceeds_the_limit_at_the_load():
    quantity, volume = RNG.uniform(1e-6, 1e-5, (50, 4)), RNG.uniform(0.5, 2.0, (50, 4))
    load = load_at_volume(quantity, volume, limit=0.007, share=0.12)
    exceeded = volume[load * quantity >= 0.007 * (1 - 1e-12)].sum() / volume.sum()
    barely = volume[load * quantity > 0.007 * (1 + 1e-12)].sum() / volume.sum()
    assert barely < 0.12 <= exceeded


@pytest.mark.parametrize(
    ("rule", "used"),
    [
        ("surface", ("limit_load.factor", "crawford.strain")),
        ("section", ("mobilised.mu", "mobilised.factor", "crawford.strain")),
    ],
)
def test_the_constants_are_those_that_a_run_names_as_its_sources(rule, used):
    scenario = read_scenario("main", [f"capacity.rule={rule}"])
    told = {row["quantity"]: row["value"] for row in source_rows(scenario)}
    known = {"mobilised.mu": scenario.capacity.mu, "crawford.strain": crawford_load(1.0, 1.0)}
    known |= dict.fromkeys(("limit_load.factor", "mobilised.factor"), scenario.capacity.factor)
    for name in used:
        assert float(told[f"failure.{name}"]) == pytest.approx(known[name])
