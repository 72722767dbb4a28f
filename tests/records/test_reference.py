"""The reference of a result: complete, and committed as it is declared."""

from pathlib import Path

from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.columns import DICTIONARY, RUN_TABLES
from vertebra.records.fields.names import FIELD_NAMES
from vertebra.records.reference import dictionary_rows, reference
from vertebra.records.result_files import OTHER_FILES
from vertebra.scenarios.answer.output_section import FIELDS

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "columns.md"


def test_the_committed_reference_is_up_to_date():
    assert COMMITTED.read_text(encoding="utf-8") == reference(), (
        "docs/columns.md is not what the columns declare. Run: python -m vertebra.records.reference docs/columns.md"
    )


def test_the_reference_names_every_column_field_and_file():
    text = reference()
    for table in RUN_TABLES:
        assert f"### `{table.file}`" in text
        for column in table.columns:
            assert f"| `{column.name}` | {column.unit} | {column.meaning} |" in text
    for name in (*(field.name for field in FIELD_NAMES), "<activity>_to_strength", "fields-<arm>.vtkhdf"):
        assert f"`{name}`" in text
    assert all(file.meaning in text for file in OTHER_FILES)


def test_the_dictionary_of_a_result_has_a_row_for_every_column():
    rows = dictionary_rows()
    assert all(tuple(row) == DICTIONARY.names for row in rows)
    found = [(row["file"], row["column"]) for row in rows]
    assert len(set(found)) == len(found)
    for table in RUN_TABLES:
        expected = [] if table is DICTIONARY else [*table.names]
        if table.per_activity is not None:
            expected.append("{activity}_to_strength")
        assert [column for file, column in found if file == table.file] == expected


def test_every_field_that_a_scenario_may_ask_for_is_described():
    for wanted in FIELDS:
        assert any(field.name.startswith(wanted) for field in FIELD_NAMES)


def test_names_of_regions_are_words_that_field_files_can_hold():
    assert all(name.isascii() for name in REGIONS)
