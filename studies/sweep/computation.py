"""Cases of a study on an executor: computed in full, or followed on a coarser mesh; what is finished is left alone."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vertebra.courses.progress import Progress
from vertebra.records.whole_files import write_text

from ..executors.job import Executor, Job, Outcome
from .case import Case
from .folder import StudyFolder, read_json
from .followed.ratios import Course, CourseWorker, Full, write_followed
from .sharing import CaseTask, CaseWorker, anatomy_key


@dataclass(eq=False)
class Computation:
    """Computes cases of a study into its folder.

    Parameters
    ----------
    folder : StudyFolder
    executor : callable
        Executor for so many jobs.
    resume : bool
        Go on from states that interrupted cases have left.
    report : callable
        Called after each job.
    say : callable
        Called with lines worth reading.
    """

    folder: StudyFolder
    executor: Callable[[int], Executor]
    resume: bool
    report: Callable[[Progress], None]
    say: Callable[[str], None]
    _tried: set[str] = field(default_factory=set, init=False)

    def in_full(self, cases: Sequence[Case]) -> None:
        """Compute cases that are neither finished nor have failed here; keep why one fails."""
        todo = [case for case in cases if case.name not in self._tried and not self.folder.is_finished(case)]
        self._tried |= {case.name for case in todo}
        jobs = [
            Job(
                case.name,
                anatomy_key(case.scenario),
                CaseTask(case.scenario, self.folder.of(case), self.resume),
            )
            for case in todo
        ]
        by_name, pace = {case.name: case for case in todo}, _Pace(len(cases), len(cases) - len(todo))
        for outcome in self.executor(len(jobs)).run(jobs, CaseWorker) if jobs else ():
            case, error = by_name[outcome.job.name], _error_of(outcome)
            if error:
                self.folder.note_failure(case, error)
                self.say(f"{case.text} failed: {error}")
            else:
                self.folder.forget_failure(case)
            self.report(pace.after(f"{case.text}{' failed' if error else ''}"))

    def courses(self, cases: Sequence[Case]) -> dict[int, Course]:
        """Courses of cases on a coarser mesh, by their places; without those that cannot be followed there."""
        todo = [case for case in cases if not read_json(self.folder.course(case))]
        jobs = [Job(case.name, anatomy_key(case.scenario), case.scenario) for case in todo]
        by_name, pace = {case.name: case for case in todo}, _Pace(len(cases), len(cases) - len(todo))
        for outcome in self.executor(len(jobs)).run(jobs, CourseWorker) if jobs else ():
            case = by_name[outcome.job.name]
            error, rows = (outcome.died, []) if outcome.died else outcome.value
            if error:
                self.say(f"{case.text} is computed in full; on the coarser mesh: {error}")
            else:
                write_text(self.folder.course(case), json.dumps({"course": rows}))
            self.report(pace.after(f"{case.text} on a coarser mesh"))
        read = (read_json(self.folder.course(case)).get("course", ()) for case in cases)
        found = ({(arm, day): row for arm, day, row in rows} for rows in read)
        return {at: course for at, course in enumerate(found) if course}

    def read(self, case: Case, course: Course) -> Full | None:
        """What a case in full has found; None where it failed."""
        return Full.read(self.folder.of(case), course) if self.folder.is_finished(case) else None

    def keep(self, case: Case, rows: Mapping[tuple[str, int], Mapping[str, float]]) -> None:
        """Write a case that follows from others, unless it is there."""
        if not self.folder.is_finished(case):
            write_followed(case, self.folder.of(case), rows)


def _error_of(outcome: Outcome) -> str:
    return outcome.died or str(outcome.value or "")


class _Pace:
    """Progress over jobs, with the time left by those timed in this run."""

    def __init__(self, total: int, done: int):
        self._total, self._done, self._timed = total, done, 0
        self._began = time.perf_counter()

    def after(self, text: str) -> Progress:
        """One more job has ended."""
        self._done += 1
        self._timed += 1
        left = self._total - self._done
        each = (time.perf_counter() - self._began) / self._timed
        remaining = left * each if left and self._timed > 1 else None
        return Progress(self._done, self._total, text, 0, remaining)
