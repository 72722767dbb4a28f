"""Bone that is stiffer along the spine than across, from the scenario to the solved states."""

import pytest

from vertebra.commands.cli import status
from vertebra.courses.known import KnownCourse, ModuliHistory
from vertebra.courses.plan import INTACT, plan
from vertebra.courses.states import solve_states
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.strength.virtual_test import run_virtual_test
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.manifest.provenance import source_rows
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import ScenarioError, read_scenario

COARSE = ("mesh.order=1", "mesh.parametric.edge_mm=4", "healing.days=[0,28]")
TRANSVERSE = ("bone.anisotropy=transverse", "capacity.virtual_test=off")
STIFFNESS_ALONE = ("capacity.rule=section", "capacity.interaction=off", "capacity.virtual_test=off")


def solved(folder, name, *settings):
    """All states of a run by arm and day, with its vertebra."""
    scenario = read_scenario(name, (*COARSE, *STIFFNESS_ALONE, "fracture.collapse=false", *settings))
    vertebra = VertebraModel.of(scenario)
    work, _ = open_workspace(folder, "same", resume=False)
    try:
        solve_states(vertebra, work, lambda progress: None)
    finally:
        work.release()
    days = [(INTACT.name, 0), *((arm, task.day) for task in plan(scenario) for arm in task.arms)]
    return {day: work.load(*day) for day in days}, vertebra


@pytest.fixture(scope="module")
def transverse(tmp_path_factory):
    return solved(tmp_path_factory.mktemp("transverse") / "r", "biconcave", *TRANSVERSE)


def test_states_are_those_of_the_properties_with_their_direction(transverse):
    states, vertebra = transverse
    tasks = plan(vertebra.scenario)
    course = ModuliHistory(KnownCourse(vertebra), tasks)
    for index, task in enumerate(tasks):
        young, poisson, anisotropy = course[index]
        assert anisotropy.share.max() == pytest.approx(1)
        specimen = vertebra.specimen(vertebra.anatomy.geometry(task.arms[0], task.day))
        unit = UnitForce.of(specimen.problem.solve(young, poisson, anisotropy=anisotropy))
        for arm in task.arms:
            assert states[arm, task.day].row["stiffness_N_per_mm"] == pytest.approx(unit.stiffness, rel=1e-6)


def test_bone_that_gives_way_across_is_softer_and_heals_all_the_same(transverse, tmp_path):
    states, *_ = transverse
    isotropic, *_ = solved(tmp_path / "r", "biconcave")
    for key, state in states.items():
        ratio = state.row["stiffness_N_per_mm"] / isotropic[key].row["stiffness_N_per_mm"]
        assert 0.9 < ratio < 1, key
        assert state.row["zone_young_MPa"] == pytest.approx(isotropic[key].row["zone_young_MPa"], nan_ok=True)
    assert isotropic.keys() == states.keys()


def test_a_walk_feels_the_direction(tmp_path):
    law = ('healing.law="mechanoregulation"', "healing.days=[0,1]")
    turned, *_ = solved(tmp_path / "a", "crush", *law, *TRANSVERSE)
    isotropic, *_ = solved(tmp_path / "b", "crush", *law)
    first, other = (run["conservative", 0].row["stiffness_N_per_mm"] for run in (turned, isotropic))
    assert 0.9 < first / other < 0.99


def test_caps_and_shell_have_no_direction():
    vertebra = VertebraModel.of(read_scenario("intact", (*COARSE, *TRANSVERSE)))
    mesh = vertebra.anatomy.intact.mesh
    anisotropy = anisotropy_of(vertebra.intact().properties)
    assert anisotropy is not None
    assert (anisotropy.share[~mesh.is_bone] == 0).all()
    assert (anisotropy.share[mesh.in_region("shell")] < 0.1).all()
    assert anisotropy.share[mesh.in_region("trabecular")] == pytest.approx(1)


def test_isotropic_bone_goes_the_isotropic_way():
    vertebra = VertebraModel.of(read_scenario("intact", COARSE))
    assert anisotropy_of(vertebra.intact().properties) is None


@pytest.mark.parametrize("asked", ["cemented", "all"])
def test_the_elastic_plastic_test_is_refused(asked, capsys):
    settings = ("bone.anisotropy=transverse", f"capacity.virtual_test={asked}")
    with pytest.raises(ScenarioError, match=r'capacity\.virtual_test = "off"'):
        read_scenario("main", settings)
    assert status(["check", "main", *(word for text in settings for word in ("--set", text))]) == 2
    assert "isotropic elasticity only" in capsys.readouterr().err


def test_bone_with_a_direction_is_not_pressed_beyond_its_strength(transverse):
    _, vertebra = transverse
    intact = vertebra.intact()
    with pytest.raises(ValueError, match="expected isotropic bone"):
        run_virtual_test(intact.specimen, intact.properties)


def test_loads_off_the_axis_are_not_tested_either():
    with pytest.raises(ScenarioError, match=r'capacity\.interaction = "sections"'):
        read_scenario("main", (*TRANSVERSE, "capacity.interaction=tested"))


def test_where_nothing_is_tested_nothing_has_to_be_switched_off():
    read_scenario("crush", ("bone.anisotropy=transverse",))


def test_the_constants_are_among_the_sources():
    names = {
        name: {row["quantity"] for row in source_rows(read_scenario("crush", settings))}
        for name, settings in (("none", ()), ("transverse", TRANSVERSE))
    }
    assert names["transverse"] - names["none"] == {"bone.anisotropy.transverse"}


def test_an_unknown_anisotropy_is_refused_with_those_that_are_known():
    with pytest.raises(ScenarioError, match="transverse"):
        read_scenario("crush", ("bone.anisotropy=oblique",))
