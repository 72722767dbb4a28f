from vertebra.courses.plan import arm_days
from vertebra.scenarios.reading import read_scenario


def test_days_on_which_cement_comes_and_sets_are_computed():
    slow = ("healing.days=[0, 28, 84]", "arms.vertebroplasty.cement.setting_hours=60.0")
    assert arm_days(read_scenario("main", slow))["conservative"] == (0, 7, 9, 28, 84)
    assert arm_days(read_scenario("main", slow[:1]))["vertebroplasty"] == (0, 7, 28, 84)


def test_cement_that_sets_after_the_course_adds_no_day():
    late = ("healing.days=[0, 8]", "arms.vertebroplasty.cement.setting_hours=100.0")
    assert arm_days(read_scenario("main", late))["vertebroplasty"] == (0, 7, 8)
