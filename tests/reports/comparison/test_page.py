"""Runs side by side."""

import re

import pytest
from report_folder import INTACT, state, wedge, write_folder

from vertebra.commands.cli import status
from vertebra.reports.comparison.joined import Joined, short_names
from vertebra.reports.comparison.page import write_comparison


@pytest.fixture
def folders(tmp_path):
    first, second = tmp_path / "young", tmp_path / "old"
    write_folder(first, wedge(), {"cement": 7})
    weaker = [row | {"service_N": 0.8 * row["service_N"]} for row in wedge()]
    given = {"bone": {"density_qct_mg_cm3": 60}, "name": "x"}
    write_folder(second, weaker, {"cement": 7}, {"given": given})
    return first, second


def test_arms_are_named_by_their_run_and_compared_with_the_first_without_cement(folders):
    joined = Joined.of(folders)
    assert joined.labels == ("young: conservative", "young: cement", "old: conservative", "old: cement")
    assert joined.reference == "young: conservative"
    assert joined.arms.injections == {"young: cement": 7.0, "old: cement": 7.0}
    assert not joined.one_intact


def test_the_page_has_differences_in_newtons_and_percent(folders, tmp_path):
    page = tmp_path / "page.html"
    write_comparison(folders, page)
    text = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")).replace("\u00a0", " ")
    assert (
        "\N{LEFT DOUBLE QUOTATION MARK}old: conservative\N{RIGHT DOUBLE QUOTATION MARK} bears 1480 N" in text
    )
    assert "370 N less (\N{MINUS SIGN}20 %)" in text
    assert "bone.density_qct_mg_cm3" in text
    assert "with 1850 N: the largest difference" in text


def test_another_arm_can_be_subtracted_and_an_unknown_one_is_refused(folders, tmp_path):
    write_comparison(folders, tmp_path / "page.html", "old: cement")
    assert "minus old: cement" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="is no arm of these runs"):
        write_comparison(folders, tmp_path / "page.html", "nobody")


def test_one_run_has_its_arms_side_by_side(folders, tmp_path):
    assert write_comparison(folders[:1], tmp_path / "page.html").labels == ("conservative", "cement")


def test_intact_vertebrae_alone_are_a_table(tmp_path):
    for name, service in (("a", 2000.0), ("b", 2500.0)):
        write_folder(tmp_path / name, [INTACT | {"service_N": service}])
    write_comparison([tmp_path / "a", tmp_path / "b"], tmp_path / "page.html")
    assert "2 intact vertebrae side by side." in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_runs_of_one_name_are_told_apart(tmp_path):
    assert short_names([tmp_path / "a" / "main", tmp_path / "b" / "main"]) == ("a/main", "b/main")


def test_the_command_prints_the_table_and_never_overwrites_what_is_not_its_own(folders, tmp_path, capsys):
    page = tmp_path / "page.html"
    words = ["compare", *map(str, folders), "--out", str(page)]
    assert status(words) == 0
    assert "old: cement" in capsys.readouterr().out
    assert status(words) == 0
    page.write_text("mine")
    assert status(words) == 2
    assert "not overwritten" in capsys.readouterr().err
    assert page.read_text() == "mine"


def test_the_command_refuses_what_is_no_result(tmp_path, capsys):
    assert status(["compare", str(tmp_path / "nothing")]) == 2
    assert "expected the folder of a finished run" in capsys.readouterr().err


def test_states_that_only_one_run_has_are_left_out(tmp_path):
    write_folder(tmp_path / "long", [INTACT, *(state("a", day, 1500.0) for day in (0, 7, 14))])
    write_folder(tmp_path / "short", [INTACT, *(state("a", day, 1600.0) for day in (0, 7))])
    weeks = {row["week"] for row in Joined.of([tmp_path / "long", tmp_path / "short"]).follow_up}
    assert weeks == {0, 1}
