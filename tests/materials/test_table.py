"""Tables of constants carry their origin."""

from pathlib import Path

import pytest

import vertebra.materials
from vertebra.materials.healing.patient.factor_table import OF_RULES
from vertebra.materials.table import read_table, row, rows, value

TABLES = sorted(Path(vertebra.materials.__file__).parent.rglob("*.toml"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_has_source_certainty_and_numbers_within_its_range(path):
    found = read_table(path)
    assert found
    for entry in found.values():
        assert entry.source
        assert entry.certainty
        numbers = set(entry.parameters) - set(OF_RULES if path.stem == "factors" else ())
        assert (entry.value is None) != (not numbers)
        if entry.value is not None:
            assert entry.unit
        if entry.limits is not None:
            assert entry.value is not None
            assert entry.limits[0] <= entry.value <= entry.limits[1]


def test_a_branch_lists_its_rows_only():
    assert [entry.name for entry in rows("bone", "shell")] == [
        "shell.young",
        "shell.reference_density",
        "shell.exponent",
    ]


def test_unknown_row_names_its_neighbours():
    with pytest.raises(ValueError, match=r"'kopperdal'.*kopperdahl2002.*morgan2003"):
        row("bone", "modulus.kopperdal")


def test_a_law_is_not_a_number():
    with pytest.raises(TypeError, match="read its parameters"):
        value("bone", "modulus.morgan2003")


def test_certainty_c_is_approximate_and_row_goes_to_plain_values():
    entry = row("damage", "crush_strain")
    assert entry.is_approximate
    assert entry.as_dict()["name"] == "damage.crush_strain"
    assert entry.as_dict()["value"] == value("damage", "crush_strain")


def test_row_without_certainty_letter_is_refused(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('[speed]\nvalue = 1.0\nunit = "-"\nsource = "x"\ncertainty = "sure"\n')
    with pytest.raises(ValueError, match="expected A, B or C"):
        read_table(path)


def test_number_outside_of_a_row_is_refused(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("speed = 1.0\n")
    with pytest.raises(ValueError, match="outside of a row"):
        read_table(path)
