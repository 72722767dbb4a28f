"""The scene in a real browser: it draws, and every control changes what it draws."""

import itertools
import threading

import numpy as np
import pytest
from browser_visit import Visit
from scene_folder import CELLS, DAYS, write_scene_folder

from vertebra.reports.files import write_report_files
from vertebra.reports.scene.content import CAPS, SceneContent
from vertebra.reports.viewer.server import SceneServer

pytestmark = pytest.mark.slow
"""Software rendering takes seconds a page."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_scene_folder(tmp_path_factory.mktemp("scene") / "result")


@pytest.fixture(scope="module")
def content(folder):
    return SceneContent.of(folder)


@pytest.fixture(scope="module")
def page(folder):
    return write_report_files(folder).as_uri()


@pytest.fixture(scope="module")
def shared(chromium, page):
    """One page for all tests that leave it as it was."""
    seen = Visit(chromium, page).wait_for_scene()
    yield seen
    seen.page.close()


@pytest.fixture
def seen(visit, page):
    return visit(page).wait_for_scene()


def test_it_draws_a_body_and_not_a_blank(shared):
    assert shared.pixels()["colours"] > 200


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("day", "2"),
        ("left", "0"),
        ("right", "-1"),
        ("field", "young"),
        ("field", "tissue"),
        ("sagittal-on", False),
        ("sagittal-at", "3.0"),
        ("sagittal-side", True),
        ("coronal-on", True),
        ("axial-on", True),
        ("threshold", "60"),
        ("deform", "100"),
        ("caps", True),
        ("cement", False),
        ("band", False),
        ("weakest", False),
        ("scale", "day"),
        ("high", "0.5"),
    ],
)
def test_every_control_changes_the_picture_and_back(shared, part, value):
    first, before = shared.pixels()["sum"], shared.value(part)
    shared.put(part, value)
    assert shared.pixels()["sum"] != first
    shared.put(part, before)
    if part == "high":  # own ends stay chosen until another scale is
        shared.put("scale", "result")
    assert shared.pixels()["sum"] == first
    assert shared.complaints == []


def test_turning_by_mouse_and_by_keyboard_changes_the_picture_and_home_brings_it_back(seen):
    first = seen.pixels()["sum"]
    seen.part("stage").scroll_into_view_if_needed()
    box = seen.part("stage").bounding_box()
    middle = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    seen.page.mouse.move(*middle)
    seen.page.mouse.down()
    seen.page.mouse.move(middle[0] + 60, middle[1] + 20, steps=4)
    seen.page.mouse.up()
    seen.settle()
    turned = seen.pixels()["sum"]
    assert turned != first
    seen.part("stage").focus()
    for key in ("ArrowLeft", "ArrowUp", "+", "Shift+ArrowRight"):
        before = seen.pixels()["sum"]
        seen.page.keyboard.press(key)
        seen.settle()
        assert seen.pixels()["sum"] != before, key
    seen.page.keyboard.press("Home")
    seen.settle()
    assert seen.pixels()["sum"] == first


def test_both_views_turn_together(seen):
    def halves():
        return seen.page.evaluate(
            """() => document.querySelector("#scene-root").scene.ports().map(port =>
                 [...document.querySelector("#scene-root").scene.camera.matrix(port)])"""
        )

    left, right = halves()
    assert left == right
    seen.page.evaluate("document.querySelector('#scene-root').scene.turn(30, 10)")
    turned, same = halves()
    assert turned == same
    assert turned != left


@pytest.mark.parametrize("key", ["utilisation", "von_mises", "compressive_stress", "young", "density"])
def test_the_ends_of_the_colour_bar_are_those_of_the_field(shared, content, key):
    seen = shared
    seen.put("field", key)
    seen.put("scale", "day")
    bar = seen.part("bar")
    low, high = (float(bar.get_attribute(f"data-{end}")) for end in ("low", "high"))
    day = int(seen.part("day-name").inner_text().removeprefix("day "))
    at = np.unique(content.vertices.cells[~np.isin(content.vertices.region, CAPS)])
    values = np.concatenate([content.values(arm, day, key)[at] for arm in ("conservative", "cement")])
    assert low == pytest.approx(values.min(), rel=2e-3, abs=1e-4)
    if np.ptp(values) > 1e-6:
        assert high == pytest.approx(values.max(), rel=2e-3)
    ticks = [
        float(text.replace("\N{MINUS SIGN}", "-"))
        for text in seen.part("bar-ticks").locator("span").all_inner_texts()
    ]
    assert ticks[0] == pytest.approx(low, rel=6e-3, abs=1e-3)
    assert ticks[-1] == pytest.approx(high, rel=6e-3)
    seen.put("scale", "result")
    seen.put("field", "utilisation")


@pytest.mark.parametrize("key", ["von_mises", "compressive_strain", "young"])
def test_names_of_ticks_stand_on_the_bar_in_order_and_none_covers_another(shared, key):
    seen = shared
    seen.put("field", key)
    bar = seen.part("bar").bounding_box()
    boxes = [each.bounding_box() for each in seen.part("bar-ticks").locator("span").all()]
    assert len(boxes) >= 2
    for before, after in itertools.pairwise(boxes):
        assert before["x"] + before["width"] < after["x"]
    assert boxes[0]["x"] >= bar["x"] - 1
    assert boxes[-1]["x"] + boxes[-1]["width"] <= bar["x"] + bar["width"] + 1
    seen.put("field", "utilisation")


@pytest.mark.parametrize(("key", "named"), [("von_mises", True), ("young", False), ("density", False)])
def test_the_load_is_named_beside_fields_that_answer_to_it(shared, key, named):
    seen = shared
    seen.put("field", key)
    assert (" at 1000 N" in seen.part("bar-name").inner_text()) == named
    seen.put("field", "utilisation")


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_no_control_leaves_its_frame(visit, page, width):
    seen = visit(page, width=width, height=844).wait_for_scene()
    outside = seen.page.evaluate(
        """() => {
            for (const each of document.querySelectorAll("#scene-root details")) each.open = true;
            return [...document.querySelectorAll("#scene-root fieldset")].flatMap(frame => {
                const { left, right } = frame.getBoundingClientRect();
                return [...frame.querySelectorAll("input,select,button,output")].filter(each => {
                    const box = each.getBoundingClientRect();
                    return box.width && (box.left < left || box.right > right);
                }).map(each => each.dataset.part || each.textContent);
            });
        }"""
    )
    assert outside == []


def test_utilisation_is_on_its_scale_from_nothing_to_yield(shared):
    seen = shared
    bar = seen.part("bar")
    assert (bar.get_attribute("data-low"), bar.get_attribute("data-high")) == ("0", "1")


def test_the_probe_reads_the_field_where_it_points(shared):
    """Utilisation of the box is 0.5 + 0.05 x + 0.01 day, and the sagittal cut lies at a known x."""
    seen = shared
    x = float(seen.part("sagittal-at").input_value())
    seen.part("stage").focus()
    seen.page.keyboard.press("p")
    text = seen.part("probe").inner_text()
    assert text.startswith("utilisation ")
    assert "conservative, day 7" in text
    found = float(seen.page.get_attribute("#scene-root", "data-probe"))
    place = float(text.split("x ")[1].split(",")[0].replace("\N{MINUS SIGN}", "-"))
    assert place <= x + 0.06
    assert found == pytest.approx(0.57 + 0.05 * place, abs=0.06)


def test_a_threshold_leaves_the_cells_above_it(seen, content):
    seen.put("right", "-1")
    for axis in ("sagittal", "coronal", "axial"):
        seen.put(f"{axis}-on", False)
    seen.put("threshold", "70")
    shown = seen.page.evaluate(
        """() => { const scene = document.querySelector("#scene-root").scene;
            return [...scene.visibleCells(scene.shown[0])].reduce((sum, x) => sum + x, 0); }"""
    )
    used = content.values("conservative", 7, "utilisation")[content.vertices.cells].mean(axis=1)
    bone = ~np.isin(content.vertices.region, CAPS)
    assert shown == pytest.approx((bone & (used >= 0.7)).sum(), abs=2)
    assert 0 < shown < len(CELLS)


def test_a_cut_has_the_area_of_the_section(shared):
    seen = shared
    area = seen.page.evaluate(
        """() => { const { triangles, parts } = document.querySelector("#scene-root").scene.meshes[0];
            let sum = 0;
            for (const part of parts) if (part.skip === 0) for (let t = part.from; t < part.to; t++) {
              const p = triangles.position.slice(9 * t, 9 * t + 9);
              sum += 0.5 * Math.abs((p[4] - p[1]) * (p[8] - p[2]) - (p[7] - p[1]) * (p[5] - p[2]));
            }
            return sum; }"""
    )
    bone_height = 8.0  # the cells whose middle lies within 4 mm of the middle
    assert area == pytest.approx(16.0 * bone_height, rel=1e-3)


def test_days_before_an_injection_are_shown_as_the_arm_without_it(seen):
    seen.put("day", "0")
    states = seen.page.evaluate(
        "document.querySelector('#scene-root').scene.shown.map(each => [each.arm, each.day])"
    )
    assert states == [[1, 0], [2, 0]]


def test_play_goes_through_the_days_and_stops(seen):
    seen.put("day", "0")
    seen.part("play").click()
    seen.wait_until("document.querySelector('[data-part=day]').value === '2'")
    seen.wait_until("!document.querySelector('#scene-root').scene.timer")


def test_a_browser_without_webgl_says_so_and_keeps_the_rest(playwright, chromium_program, folder):
    browser = playwright.chromium.launch(
        executable_path=chromium_program, args=["--no-sandbox", "--disable-3d-apis"]
    )
    page = browser.new_page()
    page.goto(write_report_files(folder).as_uri())
    page.wait_for_selector("#scene-root[data-ready='failed']", timeout=20_000)
    assert "needs a browser with WebGL2" in page.locator("[data-part=failed]").inner_text()
    assert page.locator(".headlines li").count() == 4
    browser.close()


def test_the_viewer_slides_through_all_days_and_asks_its_own_server_only(visit, content):
    server = SceneServer(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        seen = visit(server.address).wait_for_scene()
        sums = set()
        for number in range(len(DAYS["cement"])):
            seen.put("day", str(number))
            sums.add(seen.pixels()["sum"])
        assert len(sums) == 3
        assert all(each.startswith((server.address, "data:")) for each in seen.requests)
        asked = {each.rpartition("/")[2] for each in seen.requests}
        assert {"1-utilisation-0", "1-utilisation-7", "2-utilisation-14"} <= asked
        assert not any("young" in each for each in asked)
        assert seen.complaints == []
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
    assert not thread.is_alive()
