"""The pace of healing."""

import numpy as np
import pytest

from vertebra.materials.healing.processes.pace import Pace

PACE = Pace(((2.0, 6.0, 0.5), (6.0, 10.0, 3.0)))


def test_time_passes_with_the_calendar_but_on_its_days():
    assert PACE.passed(np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0])) == pytest.approx(
        [0, 2, 3, 4, 10, 16, 21]
    )
    assert Pace().passed(7.5) == Pace().day_of(7.5) == 7.5


@pytest.mark.parametrize("day", [0.0, 1.0, 2.0, 5.0, 9.0, 10.0, 400.0])
def test_the_day_is_found_back_from_the_time_that_has_passed(day):
    assert PACE.day_of(PACE.passed(day)) == pytest.approx(day)


@pytest.mark.parametrize(
    "windows",
    [((3.0, 3.0, 2.0),), ((-1.0, 3.0, 2.0),), ((0.0, 3.0, 0.0),), ((0.0, 5.0, 2.0), (4.0, 6.0, 2.0))],
)
def test_stretches_that_overlap_or_stand_still_are_refused(windows):
    with pytest.raises(ValueError, match="expected a positive speed on days that increase"):
        Pace(windows)
