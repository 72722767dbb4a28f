"""The table of the virtual cohort: written row by row, taken up again, checked against the bodies."""

from dataclasses import asdict

import pytest

from vertebra.checks.cohort import table as cohort_table
from vertebra.checks.cohort.design import bodies
from vertebra.checks.cohort.table import append_row, compute_cohort, compute_linear, read_cohort
from vertebra.fem import NotConverged

TESTED = {"ultimate_N": 1000.0, "ultimate_strain": 0.05, "force_at_1p9_percent_N": 900.0, "solves": 9.5}


@pytest.fixture
def asked(monkeypatch):
    """Names of the bodies that are computed, at no cost; the third one fails."""
    names = []

    def numbers(body):
        names.append(body.name)
        if body == bodies()[2]:
            message = "no equilibrium"
            raise NotConverged(message, [])
        return asdict(body) | {"surface_N": 1100.0, "cells": 10} | TESTED | {"seconds": 1.0}

    monkeypatch.setattr(cohort_table, "numbers_of", numbers)
    monkeypatch.setattr(
        cohort_table, "linear_numbers_of", lambda body: {"surface_N": 1200.0, "pistoia_N": 7.0}
    )
    return names


def test_a_run_is_taken_up_where_it_was_stopped(asked, tmp_path):
    file, told = tmp_path / "cohort.csv", []
    assert compute_cohort(file, bodies()[:2], header=("made here",)) == []
    failed = compute_cohort(file, bodies()[:5], say=lambda *words: told.append(words))
    assert asked == [body.name for body in bodies()[:5]]
    assert failed == [f"{bodies()[2].name}: no equilibrium"]
    assert told[-1] == (bodies()[4].name, 4, 5)
    rows = read_cohort(file)
    assert [row["name"] for row in rows] == [bodies()[i].name for i in (0, 1, 3, 4)]
    assert file.read_text(encoding="utf-8").splitlines()[0] == "# made here"


def test_rows_come_back_as_they_were(asked, tmp_path):
    file = tmp_path / "cohort.csv"
    compute_cohort(file, [bodies()[-1]])
    (row,) = read_cohort(file)
    assert row == asdict(bodies()[-1]) | {"surface_N": 1100.0, "cells": 10} | TESTED | {"seconds": 1.0}


def test_linear_criteria_are_computed_anew_beside_the_tests(asked, tmp_path):
    tests, file = tmp_path / "tests.csv", tmp_path / "cohort.csv"
    compute_cohort(tests, bodies()[:2])
    compute_linear(tests, file, header=("again",))
    for row in read_cohort(file):
        assert (row["surface_N"], row["pistoia_N"]) == (1200.0, 7.0)
        assert {name: row[name] for name in TESTED} == TESTED


def test_a_body_of_another_version_is_refused(tmp_path):
    file = tmp_path / "cohort.csv"
    append_row(file, asdict(bodies()[0]) | {"density_mg_cm3": 1.0})
    with pytest.raises(ValueError, match="found body 'intact-fit-01', which is not one of this version"):
        read_cohort(file)


def test_no_table_is_an_empty_one(tmp_path):
    assert read_cohort(tmp_path / "cohort.csv") == []
