"""What a scenario means before it is run."""

import io

import pytest
from rich.console import Console

from vertebra.commands.explain import print_scenario, source_rows, unit_of
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.reading import read_scenario


def printed(name, *overrides, width=80):
    stream = io.StringIO()
    print_scenario(*read_scenario(name, overrides), Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def line_of(text, key):
    (line,) = (line.split() for line in text.splitlines() if line.startswith(f"{key} "))
    return line[1:]


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("bone.density_qct_mg_cm3", "mg/cm3"),
        ("mesh.parametric.edge_mm", "mm"),
        ("output.load_N", "N"),
        ("arms.x.cement.volume_ml", "mL"),
        ("patient.body_mass_kg", "kg"),
        ("healing.days", "d"),
        ("bone.law", ""),
    ],
)
def test_unit_is_read_from_the_key(key, unit):
    assert unit_of(key) == unit


def test_value_unit_and_origin_stand_beside_each_key():
    text = printed("main", "bone.density_qct_mg_cm3=90")
    assert line_of(text, "bone.density_qct_mg_cm3") == ["90", "mg/cm3", "scenario"]
    assert line_of(text, "loading.cap_mm") == ["10", "mm", "default"]
    assert line_of(text, "patient.smoker") == ["false", "default"]
    assert line_of(text, "arms.vertebroplasty.cement.clearance_mm") == ["2.5", "mm", "default"]


def test_sizes_of_the_level_are_resolved_and_given_ones_are_not_repeated():
    text = printed("main", "mesh.parametric.shell_mm=0.4")
    assert line_of(text, "mesh.parametric.width_superior_mm") == ["41.2", "mm", "level", "L1"]
    assert line_of(text, "mesh.parametric.shell_mm") == ["0.4", "mm", "scenario"]


def test_effects_of_the_patient_are_printed_or_that_there_are_none():
    assert "nothing: no factor is given" in printed("main")
    text = printed("main", "patient.smoker=true")
    assert "smoker, time: x 1.25 (1.1-1.4)" in text
    assert "nothing: no factor" not in text


@pytest.mark.parametrize("name", bundled_names())
def test_every_constant_has_a_value_a_source_and_a_certainty(name):
    rows = source_rows(read_scenario(name)[0])
    assert all(row["quantity"] and row["value"] and row["source"] for row in rows)
    assert all(set(row["certainty"]) <= set("ABC / ") for row in rows)
    assert len({row["quantity"] for row in rows}) == len(rows)


def test_only_what_a_scenario_uses_is_listed():
    def listed(name, *overrides):
        return {row["quantity"] for row in source_rows(read_scenario(name, overrides)[0])}

    assert any(quantity.startswith("cement.") for quantity in listed("main"))
    assert not any(quantity.startswith("cement.") for quantity in listed("crush"))
    assert not any(quantity.startswith(("kinetic.", "damage.")) for quantity in listed("intact"))
    assert listed("main") - listed("main", "loading.ends=platens") == {"ends.pmma_caps"}
    assert "levels: sizes of the body" not in listed("surface")
