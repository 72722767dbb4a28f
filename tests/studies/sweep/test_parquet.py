"""Parquet files: what a library reads from them, and their bytes."""

import pytest

from vertebra.studies.sweep.parquet import write_parquet

ROWS = [
    {"case": 1.0, "arm": "conservative", "capacity_N": 1234.5, "ends": "pmma_caps", "empty": ""},
    {"case": 2.0, "arm": 'é, "quoted"', "capacity_N": "", "ends": 4.0, "empty": ""},
    *({"case": float(n), "arm": "", "capacity_N": 0.1 * n, "ends": "", "empty": ""} for n in range(3, 40)),
]
COLUMNS = ["case", "arm", "capacity_N", "ends", "empty"]


def test_a_library_reads_numbers_texts_and_gaps(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_parquet(tmp_path / "t.parquet", COLUMNS, ROWS)
    found = parquet.read_table(tmp_path / "t.parquet").to_pydict()
    assert list(found) == COLUMNS
    assert found["case"] == [row["case"] for row in ROWS]
    assert found["capacity_N"] == [row["capacity_N"] if row["capacity_N"] != "" else None for row in ROWS]
    assert found["arm"] == [row["arm"] or None for row in ROWS]
    assert found["ends"][:3] == ["pmma_caps", "4", None]
    assert found["empty"] == [None] * len(ROWS)


def test_the_same_rows_give_the_same_bytes_and_no_rows_are_a_table_too(tmp_path):
    for name in ("a", "b"):
        write_parquet(tmp_path / name, COLUMNS, ROWS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    write_parquet(tmp_path / "none", COLUMNS, [])
    content = (tmp_path / "none").read_bytes()
    assert content[:4] == content[-4:] == b"PAR1"
