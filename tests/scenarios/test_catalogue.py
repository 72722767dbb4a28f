"""The bundled scenarios."""

import pytest

from vertebra.scenarios.catalogue import FOLDER, bundled_file, bundled_names, bundled_title


def test_every_scenario_file_of_the_package_is_listed():
    scenarios = {
        file.stem for file in FOLDER.glob("*.toml") if "\nschema = " in file.read_text(encoding="utf-8")
    }
    assert set(bundled_names()) == scenarios
    assert len(bundled_names()) == len(scenarios)


def test_the_main_scenario_is_listed_first():
    assert bundled_names()[0] == "main"


@pytest.mark.parametrize("name", bundled_names())
def test_scenario_explains_itself_in_a_comment_and_one_short_line(name):
    assert bundled_file(name).read_text(encoding="utf-8").startswith("# ")
    assert 0 < len(bundled_title(name)) <= 60
