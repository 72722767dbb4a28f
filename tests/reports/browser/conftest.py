"""A real Chromium, without a screen; tests that need one are skipped where it is absent, and say why."""

import os
import shutil

import pytest
from browser_visit import Visit

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox")


@pytest.fixture(scope="session")
def playwright():
    api = pytest.importorskip(
        "playwright.sync_api",
        reason="needs the package playwright: pip install -e '.[browser]'",
        exc_type=ImportError,
    )
    with api.sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium_program():
    program = os.environ.get("VERTEBRA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("needs a Chromium: the Debian package chromium, or its path in VERTEBRA_CHROMIUM")
    return program


@pytest.fixture(scope="session")
def chromium(playwright, chromium_program):
    browser = playwright.chromium.launch(executable_path=chromium_program, args=[*SOFTWARE_GL])
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium):
    visits = []

    def go(url, **look):
        visits.append(Visit(chromium, url, **look))
        return visits[-1]

    yield go
    for each in visits:
        each.page.close()
