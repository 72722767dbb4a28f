from pathlib import Path

import pytest

from vertebra.meshes.files.endings import reader_of


class RefusalError(ValueError):
    """What a caller raises."""


def choose(path):
    return reader_of(path, {".abc": str, ".xyz": len}, "a mesh", "Convert it.", RefusalError)


def test_the_ending_chooses_in_any_case(tmp_path):
    for name, read in (("a.abc", str), ("B.XYZ", len)):
        (tmp_path / name).touch()
        assert choose(tmp_path / name) is read


def test_another_ending_is_refused_with_what_can_be_read(tmp_path):
    (tmp_path / "a.doc").touch()
    with pytest.raises(
        RefusalError, match=r"a mesh cannot be read .* '\.doc'\. Expected one of \.abc, \.xyz\. Convert it\."
    ):
        choose(tmp_path / "a.doc")


def test_a_missing_file_is_named():
    with pytest.raises(RefusalError, match=r"nowhere\.abc: no such file\. Expected a mesh \(\.abc, \.xyz\)"):
        choose(Path("nowhere.abc"))
