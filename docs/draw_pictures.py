"""Draw the pictures of the README and the site from a finished run, in a real Chromium.

    vertebra run main --out results/main
    python docs/draw_pictures.py results/main

Needs `pip install -e '.[browser]'` and a Chromium, whose path VERTEBRA_CHROMIUM may name.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from vertebra.records.result_files import CAPACITY_IMAGE, SLICES
from vertebra.reports.files import write_report_files

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
LAPTOP, PHONE = (1366, 768), (390, 844)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]


def main(folder: Path) -> None:
    """Draw all pictures of a run, from a copy of its folder."""
    program = os.environ.get("VERTEBRA_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)))
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as above, sync_playwright() as playwright:
        copy = Path(shutil.copytree(folder, Path(above) / "result"))
        url = write_report_files(copy).as_uri()
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for name, size, dark in (("report", LAPTOP, False), ("dark", LAPTOP, True), ("phone", PHONE, False)):
            page = browser.new_page(
                viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
            )
            page.goto(url)
            page.wait_for_selector("#scene-root[data-ready='1']", timeout=60_000)
            page.screenshot(path=PICTURES / f"{name}.png")
            if name == "report":
                _draw_scene(page)
            page.close()
        browser.close()
        shutil.copy(copy / CAPACITY_IMAGE.name, DOCS / "main.png")
        for file in copy.glob(SLICES.pattern):
            shutil.copy(file, PICTURES / file.name)
    for file in (PICTURES / "report.png", PICTURES / "dark.png", PICTURES / "phone.png", DOCS / "main.png"):
        _reduce(file)


def _draw_scene(page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 1000})
    page.evaluate("document.querySelector('#scene').scrollIntoView()")
    page.wait_for_timeout(1000)
    box = page.locator("#scene-root").bounding_box()
    assert box is not None  # it is on the page
    page.screenshot(path=PICTURES / "scene.png", clip={**box, "height": min(box["height"], 640)})


def _reduce(file: Path) -> None:
    """Keep 255 colours: a third of the size, and no difference to be seen."""
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(255, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
