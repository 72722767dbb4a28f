"""The page about a finished run."""

import base64
import json
import re
from html.parser import HTMLParser

import pytest

from vertebra.records.columns import ACTIVITIES, CAPACITY, FOLLOW_UP, HEALING, TISSUE
from vertebra.records.tables import activity_rows, with_ratios, write_csv
from vertebra.reports.figures.capacity import capacity_figure, save_figure, tissue_figure
from vertebra.reports.figures.healing import healing_figure
from vertebra.reports.page.report import write_report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SHORTER = "a shorter column of equal material is stiffer"


def state(arm, day, capacity, stiffness, height):
    return dict.fromkeys(CAPACITY.names, 0.5) | {
        "arm": arm,
        "day": day,
        "capacity_N": capacity,
        "stiffness_N_per_mm": stiffness,
        "service_N": min(capacity, 0.0068 * stiffness * 25.0),
        "height_mm": height,
        "ultimate_N": "",
    }


def write_folder(folder, states):
    """What a run leaves, with two arms called as badly as an arm may be called."""
    rows = with_ratios(states)
    arms = [row["arm"] for row in rows if row["arm"] != "intact"]
    tissue = [
        dict.fromkeys(TISSUE.names, 0.0) | {"arm": a, "day": d, "woven": 1.0} for a in arms for d in (0, 7)
    ]
    manifest = {
        "program": "vertebra",
        "version": "0.1.0",
        "created": "2026-01-01T00:00:00+00:00",
        "name": "L1 <b>wedge</b> & co",
        "scenario": {
            "loading": {"load_to_strength_limit": 1.0, "ends": "pmma_caps"},
            "capacity": {"rule": "surface"},
            "output": {"load_N": 1000.0},
        },
        "sources": [{"quantity": "bone.x", "value": "2 MPa", "source": "Author 2002 <x>", "certainty": "A"}],
        "notes": ["a note"],
        "healing": {
            "conservative": {
                "t50": 42.0,
                "t80": 53.0,
                "t95": 73.6,
                "first_path_day": 31.0,
                "bridging_day": None,
                "outcome": "not yet",
                "reason": "bone has not had the time",
                "remodelling_formed_mg": 1.5,
                "remodelling_resorbed_mg": 0.25,
                "adaptation_gained_mg": 0.5,
                "adaptation_lost_mg": 0.125,
            }
        },
        "non_union": {"probability": 0.15, "low": 0.135, "high": 0.175},
        "shape": {
            body: {
                "anterior_mm": 25.0,
                "middle_mm": 23.0,
                "posterior_mm": 24.0,
                "mean_mm": 24.1,
                "wedge_angle_deg": a,
            }
            for body, a in (("intact", -1.7), ("fractured", 5.9))
        },
        "virtual_test": None,
        "loads": {
            "level": "L1",
            "level_is_assumed": True,
            "body_mass_kg": 62.0,
            "body_mass_is_assumed": False,
        },
        "warnings": ["a warning"],
    }
    loads = {"standing": 600.0, "stooped_lift_20kg": 3000.0}
    write_csv(folder / "capacity.csv", CAPACITY.names, rows)
    write_csv(folder / "activities.csv", ACTIVITIES.names, activity_rows(rows, loads, 1.0))
    write_csv(folder / "follow_up.csv", FOLLOW_UP.names, [])
    save_figure(capacity_figure(rows, manifest["name"], loads), folder / "capacity.svg")
    if tissue:
        write_csv(folder / "tissue.csv", TISSUE.names, tissue)
        save_figure(tissue_figure(tissue, "Tissue"), folder / "tissue.svg")
        healing = [
            dict.fromkeys(HEALING.names, 0.5) | {"arm": row["arm"], "day": row["day"]} for row in tissue
        ]
        save_figure(healing_figure(healing, "Healing"), folder / "healing.svg")
        (folder / "stress-4.png").write_bytes(PNG)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return rows


