"""`vertebra verify` and `vertebra validate`: table, CSV, sentence and exit status."""

import csv
import re
from pathlib import Path

import pytest

from vertebra.checks import validation, verification
from vertebra.checks.cohort.table import COMMITTED
from vertebra.checks.finding import DIFFERS, MET, MISSED, NOT_YET, Finding
from vertebra.checks.findings_table import CSV_COLUMNS, summary
from vertebra.checks.theory.case import Theory
from vertebra.commands.cli import status

GOOD = Theory("bar", "stiffness of a bar [N/mm]", "a book", lambda: 5.0, 5.0, 0.01)
BAD = Theory("plate", "stress", "a book", lambda: 6.0, 5.0, 0.01)
CANNOT = Theory("contact", "ball", "a book", note="there is no contact")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def observed(use, verdict, name="I1"):
    return Finding(name, "a share", "0.4", "+- 0.1", "a paper", "A", use, verdict, {"": 0.3})


@pytest.mark.parametrize(("cases", "code"), [((GOOD, CANNOT), 0), ((GOOD, BAD), 1)])
def test_verify_fails_when_a_case_does(here, capsys, monkeypatch, cases, code):
    monkeypatch.setattr(verification, "CASES", cases)
    assert status(["verify", "--csv", "found.csv"]) == code
    printed = capsys.readouterr()
    assert max(len(line.rstrip()) for line in printed.out.splitlines()) <= 80
    assert "[N/mm]" in printed.out
    assert "[0/2] bar" in printed.err
    rows = list(csv.DictReader((here / "found.csv").read_text(encoding="utf-8").splitlines()))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["name"] for row in rows] == [case.name for case in cases]
    assert rows[0]["computed"] == "5"


def test_page_tells_all_of_every_row_and_needs_no_other_file(here, capsys, monkeypatch):
    noted = Theory(
        "contact", "a <ball> & more", "a book", lambda: 5.0, 5.0, 0.01, note="where it touches is given"
    )
    monkeypatch.setattr(verification, "CASES", (noted, BAD, CANNOT))
    assert status(["verify", "--html", "found.html"]) == 1
    page = (here / "found.html").read_text(encoding="utf-8")
    for text in (
        "3 rows: 1 met, 1 missed, 1 not yet.",
        "a &lt;ball&gt; &amp; more",
        "where it touches is given",
        "there is no contact",
        "+- 1 %",
        '<span class="chip good">\u2713 met</span>',
        '<span class="chip bad">\u2717 missed</span>',
        "processors",
        "strength is not",
    ):
        assert text in page
    assert not re.findall(r"(?:src|href)=", page)
    assert "wrote found.html" in capsys.readouterr().out


def test_page_of_observations_has_a_chapter_for_each_letter(here, monkeypatch):
    rows = [observed("check", MET), observed("sign", DIFFERS, "C4"), observed("check", MISSED, "C8")]
    monkeypatch.setattr(validation, "validate", lambda brought, cohort, say, workers: rows)
    status(["validate", "--html", "found.html"])
    page = (here / "found.html").read_text(encoding="utf-8")
    assert re.findall("<h2>(.*?)</h2>", page)[:2] == ["Intact vertebra", "Cement"]
    assert page.index("C4") < page.index("C8")
    assert "the source supports a direction only" in page


@pytest.mark.parametrize(
    ("use", "verdict", "code"),
    [("check", MISSED, 0), ("check", MET, 0), ("input", MISSED, 1), ("calibrate", MISSED, 1)],
)
def test_validate_fails_when_what_went_in_does_not_come_out(here, capsys, monkeypatch, use, verdict, code):
    monkeypatch.setattr(
        validation, "validate", lambda brought, cohort, say, workers: [observed(use, verdict)]
    )
    assert status(["validate"]) == code
    out = capsys.readouterr().out
    assert use in out
    assert f"1 {verdict}" in out


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["verify", "--csv", "no/x.csv"], ("--csv no/x.csv", "found no folder no", "Make it first")),
        (["verify", "--html", "."], ("--html .", "found a folder", "Add a name")),
        (["validate", "--html", "no/x.html"], ("--html no/x.html", "found no folder no", "Make it first")),
        (["validate", "--cohort", "no/x.csv"], ("--cohort no/x.csv", "found no folder no", "Make it first")),
        (["validate", "--data", "no"], ("--data no", "found neither walle2025.csv", "Zenodo")),
    ],
)
def test_wrong_input_is_refused_before_anything_is_computed(here, capsys, arguments, parts):
    assert status(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(part in printed.err for part in parts)


def test_summary_counts_verdicts_and_names_what_is_missed():
    rows = [
        observed("check", MET),
        observed("check", MISSED, "I2"),
        observed("input", MET, "P1"),
        observed("code", NOT_YET, "I9"),
    ]
    assert summary(rows) == (
        "4 rows: 2 met, 1 missed, 1 not yet. Of the independent checks 1 met, 1 missed. Missed: I2."
    )


def test_a_table_of_other_bodies_is_not_gone_on_with(here, capsys):
    text = COMMITTED.read_text(encoding="utf-8").replace("intact-fit-01", "body-1")
    Path("old.csv").write_text(text, encoding="utf-8")
    assert status(["validate", "--cohort", "old.csv"]) == 2
    printed = " ".join(capsys.readouterr().err.split())
    assert "--cohort old.csv" in printed
    assert "found body 'body-1', which is not one of this version" in printed


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"a,b\n1,2\n", "found no column"),
        (bytes(range(128, 200)), "found text that is no table"),
        (b"name,cells\nx,many\n", "found text that is no table"),
    ],
)
def test_a_file_that_is_no_cohort_is_refused_with_the_reason(here, capsys, content, part):
    Path("other.csv").write_bytes(content)
    assert status(["validate", "--cohort", "other.csv"]) == 2
    printed = capsys.readouterr().err
    assert part in printed
    assert "Compute into another file" in " ".join(printed.split())
    assert Path("other.csv").read_bytes() == content
