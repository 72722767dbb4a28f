"""Lines of healing, and the days of each on which patients are solved."""

from vertebra.courses.bands.lines import Line, line_members
from vertebra.scenarios.reading import read_scenario


def test_arms_share_natural_healing_until_their_injection():
    members = line_members(read_scenario("main", ("healing.days=[0,3,42]",)))
    assert set(members) == {None, "vertebroplasty"}
    natural = {("conservative", day) for day in (0, 3, 7, 42)} | {
        ("vertebroplasty", 0),
        ("vertebroplasty", 3),
    }
    assert set(members[None]) == natural
    assert set(members["vertebroplasty"]) == {("vertebroplasty", 7), ("vertebroplasty", 42)}


def test_first_and_last_day_of_a_line_are_solved():
    for name, members in line_members(read_scenario("main")).items():
        line = Line.of(name, members)
        days = sorted(line.states)
        assert {days[0], days[-1]} <= set(line.solved) <= set(days)
        assert len(line.solved) < len(days)
        assert all(line.states[day] in members for day in days)