class Page(HTMLParser):
    """Collects what a browser would fetch, ids and references, and the cells of tables."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.ids, self.used, self.cells, self.words = [], [], [], [], []
        self.feed(text)
        self.used += re.findall(r"url\(#([^)]+)\)", text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "poster", "srcset"):
                (self.used if value.startswith("#") else self.fetched).append(value.removeprefix("#"))
            if name == "id":
                self.ids.append(value)
        if tag in ("link", "script", "iframe", "object", "embed"):
            self.fetched.append(tag)
        self.in_cell = tag in ("td", "th")

    def handle_data(self, data):
        self.words.append(data)
        if self.in_cell:
            self.cells.append(data)

    def handle_endtag(self, tag):
        self.in_cell = False


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    write_folder(
        folder,
        [
            state("intact", 0, 2748.2, 19240.0, 24.1),
            state("4", 0, 2445.3, 8990.6, 20.0),
            state("4", 7, 2445.4, 9054.0, 20.0),
            state("cement-1e3", 7, 2866.0, 18810.0, 20.0),
        ],
    )
    return Page(write_report(folder).read_text(encoding="utf-8"))


def test_the_page_fetches_nothing(page):
    assert all(link.startswith("data:image/png;base64,") for link in page.fetched)
    assert len(page.fetched) == 1
    assert base64.b64decode(page.fetched[0].partition(",")[2]) == PNG


def test_two_inline_figures_share_no_id_and_find_their_own(page):
    assert len(page.ids) == len(set(page.ids))
    assert set(page.used) <= set(page.ids)
    assert {identity.split("-")[0] for identity in page.ids} == {"capacity", "tissue", "healing"}


def test_all_tables_stand_on_the_page(page):
    for cell in ("capacity [N]", "2748", "2445", "0.89", "19240", "0.0068 K H [N]", "Pistoia [N]"):
        assert cell in page.cells
    for cell in ("stooped lift 20kg", "3000", "4: day", "cement-1e3: day", "bone.x", "Author 2002 <x>"):
        assert cell in page.cells


def test_names_are_words_and_never_markup(page):
    assert "L1 <b>wedge</b> & co" in page.words
    assert "4" in page.cells
    assert "4.0" not in page.cells


def test_warnings_limits_and_the_shorter_body_are_told(page):
    text = " ".join(page.words)
    assert "a warning" in text
    assert "verified, not validated" in text
    assert "Not for clinical use" in text
    assert SHORTER in text


def test_an_intact_vertebra_alone_has_a_page_too(tmp_path):
    write_folder(tmp_path, [state("intact", 0, 2748.2, 19240.0, 24.1)])
    text = " ".join(Page(write_report(tmp_path).read_text(encoding="utf-8")).words)
    assert "Tissue in the fracture zone" not in text
    assert SHORTER not in text


def test_milestones_of_healing_are_told(page):
    first = page.cells.index("conservative")
    assert page.cells[first : first + 6] == ["conservative", "42.0", "53.0", "73.6", "31", "-"]
    minerals = "1.5 mg formed, 0.25 mg resorbed; of these by adaptation to load 0.5 and 0.125 mg"
    assert {"not yet", "bone has not had the time", minerals} <= set(page.cells)
    assert any("15 % (13.5 % to 17.5 %)" in words for words in page.words)
    shape = page.cells.index("fractured")
    assert page.cells[shape + 4] == "5.9"


def test_reading_help_tells_the_rule_and_what_discs_change(tmp_path):
    write_folder(tmp_path, [state("intact", 0, 2748.2, 19240.0, 24.1)])
    file = tmp_path / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    for rule, ends in (("surface", "pmma_caps"), ("section", "platens"), ("section", "discs")):
        manifest["scenario"]["capacity"]["rule"] = rule
        manifest["scenario"]["loading"]["ends"] = ends
        file.write_text(json.dumps(manifest), encoding="utf-8")
        text = write_report(tmp_path).read_text(encoding="utf-8")
        assert f"weakest {rule}" in text
        assert ("refer to the shortening of the bone" in text) == (ends == "discs")
