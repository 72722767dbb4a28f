"""What a scenario means before it is run."""

import io
import re

import pytest
from rich.console import Console

from vertebra.commands.explain import print_scenario, source_rows
from vertebra.scenarios.catalogue import bundled_names
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.units import unit_of


def printed(name, *overrides, width=80):
    stream = io.StringIO()
    print_scenario(read_scenario(name, overrides), Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def line_of(text, key, indented=False):
    """Words after the key in the only line, or in the first of the indented lines, that starts with it."""
    lines = [line.strip() if indented else line for line in text.splitlines()]
    found = [line.removeprefix(key).split() for line in lines if line.startswith(f"{key} ")]
    assert indented or len(found) == 1
    return found[0]


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
    assert line_of(text, "bone.density_qct_mg_cm3") == ["90", "mg/cm3", "(scenario)"]
    assert line_of(text, "loading.cap_mm") == ["10", "mm", "(default)"]
    assert line_of(text, "patient.smoker") == ["false", "(default)"]
    assert line_of(text, "arms.vertebroplasty.cement.clearance_mm") == ["2.5", "mm", "(default)"]


def test_meaning_and_allowed_values_stand_below_each_value():
    lines = printed("main").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("bone.density_qct_mg_cm3"))
    below = " ".join(line.strip() for line in lines[at + 1 : at + 3])
    assert below.startswith("Density of the trabecular core as quantitative CT measures it")
    assert below.endswith("Allowed: number from 20 to 600.")


@pytest.mark.parametrize("name", bundled_names())
def test_every_value_of_a_scenario_is_printed_with_a_meaning_in_eighty_columns(name):
    text = printed(name)
    shown = text[: text.index("What the patient changes")]
    values = [line for line in shown.splitlines() if re.match(r"[a-z]+\.[A-Za-z0-9_.-]+( |$)", line)]
    assert len(values) > 60
    assert shown.count("Allowed: ") == len(values) + 2  # schema and name
    assert max(len(line) for line in shown.splitlines() if "/bundled/" not in line) <= 80


def test_what_holds_where_nothing_is_given_has_no_unit():
    assert line_of(printed("main"), "bone.density_ash_mg_cm3") == ["not", "set", "(default)"]
    assert line_of(printed("main"), "fracture.cleft_mm") == ["no", "cleft", "(default)"]


def test_sizes_of_the_level_are_resolved_and_given_ones_are_not_repeated():
    text = printed("main", "mesh.parametric.shell_mm=0.4")
    assert line_of(text, "mesh.parametric.width_superior_mm") == ["41.2", "mm", "(level", "L1)"]
    assert line_of(text, "mesh.parametric.shell_mm") == ["0.4", "mm", "(scenario)"]


def test_a_patient_of_whom_nothing_is_known_changes_nothing_but_may_not_unite():
    text = printed("main")
    assert "nothing: no factor is given" in text
    assert "15 %, range 13.5 to 17.5 %" in text
    assert "height loss, non-union odds" in text


def test_each_effect_stands_in_a_row_with_ratio_range_and_certainty():
    text = printed("main", "patient.smoker=true")
    assert line_of(text, "smoker") == ["time", "1.25", "1.1-1.4", "C,", "approximate"]
    assert line_of(text, "non-union odds", indented=True)[:2] == ["2.79", "2.26-3.62"]
    assert "33 %, range" in text
    assert "Schenker 2013/14" in text
    assert "nothing: no factor" not in text


def test_products_state_the_bound_that_holds_them():
    text = printed("main", "patient.smoker=true", "patient.glucocorticoids=true", "patient.diabetes=true")
    assert line_of(text, "all together") == ["time", "2.25", "1.32-2.5", "held", "from", "0.4", "to", "2.5"]
    assert "held from 0.1 to 10, cut" in " ".join(text.split())


def test_a_bare_direction_is_named_without_a_ratio():
    text = printed("main", "patient.brace_adherence=0.6", "loading.phases=[{from_day = 0, brace = true}]")
    assert line_of(text, "brace adherence")[-5:] == ["-", "lowers", "when", "worn", "A"]


def test_without_a_fracture_nothing_can_fail_to_unite():
    assert "Chance of non-union" not in printed("intact", "patient.smoker=true")


@pytest.mark.parametrize("name", ["main", "intact"])
def test_nothing_is_wider_than_the_terminal(name):
    everything = [f"patient.{risk}=true" for risk in ("vitamin_d_deficiency", "glucocorticoids", "smoker")]
    text = printed(name, *everything, "patient.age_years=80", "patient.nsaid_days=[0, 60]")
    table = text[text.index("What the patient changes") : text.index("Constants and")]
    assert max(len(line) for line in table.splitlines()) <= 80


@pytest.mark.parametrize("name", bundled_names())
def test_every_constant_has_a_value_a_source_and_a_certainty(name):
    rows = source_rows(read_scenario(name))
    assert all(row["quantity"] and row["value"] and row["source"] for row in rows)
    assert all(set(row["certainty"]) <= set("ABC / ") for row in rows)
    assert len({row["quantity"] for row in rows}) == len(rows)


def test_only_what_a_scenario_uses_is_listed():
    def listed(name, *overrides):
        return {row["quantity"] for row in source_rows(read_scenario(name, overrides))}

    assert any(quantity.startswith("cement.") for quantity in listed("main"))
    assert not any(quantity.startswith("cement.") for quantity in listed("crush"))
    assert not any(quantity.startswith(("kinetic.", "damage.")) for quantity in listed("intact"))
    assert listed("main") - listed("main", "loading.ends=platens") == {"ends.pmma_caps"}
    assert "levels: sizes of the body" not in listed("surface")


def test_loads_are_told_at_the_level_of_their_source_and_here_with_the_laws_between():
    braced = "loading.phases=[{from_day = 0, activity = 'stairs', brace = true}]"
    rows = {
        row["quantity"]: row
        for row in source_rows(read_scenario("main", ("patient.body_mass_kg=62", braced)))
    }
    standing, stairs = (rows[f"activities.activity.{name}"]["value"] for name in ("standing", "stairs"))
    assert standing == "600 N at L4-L5, 439 N at L1 and 62 kg; upright"
    assert stairs.startswith("900 N at L4-L5")  # what the patient does, though not in loading.activities
    assert {"activities.level.mass_above", "activities.level.moment", "activities.brace"} <= set(rows)
    lying = source_rows(read_scenario("main", ("loading.activities=['lying']",)))
    assert not {"activities.level.moment", "activities.brace"} & {row["quantity"] for row in lying}


def test_the_level_that_a_surface_is_loaded_as_is_printed():
    key = "mesh.surface.level"
    assert line_of(printed("surface"), key) == ["L1,", "loads", "only", "(default)"]
    assert line_of(printed("surface", f"{key}=L3"), key) == ["L3", "(scenario)"]
