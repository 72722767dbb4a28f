"""What the terminal tells of a run."""

from rich.console import Console

from vertebra.commands.running import print_activities, print_catching_up, print_kyphoplasties, print_summary
from vertebra.records.capacity.between import BOUNDS
from vertebra.records.columns import KYPHOPLASTY

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


def test_days_of_capacity_and_of_service_load_stand_beside_each_other_with_their_caution(capsys):
    row = {"arm": "a", "activity": "lifting_10kg", "load_N": 1250.0}
    rows = [row | {"below_limit_from_day": 0.0, "below_limit_of_service_from_day": 42.0}]
    rows.append(rows[0] | {"arm": "b", "below_limit_of_service_from_day": ""})
    print_activities(rows, 1.0, Console(width=80))
    lines = capsys.readouterr().out.splitlines()
    assert "PMID 15167657" in " ".join(lines)
    assert lines[-1].split() == ["lifting", "10kg", "1250", "0", "/", "42", "0", "/", "-"]


def test_days_on_which_healing_has_caught_up_with_cement_are_told(capsys):
    row = {
        "arm": "filled",
        "without": "bare",
        "injected_on_day": 7.0,
        "value_with_cement": 1.0,
        "level_on_day": "",
    }
    days = {"service_N": 61.4, "capacity_N": ""}
    print_catching_up(
        [row | {"quantity": q, "reached_on_day": day} for q, day in days.items()], Console(width=200)
    )
    (line,) = filter(None, capsys.readouterr().out.splitlines())
    assert line == (
        "bare reaches what filled has after its cement of day 7: service load on day 61, capacity not within the course"
    )


def test_what_a_kyphoplasty_restored_and_pushed_aside_is_told(capsys):
    numbers = dict.fromkeys(KYPHOPLASTY.names, 1.0) | {"arm": "raised", "day": 7.0, "restored": 0.33}
    numbers |= {"restored_anterior_mm": 1.71, "left_mm": 0.7, "left_day": 182.0, "cavity_ml": 4.0}
    print_kyphoplasties([numbers | {"moved_mg": 424.1, "shell_ml": 11.95}], Console(width=400))
    (line,) = filter(None, capsys.readouterr().out.splitlines())
    assert line.startswith("raised: on day 7 33.0 % of the lost height restored (1.7 mm in front")
    assert "0.7 mm of it left on day 182; cavity of 4.00 mL, 424 mg of mineral pushed into 11.95 mL" in line
