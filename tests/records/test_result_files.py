"""What a finished result consists of follows from what its writers declare."""

from fnmatch import fnmatch

from vertebra.records import result_files
from vertebra.records.columns import RUN_TABLES
from vertebra.records.result_files import FIELDS, OTHER_FILES, RESULT_FILES, ResultFile


def test_every_declared_file_belongs_to_a_result():
    declared = {each for each in vars(result_files).values() if isinstance(each, ResultFile)}
    assert declared == set(OTHER_FILES)
    names = [table.file for table in RUN_TABLES] + [file.of("an arm") for file in OTHER_FILES]
    assert all(any(fnmatch(name, pattern) for pattern in RESULT_FILES) for name in names)
    assert len(set(names)) == len(names)


def test_files_of_others_do_not():
    for name in ("thesis.docx", "capacity.xlsx", "fields.vtkhdf", "my-report.html"):
        assert not any(fnmatch(name, pattern) for pattern in RESULT_FILES)


def test_an_arm_has_a_file_of_its_own():
    assert FIELDS.of("conservative") == "fields-conservative.vtkhdf"
    assert FIELDS.pattern == "fields-*.vtkhdf"
