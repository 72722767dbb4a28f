"""Tables of text, whatever separates their columns."""

import pytest

from vertebra.checks.observed.separated import positive, read_separated


def test_quoted_commas_and_empty_tables(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text('a,b\n"1,5", 2 \n', encoding="utf-8")
    assert read_separated(file) == [(2, {"a": "1,5", "b": "2"})]
    file.write_text("", encoding="utf-8")
    assert read_separated(file) == []


def test_file_that_is_not_text_is_refused(tmp_path):
    file = tmp_path / "t.csv"
    file.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ValueError, match=r"t\.csv: is not text in UTF-8.*Save it as CSV"):
        read_separated(file)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1,5"])
def test_number_that_is_not_above_zero_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match=r"line 7: found .* in height, expected a number above 0"):
        positive(tmp_path / "t.csv", 7, "height", text)
