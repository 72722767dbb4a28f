"""The page about a finished run."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from report_folder import INTACT, state, wedge, write_folder

from vertebra.records.columns import AUGMENTATION, KYPHOPLASTY
from vertebra.records.tables import write_csv
from vertebra.reports.page.quantity import MISSING
from vertebra.reports.page.report import LIMITS, write_report


class Page(HTMLParser):
    """Collects what a browser would fetch, ids and references, headings, cells, scripts and words."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.ids, self.used, self.cells, self.words, self.scripts = [], [], [], [], [], []
        self.headlines, self.policy, self.tag, self.in_cell = {}, "", "", False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "poster", "srcset"):
                (self.used if value.startswith("#") else self.fetched).append(value.removeprefix("#"))
            if name == "id":
                self.ids.append(value)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag == "li" and "data-name" in given:
            self.headlines[given["data-name"]] = given.get("data-value")
        self.tag = tag
        self.in_cell = self.in_cell or tag in ("td", "th")

    def handle_data(self, data):
        self.words.append(data)
        if self.in_cell:
            self.cells.append(data)
        if self.tag == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.in_cell = False
        self.tag = ""

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\u00a0", " ")


def page_of(folder):
    return Page(write_report(folder).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "result"
    write_folder(folder, wedge(), {"cement": 7})
    return page_of(folder)


def test_the_page_fetches_nothing_and_may_not(page):
    assert all(link.startswith("data:") for link in page.fetched)
    assert "default-src 'none'" in page.policy
    assert "connect-src 'none'" in page.policy


def test_every_reference_has_its_place_and_no_id_stands_twice(page):
    assert len(page.ids) == len(set(page.ids))
    assert set(page.used) <= set(page.ids)
    assert {"capacity", "differences", "cement", "height", "healing", "loads", "behind"} <= set(page.used)


def test_the_first_screen_says_it_in_one_sentence(page):
    assert "bears least on day 7: 1390 N in service, 70 % of the intact 2000 N" in page.text
    assert "back at 90 % of intact by day 14" in page.text
    assert "cement on day 7 adds 310 N (+22 %) at once." in page.text


def test_the_four_numbers_are_those_of_the_tables(page):
    assert page.headlines == {"lowest": "1390", "back": "14", "gain": "310", "heaviest": f"{600 / 2500:.6g}"}
    assert "resolution not estimated in this run" in page.text
    assert "capacity: +200 N (+8 %)" in page.text


def test_names_are_words_and_never_markup(page):
    assert "L1 <b>wedge</b> & co" in page.words
    assert "Author 2002 <x>" in page.cells


def test_limits_stand_once_and_warnings_are_told(page):
    assert page.text.count(LIMITS) == 1
    assert "1 warning: A warning" in page.text


def test_differences_are_in_units_and_percent(page):
    assert "+310" in page.cells
    assert "+22 %" in page.text
    assert "Service load [N], minus conservative" in page.text


def test_the_day_on_which_healing_has_caught_up_with_cement_is_told(page):
    first = page.cells.index("cement: service load")
    assert page.cells[first + 2 : first + 4] == ["12", MISSING]
    assert "When healing without cement has caught up" in page.text


def test_placement_and_contacts_are_told(page):
    for cell in ("no endplate", "4.0", "17", "3.2", "2.6", "pmma", "bipedicular"):
        assert cell in page.cells, cell


def test_what_cement_buys_over_waiting_is_told_with_what_the_brackets_leave_open(tmp_path):
    folder = tmp_path / "bought"
    write_folder(folder, wedge(), {"cement": 7})
    row = {"arm": "cement", "without": "conservative", "day": 7, "rim_utilisation": 0.87}
    row |= {name: "" for name in AUGMENTATION.names if name not in row}
    row |= {"gain_capacity_N": 19.0, "gain_capacity_open_N": 37.0, "gain_stiffness_N_per_mm": 5340.0}
    write_csv(folder / AUGMENTATION.file, AUGMENTATION.names, [row])
    told = page_of(folder)
    assert "What cement buys over conservative, and the bone beside it" in told.text
    assert {"19", "37", "5340", "0.87"} <= set(told.cells)


def test_load_over_capacity_stands_with_its_caution_and_over_service_load(page):
    assert "PMID 15167657" in page.text
    assert "Loads hold for L1 (assumed: the scenario names no level) and a body mass of 62 kg." in page.text
    assert f"{600 / 1390:.2f}" in page.text


def test_milestones_of_healing_are_told(page):
    first = page.cells.index("42")
    assert page.cells[first : first + 4] == ["42", "53", "74", "31"]
    assert "15 % (14 to 18 %)" in page.text
    assert {"not yet", "bone has not had the time", "1.50 mg formed, 0.250 mg resorbed"} <= set(page.cells)


def test_a_body_that_stays_shorter_is_told(page):
    assert "a shorter column of equal material is stiffer" in page.text


def test_an_intact_vertebra_alone_has_a_page_too(tmp_path):
    write_folder(tmp_path / "intact", [INTACT])
    page = page_of(tmp_path / "intact")
    assert "The intact vertebra bears 2000 N in service and gives way at 2800 N." in page.text
    assert set(page.headlines) == {"service", "capacity", "stiffness", "heaviest"}
    assert not {"healing", "differences", "height", "cement"} & set(page.ids)
    assert "a shorter column" not in page.text


def test_an_arm_that_does_not_come_back_is_told(tmp_path):
    rows = [INTACT, state("waiting", 0, 1400.0), state("waiting", 28, 1500.0)]
    write_folder(tmp_path / "slow", rows)
    page = page_of(tmp_path / "slow")
    assert "left alone it is not back at 90 % of intact by day 28" in page.text
    assert page.headlines["back"] is None
    assert "Gain by healing" in page.text


def test_eight_arms_stand_in_panels_of_their_own(tmp_path):
    arms = [f"arm-{number}" for number in range(8)]
    rows = [INTACT, *(state(arm, day, 1500.0 + 20 * n + day) for n, arm in enumerate(arms) for day in (0, 7))]
    write_folder(tmp_path / "eight", rows)
    text = write_report(tmp_path / "eight").read_text(encoding="utf-8")
    titles = re.findall(r'class="panel-title"[^>]*>([^<]*)', text)
    assert titles.count("Service load [N]") == 8
    for number in range(8):
        assert f'class="line arm{number}"' in text
        assert re.search(rf'class="label arm{number}"[^>]*>arm-{number}<', text)


def test_a_kyphoplasty_is_shown_with_what_it_restored_and_pushed_aside(tmp_path):
    folder = tmp_path / "raised"
    write_folder(folder, wedge(), {"cement": 7})
    row = dict.fromkeys(KYPHOPLASTY.names, 1.0) | {
        "arm": "cement",
        "day": 7.0,
        "restored": 0.33,
        "moved_mg": 424.1,
    }
    write_csv(folder / KYPHOPLASTY.file, KYPHOPLASTY.names, [row])
    text = page_of(folder).text
    assert "Kyphoplasty: height restored, bone pushed aside" in text
    assert "424" in text
    assert "its mineral is the same before and after" in text


def test_brackets_bands_and_events_are_shown_where_tables_have_them(tmp_path):
    band = {
        "capacity_low_N": 2300.0,
        "capacity_high_N": 2420.0,
        "service_p10_N": 1200.0,
        "service_p90_N": 1600.0,
    }
    rows = [row | band for row in wedge()]
    broken = [
        {"day": 12.0, "kind": "refracture", "text": "."},
        {"day": 13.0, "kind": "refracture", "text": "."},
    ]
    events = {"healing": {"conservative": {"events": broken}}}
    write_folder(tmp_path / "banded", rows, {"cement": 7}, events, columns=("service_p10_N", "service_p90_N"))
    text = write_report(tmp_path / "banded").read_text(encoding="utf-8")
    page = Page(text)
    assert text.count('class="band arm') >= 4
    panels = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert [panel.count(">refracture<") for panel in panels[:3]] == [1, 1, 1]  # the first of them
    assert "Bands hold eight of ten patients." in page.text
    assert "8 of 10 patients: 1200 to 1600 N" in page.text
    assert "resolution of the mesh ±120 N" in page.text
    assert "capacity from" in page.text


def test_the_scenario_is_shown_as_it_was_given_with_what_was_set_besides(tmp_path):
    folder = tmp_path / "given"
    write_folder(folder, [INTACT], extra={"given": {"bone": {"density_qct_mg_cm3": 80}, "name": "x"}})
    (folder / "scenario.toml").write_text('# mine\nname = "x"\n[bone]\ndensity_qct_mg_cm3 = 100\n')
    page = page_of(folder)
    assert "# mine" in page.text
    assert "bone.density_qct_mg_cm3 = 80" in page.text
    assert 'name = "x"' not in page.text.replace('# mine name = "x"', "")


def test_reading_help_tells_the_rule_and_what_discs_change(tmp_path):
    folder = tmp_path / "rule"
    write_folder(folder, [INTACT])
    file = folder / "manifest.json"
    found = json.loads(file.read_text(encoding="utf-8"))
    for rule, ends in (("surface", "pmma_caps"), ("section", "platens"), ("section", "discs")):
        found["scenario"]["capacity"]["rule"] = rule
        found["scenario"]["loading"]["ends"] = ends
        file.write_text(json.dumps(found), encoding="utf-8")
        text = write_report(folder).read_text(encoding="utf-8")
        assert f"weakest {rule}" in text
        assert ("refer to the shortening of the bone" in text) == (ends == "discs")


@pytest.mark.slow
def test_the_page_of_a_run_holds_a_scene_that_its_policy_allows(results):
    text = (results("crush") / "report.html").read_text(encoding="utf-8")
    assert len(text) < 15_000_000
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in Page(text).policy
