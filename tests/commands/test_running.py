"""What the terminal tells of a run."""

from rich.console import Console

from vertebra.commands.running import print_summary
from vertebra.records.capacity.between import BOUNDS

NAMES = [f"an_arm_with_a_name_of_forty_letters_no_{number}" for number in (1, 2)]


def test_long_names_of_arms_stay_apart_and_stand_once(capsys):
    numbers = dict.fromkeys(("capacity_ratio", "service_ratio", "stiffness_ratio"), 1.0)
    numbers |= dict.fromkeys((*BOUNDS, "service_N", "stiffness_N_per_mm"), 12345.0)
    rows = [{"arm": name, "day": day, **numbers} for name in NAMES for day in (0.0, 7.0)]
    print_summary(rows, Console(width=80))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 80
    told = "".join(line[:29].split("  ")[0].strip() for line in lines)
    assert [told.count(name) for name in NAMES] == [1, 1]
