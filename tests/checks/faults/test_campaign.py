"""A few faults of the campaign; `python -m vertebra.checks.faults.campaign` makes as many as are asked for."""

import os
import random

import pytest

from vertebra.checks.faults.campaign import Disturbed, jobs
from vertebra.checks.faults.injected import FULL, NONE, Fault

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes")


@pytest.mark.parametrize(("name", "faults"), [("collapsing", 3), ("study of processes", 2)])
def test_disturbed_again_and_again_a_job_ends_with_the_tables_of_an_undisturbed_one(tmp_path, name, faults):
    (job,) = (job for job in jobs(tmp_path) if job.name == name)
    happened = list(Disturbed(job, tmp_path / "d").chain(faults, random.Random(7)))
    assert [each.kind for each in happened][-1] == NONE
    assert [each for each in happened if each.wrong] == []


def test_a_fault_counts_what_is_written_below_its_folder_and_goes_on_refusing(tmp_path):
    fault = Fault(FULL, 2, tmp_path)
    inside, outside = str(tmp_path / "a"), "/elsewhere/a"
    fault("open", (inside, "r", os.O_RDONLY))
    fault("open", (outside, "w", os.O_WRONLY))
    assert fault.passed == 0
    fault("open", (inside, "w", os.O_WRONLY))
    for _ in range(2):
        with pytest.raises(OSError, match=os.strerror(28)):
            fault("os.rename", (inside, inside, -1, -1))
    fault("os.remove", (inside, -1))
    assert fault.passed == 4
