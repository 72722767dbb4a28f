"""Warnings of a run, grouped."""

from vertebra.reports.chapters.cautions import grouped


def test_warnings_that_differ_in_arm_and_figures_are_one():
    found = grouped(
        [
            "arm a: the mesh is 3.9 mm coarse",
            "the load is high",
            "arm b: the mesh is -4.1e-2 mm coarse",
            "the load is high",
        ]
    )
    assert [(each.summary, each.arms) for each in found] == [
        ("The mesh is 3.9 mm coarse", ("a", "b")),
        ("The load is high", ()),
    ]
    assert len(found[0].texts) == 2
    assert len(found[1].texts) == 1


def test_no_warnings_no_groups():
    assert grouped([]) == []


def test_arms_of_a_warning_are_named_without_the_day_and_counted_where_they_are_many():
    arms = [f"arm-{number}" for number in range(5)]
    (found,) = grouped([f"arm {arm}, day {n}.5: the band is full at {n}" for n, arm in enumerate(arms)])
    assert found.arms == tuple(arms)
    assert found.whose(5) == "all arms"
    assert found.whose(6) == "5 arms"
    (few,) = grouped(["arm a: x is 1", "arm b: x is 2"])
    assert few.whose(8) == "a, b"


def test_a_key_of_a_scenario_keeps_its_letters():
    (found,) = grouped(["fracture.height_loss 0.25 is a peak crush of 36 %"])
    assert found.summary.startswith("fracture.height_loss")
