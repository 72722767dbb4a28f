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
