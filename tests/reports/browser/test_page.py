"""The report in a real browser: it asks for nothing, fits a phone, and can be used by keyboard."""

import pytest
from report_folder import INTACT, state, write_folder
from scene_folder import write_scene_folder

from vertebra.records.tables import read_csv
from vertebra.reports.files import write_report_files
from vertebra.reports.page.quantity import quantity
from vertebra.reports.page.report import write_report

pytestmark = pytest.mark.slow
"""Software rendering takes seconds a page."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = write_scene_folder(tmp_path_factory.mktemp("browser") / "result")
    write_report_files(folder)
    return folder


@pytest.fixture(scope="module")
def url(folder):
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_opens_from_disk_asks_for_nothing_and_complains_of_nothing(visit, url, dark):
    seen = visit(url, dark=dark).wait_for_scene()
    assert [each for each in seen.requests if not each.startswith("data:")] == [url]
    assert seen.complaints == []


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_no_width_scrolls_sideways(visit, url, width):
    seen = visit(url, width=width, height=844).wait_for_scene()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_eight_arms_fit_a_phone_as_well(visit, tmp_path):
    arms = [f"a-rather-long-name-of-an-arm-{number}" for number in range(8)]
    rows = [INTACT, *(state(arm, day, 1500.0 + n) for n, arm in enumerate(arms) for day in (0, 7))]
    write_folder(tmp_path / "eight", rows)
    seen = visit(write_report(tmp_path / "eight").as_uri(), width=390, height=844)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.complaints == []


def test_the_numbers_on_the_first_screen_are_those_of_the_table(visit, url, folder):
    rows = read_csv(folder / "capacity.csv")
    broken = [row for row in rows if row["arm"] != "intact"]
    lowest = min(float(row["service_N"]) for row in broken)
    at = {(row["arm"], row["day"]): float(row["service_N"]) for row in rows}
    page = visit(url).page
    text = {
        each.get_attribute("data-name"): each.locator("strong").inner_text()
        for each in page.locator(".headlines li").all()
    }
    assert text["lowest"] == f"{quantity(lowest, 'N')} N"
    assert text["back"] == "not reached"
    assert text["gain"].startswith(quantity(at["cement", 7.0] - at["conservative", 7.0], "N"))
    box = page.locator(".headlines").bounding_box()
    assert box["y"] + box["height"] < 768  # on the first screen of a laptop


def test_everything_can_be_reached_by_keyboard(visit, url):
    seen = visit(url).wait_for_scene()
    page = seen.page
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("a[href],button,input,select,summary,[tabindex='0']")]
            .filter(each => !each.disabled && each.getClientRects().length)
            .map((each, number) => (each.dataset.number = number, number))"""
    )
    reached = set()
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        number = page.evaluate("document.activeElement && document.activeElement.dataset.number")
        if number is not None:
            reached.add(int(number))
    assert set(wanted) - reached == set()


def test_what_has_the_focus_can_be_seen(visit, url):
    page = visit(url).wait_for_scene().page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_a_folded_chapter_opens_by_keyboard(visit, url):
    page = visit(url).wait_for_scene().page
    summary = page.locator("#behind summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#behind details").first.get_attribute("open") is not None


def test_text_stands_out_from_its_ground_in_light_and_dark(visit, url):
    for dark in (False, True):
        page = visit(url, dark=dark).page
        ratio = page.evaluate(
            """() => {
                const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
                    .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
                const ground = light(getComputedStyle(document.body).backgroundColor);
                const looked = ".answer,.headlines .detail,.note,td,small,svg .label,svg .tick";
                const worst = [...document.querySelectorAll(looked)]
                    .map(each => [getComputedStyle(each), each.closest("svg")])
                    .map(([style, drawn]) => light(drawn ? style.fill : style.color))
                    .map(ink => (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05));
                return Math.min(...worst);
            }"""
        )
        assert ratio > 4.4


def test_the_page_prints(visit, url):
    seen = visit(url).wait_for_scene()
    assert seen.page.pdf(format="A4").startswith(b"%PDF")
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", ["crush", "intact"])
def test_pages_of_runs_open_without_a_complaint(visit, results, name):
    seen = visit((results(name) / "report.html").as_uri()).wait_for_scene()
    assert seen.complaints == []
    assert seen.pixels()["colours"] > 100
