"""The chapter of the report about the weeks of follow-up."""

import re

import pytest

from vertebra.records.columns import FOLLOW_UP
from vertebra.records.tables import ratio_column, write_csv
from vertebra.reports.figures.capacity import save_figure
from vertebra.reports.figures.load_ratio import load_ratio_figure
from vertebra.reports.page.follow_up import follow_up_chapter, loads_text

MANIFEST = {
    "scenario": {"loading": {"load_to_strength_limit": 0.8}},
    "loads": {"level": "L3", "level_is_assumed": False, "body_mass_kg": 62.0, "body_mass_is_assumed": False},
}


def visit(week, basis, before, after, **more):
    row = dict.fromkeys(FOLLOW_UP.names, "") | {"arm": "a", "week": week, "day": 7 * week, "basis": basis}
    numbers = {"capacity_N": 1500.0, "capacity_ratio": 0.75, "service_N": 1000.0, "service_ratio": 0.5}
    numbers |= {"stiffness_ratio": 0.6, "daily_load_N": 300.0, "daily_load_to_strength": 0.2}
    return row | numbers | {"from_day": before, "to_day": after, ratio_column("standing"): 0.3} | more


def page(folder, rows):
    write_csv(folder / "follow_up.csv", FOLLOW_UP.names_with(["standing"]), rows)
    if rows:
        save_figure(load_ratio_figure(rows, {"standing": 0.25}, 0.8), folder / "load_to_strength.svg")
    return "".join(follow_up_chapter(folder, MANIFEST))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    rows = [
        visit(0, "computed", 0, 0, woven=0.1, remodelled=0.02, bridged_share=0.5),
        visit(2, "held", 10, 10),
        visit(52, "interpolated", 182, 365),
    ]
    return page(tmp_path_factory.mktemp("section"), rows)


def test_a_row_for_every_visit_and_stars_where_nothing_was_computed(told):
    lines = [re.findall(r"<td>(.*?)</td>", line) for line in told.split("<tr>")]
    assert [line[1] for line in lines if line] == ["0", "2*", "52*"]
    assert next(line for line in lines if line)[2:] == [
        *("1500", "0.75", "1000", "0.50", "0.60", "10.0", "2.0", "50.0", "300", "0.20")
    ]
    assert "day 14 as on day 10, the last one computed before the injection" in told
    assert "day 364 linearly between the computed days 182 and 365" in told


def test_limit_level_and_mass_are_named_and_nothing_is_advised(told):
    assert "from the limit of 0.8 on" in told
    assert "Loads hold for L3 and a body mass of 62 kg." in told
    assert "not advice" in told
    assert not re.search(r"\b(safe|allowed|should|may)\b", told)


def test_what_was_assumed_of_the_loads_is_said():
    loads = {"level": "L1", "level_is_assumed": True, "body_mass_kg": 70.0, "body_mass_is_assumed": True}
    text = loads_text({"loads": loads})
    assert (
        text
        == "Loads hold for L1 (assumed: the scenario names no level) and a body mass of 70 kg (that of the table)."
    )


def test_without_visits_there_is_no_chapter(tmp_path):
    assert page(tmp_path, []) == ""
