"""Cases with a known solution: what counts as met, and what cannot be computed."""

import pytest

from vertebra.checks.finding import MET, MISSED, NOT_YET
from vertebra.checks.theory.case import Theory, find_all
from vertebra.checks.verification import CASES


@pytest.mark.parametrize(("found", "verdict"), [(-5.30, MET), (-5.49, MISSED), (5.38, MISSED)])
def test_tolerance_is_a_share_of_the_known_value(found, verdict):
    case = Theory("plate", "stress", "a book", lambda: found, -5.38, 0.02)
    finding = case.find()
    assert finding.verdict == verdict
    assert finding.computed == {"": found}
    assert finding.low == pytest.approx(-5.38 * 1.02)


@pytest.mark.parametrize(("error", "verdict"), [(0.0, MET), (9e-13, MET), (2e-12, MISSED)])
def test_tolerance_of_an_exact_case_is_the_error_itself(error, verdict):
    finding = Theory("patch", "error", "a book", lambda: error, tolerance=1e-12).find()
    assert finding.verdict == verdict
    assert finding.reference == "exact"


def test_case_that_cannot_be_computed_says_why():
    finding = Theory("contact", "ball", "a book", note="there is no contact").find()
    assert (finding.verdict, finding.note, finding.computed) == (NOT_YET, "there is no contact", {})


def test_progress_tells_every_case_before_it_is_computed():
    told = []
    cases = [Theory(name, "", "", lambda: 1.0, 1.0, 0.1) for name in "ab"]
    find_all(cases, lambda *words: told.append(words))
    assert told == [("a", 0, 2), ("b", 1, 2)]


def test_names_are_unique_and_reasons_are_given():
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.compute or case.note for case in CASES)
