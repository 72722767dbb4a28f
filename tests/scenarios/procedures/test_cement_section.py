import pytest
from pydantic import ValidationError

from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.reading import read_scenario


def test_cement_without_a_procedure_is_a_vertebroplasty_of_bone():
    cement = Cement(day=7)
    assert (cement.procedure, cement.filling, cement.law) == ("vertebroplasty", "blocky", "interdigitated")
    assert cement.depth is None


def test_kyphoplasty_fills_a_cavity_with_pure_cement():
    cement = Cement(day=7, procedure="kyphoplasty")
    assert (cement.filling, cement.law) == ("cavity", "void_filled")
    assert Cement(day=7, fill="cavity").law == "void_filled"
    assert Cement(day=7, procedure="kyphoplasty", fill="blocky").law == "interdigitated"


def test_a_balloon_restores_the_usual_share_unless_another_is_asked_for():
    assert Cement(day=7).restored == 0
    assert Cement(day=7, procedure="kyphoplasty").restored == 0.33
    assert Cement(day=7, procedure="kyphoplasty", height_restored=0.0).restored == 0


def test_usual_share_follows_the_approach_and_the_procedure():
    assert Cement(day=0, approach="unipedicular").body_share == 0.22
    assert Cement(day=0).body_share == 0.29
    assert Cement(day=0, procedure="prophylactic").body_share == 0.20
    assert Cement(day=0).rows_behind == ("usual_share.bipedicular",)
    assert Cement(day=0, volume_ml=4.0).rows_behind == ()


def test_basivertebral_needle_ends_behind_the_middle_unless_told_otherwise():
    assert Cement(day=0, approach="basivertebral").depth == 0.4
    assert Cement(day=0, approach="basivertebral", target_depth=0.7).depth == 0.7
    assert "needle.basivertebral_depth" in Cement(day=0, approach="basivertebral").rows_behind


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"day": -1}, "greater than or equal to 0"),
        ({"height_restored": 0.5}, "found height_restored with procedure 'vertebroplasty'"),
        ({"procedure": "kyphoplasty", "height_restored": 1.2}, "less than or equal to 1"),
        ({"side": "left"}, "found side with approach 'bipedicular'"),
        (
            {"approach": "basivertebral", "target_across": 0.5},
            "found target_across with approach 'basivertebral'",
        ),
        ({"young_MPa": -100.0}, "greater than 0"),
        ({"young_MPa": 0.0}, "greater than 0"),
        ({"resorbed_per_year": 1.0}, "less than or equal to 0.99"),
        ({"product": "cortisone"}, "expected one of pmma"),
        ({"cavity_ml": 4.0}, "in which there is no cavity"),
        ({"fill": "cavity", "cavity_ml": 4.0, "volume_ml": 5.0}, "no more cement than the cavity holds"),
        ({"procedure": "kyphoplasty", "cavity_ml": 4.0, "volume_ml": 3.0}, "stays open is not modelled"),
        ({"seed": 3}, "nothing is drawn at random"),
        ({"target_depth": 1.5}, "less than or equal to 1"),
        ({"fill": "cavity", "composite": "interdigitated"}, "no bone is left in it"),
        ({"procedure": "kyphoplasty", "composite": "voigt"}, "no bone is left in it"),
        ({"procedure": "vertebrectomy"}, "vertebroplasty"),
    ],
)
def test_what_no_procedure_can_be_is_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        Cement(**({"day": 0} | values))


def test_prophylactic_cement_needs_a_body_without_a_fracture_and_kyphoplasty_one_with():
    with pytest.raises(ScenarioError, match="expected a body without one"):
        read_scenario("main", ('arms.vertebroplasty.cement.procedure="prophylactic"',))
    with pytest.raises(ScenarioError, match="no height is lost"):
        read_scenario("intact", ('arms=[{name="a", cement={day=0, procedure="kyphoplasty"}}]',))
    scenario = read_scenario("intact", ('arms=[{name="a", cement={day=0, procedure="prophylactic"}}]',))
    assert scenario.arms[0].cement.procedure == "prophylactic"


def test_cement_fills_the_cavity_that_is_stated():
    assert Cement(day=0, procedure="kyphoplasty", cavity_ml=4.0).wanted_ml == 4.0
    assert Cement(day=0, fill="cavity", cavity_ml=4.0, volume_ml=4.0).wanted_ml == 4.0
    assert Cement(day=0, fill="cavity", volume_ml=3.0).wanted_ml == 3.0


def test_cement_of_its_own_keeps_what_is_not_stated_from_the_product():
    own = Cement(day=0, product="calcium_phosphate", young_MPa=3000.0, resorbed_per_year=0.5).pure
    assert (own.young, own.resorbed_per_year, own.compression, own.setting_hours) == (3000.0, 0.5, 20.0, 24.0)
    assert Cement(day=0).pure.young == 2300.0


def test_cement_carries_load_from_the_day_on_which_it_has_set():
    assert Cement(day=7, product="calcium_phosphate").bears_from == 7
    assert Cement(day=7, setting_hours=24.5).bears_from == 8
    assert Cement(day=0, setting_hours=240.0).bears_from == 9


def test_rows_behind_cement_name_resorption_and_paste_where_they_count():
    assert "resorption" in Cement(day=0, product="calcium_phosphate").rows_behind
    assert "resorption" not in Cement(day=0).rows_behind
    slow = Cement(day=0, procedure="kyphoplasty", setting_hours=48.0)
    assert "paste" in slow.rows_behind
    assert "paste" not in Cement(day=0, setting_hours=48.0).rows_behind
