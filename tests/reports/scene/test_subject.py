"""What pictures say of a result is the same before it is computed and after."""

from scene_folder import write_scene_folder

from vertebra.records.target import inputs_of
from vertebra.reports.chapters.record import RunRecord
from vertebra.reports.scene.subject import Subject
from vertebra.scenarios.reading import read_scenario


def test_a_scenario_gives_arms_injections_and_load_before_it_is_run():
    scenario = read_scenario("main")
    subject = Subject.of(scenario.name, inputs_of(scenario, {})["scenario"])
    assert subject.name == scenario.name
    assert subject.load_N == scenario.output.load_N
    assert subject.arms == tuple(arm.name for arm in scenario.arms)
    cements = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    assert subject.injections == cements != {}


def test_a_scenario_without_a_fracture_has_no_arms():
    scenario = read_scenario("intact")
    assert Subject.of(scenario.name, inputs_of(scenario, {})["scenario"]).arms == ()


def test_a_folder_gives_what_its_tables_and_manifest_say(tmp_path):
    folder = write_scene_folder(tmp_path / "result")
    subject, record = Subject.of_folder(folder), RunRecord.of(folder)
    assert (subject.arms, subject.injections) == (record.arms.names, record.arms.injections)
