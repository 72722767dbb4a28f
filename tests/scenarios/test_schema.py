"""What a scenario file may say."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from vertebra.materials.failure.criteria import utilisation
from vertebra.materials.table import value
from vertebra.meshes.parametric.body import preset
from vertebra.scenarios.anatomy_section import Parametric
from vertebra.scenarios.loading_section import Capacity
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.refusal import _model_inside
from vertebra.scenarios.schema import Scenario

UNITS = ("_MPa", "_per_year", "_mm", "_HU", "_mg_cm3", "_ml", "_kg", "_years", "_hours", "_N", "_ratio")
NO_UNIT = {
    "adherence",
    "interface",
    "spread",
    "target_across",
    "target_depth",
    "target_height",
    "centre",
    "height_loss",
    "mu",
    "factor",
    "tolerance",
    "load_to_strength_limit",
    "t_score",
    "brace_adherence",
    "endochondral_share",
    "cleft_share",
    "nucleus_share",
    "softening_strain",
    "softening_residual",
}


def tables(model=Scenario, path=()):
    """Every table that a scenario may hold, with the way to it."""
    yield path, model
    for name, field in model.model_fields.items():
        inside: Any = _model_inside(field.annotation)
        if inside is not None:
            yield from tables(inside, (*path, field.alias or name))


TABLES = {".".join(path) or "scenario": model for path, model in tables()}


@pytest.mark.parametrize("model", TABLES.values(), ids=list(TABLES))
def test_tables_are_frozen_strict_and_closed(model):
    config = model.model_config
    assert config["frozen"]
    assert config["strict"]
    assert config["extra"] == "forbid"
    assert issubclass(model, BaseModel)
    assert model.__doc__


@pytest.mark.parametrize("model", TABLES.values(), ids=list(TABLES))
def test_every_measure_has_its_unit_in_the_key(model):
    for name, field in model.model_fields.items():
        if field.annotation in (float, float | None):
            assert name.endswith(UNITS) or name in NO_UNIT


def test_a_scenario_cannot_be_changed():
    scenario = read_scenario("main")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.name = "other"


def test_edge_is_that_of_the_anatomy_that_is_given():
    assert read_scenario("main", ("mesh.parametric.edge_mm=2.5",)).mesh.edge_mm == 2.5
    assert read_scenario("surface", ("mesh.surface.edge_mm=3.5",)).mesh.edge_mm == 3.5


def test_every_size_of_the_parametric_body_can_be_replaced():
    sizes = {
        name: getattr(preset("L1"), name)
        for name in Parametric.model_fields
        if name not in ("level", "edge_mm")
    }
    assert len(sizes) == 13
    assert Parametric().sizes == {}
    assert Parametric(**sizes).sizes == sizes


def test_without_a_fracture_no_arm_is_needed():
    scenario = read_scenario("intact")
    assert scenario.fracture is None
    assert scenario.arms == ()


@pytest.mark.parametrize("criterion", get_args(Capacity.model_fields["criterion"].annotation))
def test_every_criterion_of_the_capacity_is_known_to_the_materials(criterion):
    scenario = read_scenario("intact", (f"capacity.criterion={criterion}",))
    assert utilisation(scenario.capacity.criterion, [-4.0, 0.0, 0.0], 4.0, 2.0, 0.3) == pytest.approx(1)


def test_criteria_of_strain_are_refused_for_bone_with_a_direction():
    changes = ("bone.anisotropy=transverse", "capacity.virtual_test=off")
    read_scenario("intact", (*changes, "capacity.criterion=box"))
    with pytest.raises(ScenarioError, match=r"(?s)capacity\.criterion = 'principal_strain'.*Choose box"):
        read_scenario("intact", (*changes, "capacity.criterion=principal_strain"))


@pytest.mark.parametrize(
    ("override", "part"),
    [
        ("capacity.mu=3.0", "found mu with rule"),
        ("capacity.softening_residual=0.5", "without softening_strain"),
    ],
)
def test_keys_without_an_effect_are_refused(override, part):
    with pytest.raises(ScenarioError, match=part):
        read_scenario("intact", (override,))


def test_sections_bring_their_own_factor_and_surfaces_know_one_criterion():
    surface = read_scenario("intact")
    section = read_scenario("intact", ("capacity.rule=section",))
    other = read_scenario("intact", ("capacity.criterion=von_mises",))
    chosen = read_scenario("intact", ("capacity.rule=section", "capacity.factor=0.5"))
    assert surface.capacity.rule == "surface"
    assert section.capacity.factor == value("failure", "mobilised.factor") != surface.capacity.factor
    assert other.capacity == section.capacity.model_copy(update={"criterion": "von_mises"})
    assert chosen.capacity.factor == 0.5
    with pytest.raises(ScenarioError, match='criterion \'von_mises\', expected "cut_box" or "box"'):
        read_scenario("intact", ("capacity.rule=surface", "capacity.criterion=von_mises"))


@pytest.mark.parametrize(
    ("names", "part"), [(("Intact",), "that one is always computed"), (("A", "a"), "count alike")]
)
def test_arms_differ_by_more_than_the_case_of_their_letters(names, part):
    arms = ",".join(f'{{name="{name}"}}' for name in names)
    with pytest.raises(ScenarioError, match=part):
        read_scenario("crush", (f"arms=[{arms}]",))
