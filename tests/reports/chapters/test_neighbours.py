"""The chapter about neighbours: a table, what cement does to them, and what that does not say."""

import pytest
from report_folder import wedge, write_folder

from vertebra.records.columns import NEIGHBOURS
from vertebra.records.tables import write_csv
from vertebra.reports.chapters.record import RunRecord
from vertebra.reports.chapters.strength.neighbours import neighbours_chapter
from vertebra.reports.page.report import write_report

SUMMARY = {
    "n_segments": 5,
    "n_failed": 0,
    "wall_s": 31.0,
    "load_N": 1000.0,
    "disc_mm": 8.0,
    "nucleus_share": 0.4,
}


def row(arm, day, sinks, yields):
    found = dict.fromkeys(NEIGHBOURS.names, 0.5)
    return found | {
        "arm": arm,
        "day": day,
        "neighbour": "above",
        "endplate_deflection_mm": sinks,
        "adjacent_yield_N": yields,
    }


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "result"
    write_folder(folder, wedge(), {"cement": 7}, extra={"neighbours": SUMMARY})
    rows = [
        row("intact", 0, 0.03, 1600.0),
        row("conservative", 7, 0.040, 1500.0),
        row("cement", 7, 0.010, 1470.0),
        row("conservative", 14, 0.036, 1500.0),
        row("cement", 14, 0.018, 1440.0),
    ]
    write_csv(folder / NEIGHBOURS.file, NEIGHBOURS.names, rows)
    return folder


def words(chapter):
    return " ".join(getattr(block, "words", "") for block in chapter.blocks)


def test_the_chapter_says_what_cement_does_on_days_when_both_arms_stand_beside_a_neighbour(folder):
    said = words(neighbours_chapter(RunRecord.of(folder)))
    assert "sinks 0.25 to 0.50 times as far" in said
    assert "at 96.0 % to 98.0 % of the load" in said
    assert "not a probability of fracture" in said


def test_without_neighbours_there_is_no_chapter(tmp_path):
    folder = tmp_path / "result"
    write_folder(folder, wedge(), {"cement": 7})
    assert neighbours_chapter(RunRecord.of(folder)) is None


def test_neighbours_that_all_failed_are_told(folder):
    write_csv(folder / NEIGHBOURS.file, NEIGHBOURS.names, [])
    assert "None was computed" in words(neighbours_chapter(RunRecord.of(folder)))


def test_the_page_holds_the_chapter(folder):
    page = write_report(folder).read_text(encoding="utf-8")
    assert "Neighbouring vertebrae" in page
    assert "load ratio beyond 1" in page


def test_small_numbers_stand_in_small_units(folder):
    table = next(block for block in neighbours_chapter(RunRecord.of(folder)).blocks if block.kind == "table")
    place = [heading.text for heading in table.headings].index("endplate sinks")
    assert table.headings[place].unit == "\N{MICRO SIGN}m"
    assert [cells[place].text for cells in table.rows] == ["30", "40", "10", "36", "18"]
