"""Jobs in this process, one after another."""

from collections.abc import Callable, Iterator, Sequence

from .job import Handler, Job, Outcome


class Here:
    """Executor without processes of its own."""

    def run(self, jobs: Sequence[Job], make: Callable[[], Handler]) -> Iterator[Outcome]:
        """Run jobs of one group after another."""
        handle = make()
        for group in dict.fromkeys(job.group for job in jobs):
            for job in jobs:
                if job.group == group:
                    yield Outcome(job, handle(job.content))
