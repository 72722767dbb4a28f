"""Jobs on a Dask cluster: workers on other machines, or on this one, by the address of its scheduler.

Dask runs a job again when its worker is lost; results come back in the order in which they end. What cases share is
kept by each worker.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import Any

from vertebra.scenarios.error import ScenarioError

from .job import Handler, Job, Outcome

LOCAL = "local"
"""In place of an address: a cluster of processes on this machine."""
_KEPT = "vertebra_handler"
_CONNECT_S = 30
_LOOK_S = 5.0
"""Seconds without a result after which workers are looked for."""
_GONE = 3
"""Looks in a row that find none, after which those of a local cluster are begun again."""
_TURNS = Lock()
"""Held by the thread of a worker that is at a job: kernels have threads of their own, cases follow each other."""


class Cluster:
    """Executor on a Dask cluster.

    Parameters
    ----------
    address : str
        Of a scheduler, such as `tcp://node:8786`, or `local`.
    workers : int, optional
        Of a local cluster.
    threads : int
        Of each worker of a local cluster, for kernels.
    """

    def __init__(self, address: str, workers: int | None = None, threads: int = 1):
        """Check that Dask is installed."""
        if find_spec("distributed") is None:
            message = "--scheduler: found no Dask, expected the extra `cluster`. Run: pip install 'vertebra[cluster]'."
            raise ScenarioError(message)
        self._address, self._workers, self._threads = address, workers, threads

    def run(self, jobs: Sequence[Job], make: Callable[[], Handler]) -> Iterator[Outcome]:
        """Run jobs; each process of the cluster is at one job at a time.

        Raises
        ------
        ScenarioError
            There is no scheduler at the address.
        Exception
            What a handler raised.
        """
        # of an extra, which not everybody has
        from distributed import Client, LocalCluster  # pyright: ignore[reportMissingImports]
        from distributed.scheduler import KilledWorker  # pyright: ignore[reportMissingImports]

        by_key = {f"case-{job.name}": job for job in jobs}
        with self._client(Client, LocalCluster) as (client, revive):
            futures = [
                client.submit(_handle, make, job.content, key=key, pure=False) for key, job in by_key.items()
            ]
            try:
                for future in _as_they_end(futures, client, revive):
                    job = by_key[future.key]
                    error = future.exception()
                    if isinstance(error, KilledWorker):
                        yield Outcome(job, None, died=f"its workers were lost: {error}")
                    elif error is not None:
                        raise error
                    else:
                        yield Outcome(job, future.result())
            finally:
                client.cancel(futures, force=True)

    @contextmanager
    def _client(self, client: Any, local: Any) -> Iterator[tuple[Any, Callable[[], None]]]:
        """Client of the cluster, and what brings workers back that are all lost: others come by themselves."""
        if self._address == LOCAL:
            cluster = local(
                n_workers=self._workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                env={name: str(self._threads) for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS")},
            )
            workers = len(cluster.worker_spec)

            def revive() -> None:
                cluster.scale(0)
                cluster.scale(workers)

            with cluster, client(cluster) as connected:
                yield connected, revive
            return
        try:
            connected = client(self._address, timeout=_CONNECT_S)
        except (OSError, TimeoutError, ValueError) as error:
            message = (
                f"--scheduler {self._address}: found no scheduler there ({error}), expected the address of one, "
                "such as tcp://node:8786, or local. Start it, or correct the address."
            )
            raise ScenarioError(message) from error
        with connected:
            yield connected, lambda: None


def _as_they_end(futures: Sequence[Any], client: Any, revive: Callable[[], None]) -> Iterator[Any]:
    """Futures in the order in which they end; where no worker is left for some seconds, `revive` is called."""
    from distributed import wait  # pyright: ignore[reportMissingImports]

    pending, gone = set(futures), 0
    while pending:
        try:
            looked: Any = wait(pending, timeout=_LOOK_S, return_when="FIRST_COMPLETED")
        except TimeoutError:
            gone = 0 if client.nthreads() else gone + 1
            if gone and gone % _GONE == 0:
                revive()
            continue
        yield from looked.done
        pending, gone = pending - looked.done, 0


def _handle(make: Callable[[], Handler], content: Any) -> Any:
    """Handle a job on a worker, which keeps its handler."""
    from distributed import get_worker  # pyright: ignore[reportMissingImports]

    worker: Any = get_worker()
    with _TURNS:
        handler = getattr(worker, _KEPT, None)
        if handler is None:
            handler = make()
            setattr(worker, _KEPT, handler)
        return handler(content)
